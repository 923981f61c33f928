"""What the tests of the Python package plan, apply and verify."""

MANIFEST = """\
clusters:
  - clusterName: my-cluster
    region: us-west-2
    associations:
      - namespace: default
        serviceAccount: my-service-account
        createServiceAccount: true
        role:
          name: my-role
          policies:
            - name: my-policy
              document:
                Version: "2012-10-17"
                Statement: [{ Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket" }]
"""
SUBJECT = "my-cluster/default/my-service-account"
CREATIONS = ["createPolicy", "createRole", "attachPolicy", "createServiceAccount", "createAssociation"]

TRUST_POLICY = """{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
    "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}]}"""


def actions(steps):
    return [step.action for step in steps]
