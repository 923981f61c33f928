// Refusals as the SDK's error classes: by name, by class, by status, with their members.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import {
  CreateClusterCommand,
  CreatePodIdentityAssociationCommand,
  DescribeClusterCommand,
  EKSServiceException,
  InvalidParameterException,
  ResourceNotFoundException,
  TagResourceCommand,
} from "@aws-sdk/client-eks";
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  EntityAlreadyExistsException,
  GetPolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMServiceException,
  MalformedPolicyDocumentException,
  NoSuchEntityException,
  PutRolePolicyCommand,
  TagRoleCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSServiceException } from "@aws-sdk/client-sts";

import { ACCOUNT, POD_TRUST, READ, allow, eks, iam, reset, sts } from "./mock.js";

beforeEach(async () => {
  await reset();
  await iam.send(new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: POD_TRUST }));
  await iam.send(new CreatePolicyCommand({ PolicyName: "p", PolicyDocument: READ }));
});

const POLICY = `arn:aws:iam::${ACCOUNT}:policy/p`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/r`;
const NOWHERE = "arn:aws:iam::111122223333:policy/nowhere";
const SUBJECT = { clusterName: "my-cluster", namespace: "default", serviceAccount: "s" };
const TAGS = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: "v" }));

const IAM_REFUSALS = [
  [
    new GetRoleCommand({ RoleName: "x" }),
    "NoSuchEntityException",
    404,
    "The role with name x cannot be found.",
  ],
  [
    new GetRolePolicyCommand({ RoleName: "r", PolicyName: "x" }),
    "NoSuchEntityException",
    404,
    "The role policy with name x cannot be found.",
  ],
  [
    new AttachRolePolicyCommand({ RoleName: "r", PolicyArn: NOWHERE }),
    "NoSuchEntityException",
    404,
    `Policy ${NOWHERE} does not exist or is not attachable.`,
  ],
  [
    new CreateRoleCommand({ RoleName: "R", AssumeRolePolicyDocument: POD_TRUST }),
    "EntityAlreadyExistsException",
    409,
    "Role with name R already exists.",
  ],
  [
    new CreatePolicyCommand({ PolicyName: "p", PolicyDocument: READ }),
    "EntityAlreadyExistsException",
    409,
    "A policy called p already exists. Duplicate names are not allowed.",
  ],
  [
    new CreatePolicyCommand({ PolicyName: "q", PolicyDocument: "{" }),
    "MalformedPolicyDocumentException",
    400,
    "Syntax errors in policy.",
  ],
  [
    new CreateRoleCommand({ RoleName: "q", AssumeRolePolicyDocument: "{" }),
    "MalformedPolicyDocumentException",
    400,
    "This policy contains invalid Json",
  ],
  [
    new PutRolePolicyCommand({ RoleName: "r", PolicyName: "q", PolicyDocument: POD_TRUST }),
    "MalformedPolicyDocumentException",
    400,
    "Policy document should not specify a principal.",
  ],
  [
    new DeletePolicyVersionCommand({ PolicyArn: POLICY, VersionId: "v1" }),
    "DeleteConflictException",
    409,
    "Cannot delete the default version of a policy.",
  ],
  [
    new TagRoleCommand({ RoleName: "r", Tags: TAGS }),
    "ValidationError",
    400,
    "1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
  ],
  [
    new TagRoleCommand({ RoleName: "r", Tags: [{ Key: "a", Value: "1" }, { Key: "A", Value: "2" }] }),
    "InvalidInputException",
    400,
    "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
  ],
  [
    new GetRoleCommand({ RoleName: "not/a/name" }),
    "ValidationError",
    400,
    "The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
  ],
];

for (const [command, name, status, message] of IAM_REFUSALS) {
  test(`${command.constructor.name} is refused: ${name}: ${message}`, async () => {
    await assert.rejects(iam.send(command), (error) => {
      assert.ok(error instanceof IAMServiceException);
      assert.equal(error.name, name);
      assert.equal(error.message, message);
      assert.equal(error.$fault, "client");
      assert.equal(error.$metadata.httpStatusCode, status);
      assert.match(error.$metadata.requestId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      return true;
    });
  });
}

test("errors of the model are instances of their own classes", async () => {
  await assert.rejects(iam.send(new GetPolicyCommand({ PolicyArn: NOWHERE })), NoSuchEntityException);
  await assert.rejects(
    iam.send(new CreatePolicyCommand({ PolicyName: "p", PolicyDocument: READ })),
    EntityAlreadyExistsException,
  );
  await assert.rejects(
    iam.send(new CreatePolicyVersionCommand({ PolicyArn: POLICY, PolicyDocument: "[]" })),
    MalformedPolicyDocumentException,
  );
});

test("what is in use is not deleted, and says why", async () => {
  await iam.send(new AttachRolePolicyCommand({ RoleName: "r", PolicyArn: POLICY }));
  await assert.rejects(iam.send(new DeletePolicyCommand({ PolicyArn: POLICY })), {
    name: "DeleteConflictException",
    message: "Cannot delete a policy attached to entities.",
  });
  await assert.rejects(iam.send(new DeleteRoleCommand({ RoleName: "r" })), {
    name: "DeleteConflictException",
    message: "Cannot delete entity, must detach all policies first.",
  });
});

test("a cluster that does not exist is named in the text and in the error", async () => {
  await assert.rejects(eks.send(new DescribeClusterCommand({ name: "nowhere" })), (error) => {
    assert.ok(error instanceof ResourceNotFoundException && error instanceof EKSServiceException);
    assert.equal(error.name, "ResourceNotFoundException");
    assert.equal(error.message, "No cluster found for name: nowhere.");
    assert.equal(error.clusterName, "nowhere");
    assert.equal(error.$metadata.httpStatusCode, 404);
    return true;
  });
});

test("roles that pods cannot assume are told apart", async () => {
  await iam.send(
    new CreateRoleCommand({
      RoleName: "untagged",
      AssumeRolePolicyDocument: allow({
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: "sts:AssumeRole",
      }),
    }),
  );
  const associate = (roleArn) => eks.send(new CreatePodIdentityAssociationCommand({ ...SUBJECT, roleArn }));
  await assert.rejects(associate(`arn:aws:iam::${ACCOUNT}:role/nobody`), (error) => {
    assert.ok(error instanceof InvalidParameterException);
    assert.match(error.message, /^Role provided in the request does not exist/);
    assert.equal(error.$metadata.httpStatusCode, 400);
    return true;
  });
  await assert.rejects(associate(ROLE.replace("/r", "/untagged")), {
    name: "InvalidParameterException",
    message: /^Trust policy of the role provided is invalid\./,
  });
  await assert.rejects(associate("arn:aws:iam::444455556666:role/r"), {
    name: "AccessDeniedException",
    message: "Cross-account pass role is not allowed.",
  });
});

test("tags of what does not exist are refused, and so is a second cluster of a name", async () => {
  const resourceArn = `arn:aws:eks:us-west-2:${ACCOUNT}:cluster/nowhere`;
  await assert.rejects(eks.send(new TagResourceCommand({ resourceArn, tags: { a: "b" } })), (error) => {
    assert.equal(error.name, "NotFoundException");
    assert.equal(error.$metadata.httpStatusCode, 404);
    return true;
  });
  const resourcesVpcConfig = { subnetIds: ["subnet-1", "subnet-2"] };
  const cluster = { name: "my-cluster", roleArn: ROLE, resourcesVpcConfig };
  await assert.rejects(eks.send(new CreateClusterCommand(cluster)), {
    name: "ResourceInUseException",
    message: "Cluster already exists with name: my-cluster",
  });
});

test("STS refuses a role that does not trust the caller, and a name that is none", async () => {
  await assert.rejects(sts.send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: "me" })), (error) => {
    assert.ok(error instanceof STSServiceException);
    assert.equal(error.name, "AccessDenied");
    assert.equal(error.$metadata.httpStatusCode, 403);
    assert.match(error.message, /^User: \S+ is not authorized to perform: sts:AssumeRole on resource: \S+/);
    return true;
  });
  await assert.rejects(sts.send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: "Session1:2" })), {
    name: "ValidationError",
    message: /Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint/,
  });
});
