// The AWS page's workflow: a policy, a role, an association; and the way back.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
  ResourceInUseException,
  UpdatePodIdentityAssociationCommand,
} from "@aws-sdk/client-eks";
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";

import { ACCOUNT, POD_TRUST, READ, eks, iam, reset, sts } from "./mock.js";

const SUBJECT = { clusterName: "my-cluster", namespace: "default", serviceAccount: "my-service-account" };

beforeEach(reset);

async function roleWithPolicy() {
  const { Policy } = await iam.send(
    new CreatePolicyCommand({ PolicyName: "my-policy", PolicyDocument: READ }),
  );
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: "my-role",
      AssumeRolePolicyDocument: POD_TRUST,
      Description: "my-role-description",
    }),
  );
  await iam.send(new AttachRolePolicyCommand({ RoleName: "my-role", PolicyArn: Policy.Arn }));
  return { policyArn: Policy.Arn, roleArn: Role.Arn };
}

test("the page's workflow ends in an association that is read back", async () => {
  const { Account } = await sts.send(new GetCallerIdentityCommand({}));
  assert.equal(Account, ACCOUNT);
  const { policyArn, roleArn } = await roleWithPolicy();
  assert.equal(policyArn, `arn:aws:iam::${ACCOUNT}:policy/my-policy`);

  const { Role } = await iam.send(new GetRoleCommand({ RoleName: "my-role" }));
  assert.equal(Role.Description, "my-role-description");
  assert.equal(decodeURIComponent(Role.AssumeRolePolicyDocument), POD_TRUST);
  assert.ok(Role.CreateDate instanceof Date);
  const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: "my-role" }));
  assert.deepEqual(AttachedPolicies, [{ PolicyName: "my-policy", PolicyArn: policyArn }]);

  const { association } = await eks.send(new CreatePodIdentityAssociationCommand({ ...SUBJECT, roleArn }));
  assert.match(association.associationId, /^a-[a-z0-9]{17}$/);
  assert.equal(
    association.associationArn,
    `arn:aws:eks:us-west-2:${ACCOUNT}:podidentityassociation/my-cluster/${association.associationId}`,
  );
  assert.equal(association.roleArn, roleArn);
  assert.equal(association.disableSessionTags, false);
  assert.deepEqual(association.tags, {});
  assert.ok(Math.abs(association.createdAt - new Date()) < 60_000);

  const { association: described } = await eks.send(
    new DescribePodIdentityAssociationCommand({
      clusterName: "my-cluster",
      associationId: association.associationId,
    }),
  );
  assert.deepEqual(described, association);
});

test("a second association of a service account names the first", async () => {
  const { roleArn } = await roleWithPolicy();
  const create = () => eks.send(new CreatePodIdentityAssociationCommand({ ...SUBJECT, roleArn }));
  const { association } = await create();

  await assert.rejects(create, (error) => {
    assert.ok(error instanceof ResourceInUseException);
    assert.equal(error.message, `Association already exists: ${association.associationId}`);
    assert.equal(error.$metadata.httpStatusCode, 409);
    return true;
  });
});

test("a target role is set, kept when left out, and cleared by an empty text", async () => {
  const { roleArn } = await roleWithPolicy();
  const targetRoleArn = "arn:aws:iam::444455556666:role/target";
  const { association } = await eks.send(
    new CreatePodIdentityAssociationCommand({ ...SUBJECT, roleArn, targetRoleArn }),
  );
  assert.equal(association.targetRoleArn, targetRoleArn);
  assert.ok(association.externalId);

  const name = { clusterName: "my-cluster", associationId: association.associationId };
  const update = async (change) =>
    (await eks.send(new UpdatePodIdentityAssociationCommand({ ...name, ...change }))).association;
  assert.equal((await update({ disableSessionTags: true })).targetRoleArn, targetRoleArn);
  const cleared = await update({ targetRoleArn: "" });
  assert.equal(cleared.targetRoleArn, undefined);
  assert.equal(cleared.disableSessionTags, true);
});

test("everything is deleted in the order that AWS demands", async () => {
  const { policyArn, roleArn } = await roleWithPolicy();
  const { association } = await eks.send(new CreatePodIdentityAssociationCommand({ ...SUBJECT, roleArn }));

  await eks.send(
    new DeletePodIdentityAssociationCommand({
      clusterName: "my-cluster",
      associationId: association.associationId,
    }),
  );
  const { associations } = await eks.send(
    new ListPodIdentityAssociationsCommand({ clusterName: "my-cluster" }),
  );
  assert.deepEqual(associations, []);
  await assert.rejects(iam.send(new DeleteRoleCommand({ RoleName: "my-role" })), {
    name: "DeleteConflictException",
  });
  await iam.send(new DetachRolePolicyCommand({ RoleName: "my-role", PolicyArn: policyArn }));
  await iam.send(new DeletePolicyCommand({ PolicyArn: policyArn }));
  await iam.send(new DeleteRoleCommand({ RoleName: "my-role" }));
  await assert.rejects(iam.send(new GetRoleCommand({ RoleName: "my-role" })), {
    name: "NoSuchEntityException",
  });
});
