// Paginators and waiters of the SDK.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import {
  CreateClusterCommand,
  CreatePodIdentityAssociationCommand,
  DeleteClusterCommand,
  paginateListClusters,
  paginateListPodIdentityAssociations,
  waitUntilClusterActive,
  waitUntilClusterDeleted,
} from "@aws-sdk/client-eks";
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
  paginateGetAccountAuthorizationDetails,
  paginateListAttachedRolePolicies,
  paginateListEntitiesForPolicy,
  paginateListInstanceProfilesForRole,
  paginateListPolicies,
  paginateListRolePolicies,
  paginateListRoles,
  waitUntilInstanceProfileExists,
  waitUntilPolicyExists,
  waitUntilRoleExists,
} from "@aws-sdk/client-iam";

import { ACCOUNT, POD_TRUST, READ, eks, iam, reset } from "./mock.js";

const PAGE = 3;
const NAMES = Array.from({ length: 2 * PAGE + 1 }, (_, index) => `name-${index}`);

beforeEach(reset);

const createRole = (RoleName) =>
  iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: POD_TRUST, Path: "/paged/" }));

const createPolicy = async (PolicyName) => {
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: READ }));
  return Policy.Arn;
};

/** The pages of a paginator as lists of names; none but the last may lack items. */
async function pagesOf(paginator, names) {
  const pages = [];
  for await (const page of paginator) pages.push(names(page));
  assert.deepEqual(pages.map(({ length }) => length), [PAGE, PAGE, 1]);
  return pages.flat();
}

const ofIam = { client: iam, pageSize: PAGE };
const ofEks = { client: eks, pageSize: PAGE };

test("roles come in pages, each once", async () => {
  for (const name of NAMES) await createRole(name);
  const paginator = paginateListRoles(ofIam, { PathPrefix: "/paged/" });
  assert.deepEqual(await pagesOf(paginator, ({ Roles }) => Roles.map((role) => role.RoleName)), NAMES);
});

test("policies, attachments and the entities of a policy come in pages", async () => {
  await createRole("r");
  for (const name of NAMES) {
    const PolicyArn = await createPolicy(name);
    await iam.send(new AttachRolePolicyCommand({ RoleName: "r", PolicyArn }));
  }
  const local = paginateListPolicies(ofIam, { Scope: "Local" });
  assert.deepEqual(await pagesOf(local, ({ Policies }) => Policies.map((policy) => policy.PolicyName)), NAMES);
  const attached = paginateListAttachedRolePolicies(ofIam, { RoleName: "r" });
  assert.deepEqual(
    await pagesOf(attached, ({ AttachedPolicies }) => AttachedPolicies.map((policy) => policy.PolicyName)),
    NAMES,
  );

  const PolicyArn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
  for (const name of NAMES) {
    await createRole(name);
    await iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
  }
  const entities = paginateListEntitiesForPolicy(ofIam, { PolicyArn });
  assert.deepEqual(
    await pagesOf(entities, ({ PolicyRoles }) => PolicyRoles.map((role) => role.RoleName)),
    NAMES,
  );
});

test("inline policies and instance profiles of a role come in pages", async () => {
  await createRole("r");
  for (const name of NAMES) {
    await iam.send(new PutRolePolicyCommand({ RoleName: "r", PolicyName: name, PolicyDocument: READ }));
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name }));
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: "r" }));
  }
  const inline = paginateListRolePolicies(ofIam, { RoleName: "r" });
  assert.deepEqual(await pagesOf(inline, ({ PolicyNames }) => PolicyNames), NAMES);
  const profiles = paginateListInstanceProfilesForRole(ofIam, { RoleName: "r" });
  assert.deepEqual(
    await pagesOf(profiles, ({ InstanceProfiles }) => InstanceProfiles.map((profile) => profile.InstanceProfileName)),
    NAMES,
  );
});

test("an account's details come in pages", async () => {
  for (const name of NAMES) await createRole(name);
  const details = paginateGetAccountAuthorizationDetails(ofIam, { Filter: ["Role"] });
  const names = await pagesOf(details, ({ RoleDetailList }) => RoleDetailList.map((role) => role.RoleName));
  assert.deepEqual(names.toSorted(), NAMES);
});

test("associations come in pages, each once", async () => {
  await createRole("r");
  const roleArn = `arn:aws:iam::${ACCOUNT}:role/paged/r`;
  for (const serviceAccount of NAMES) {
    const subject = { clusterName: "my-cluster", namespace: "default", serviceAccount };
    await eks.send(new CreatePodIdentityAssociationCommand({ ...subject, roleArn }));
  }
  const paginator = paginateListPodIdentityAssociations(ofEks, { clusterName: "my-cluster" });
  const names = await pagesOf(paginator, ({ associations }) => associations.map((one) => one.serviceAccount));
  assert.deepEqual(names.toSorted(), NAMES);
});

const cluster = (name) => ({
  name,
  roleArn: `arn:aws:iam::${ACCOUNT}:role/cluster`,
  resourcesVpcConfig: { subnetIds: ["subnet-1", "subnet-2"] },
});

test("clusters come in pages", async () => {
  for (const name of NAMES.slice(1)) await eks.send(new CreateClusterCommand(cluster(name)));
  const names = await pagesOf(paginateListClusters(ofEks, {}), ({ clusters }) => clusters);
  assert.deepEqual(names.toSorted(), ["my-cluster", ...NAMES.slice(1)]);
});

const patience = { maxWaitTime: 30, minDelay: 1, maxDelay: 1 };

test("a waiter of IAM ends when its entity exists, even if it comes later", async () => {
  const role = waitUntilRoleExists({ client: iam, ...patience }, { RoleName: "later" });
  const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/later`;
  const policy = waitUntilPolicyExists({ client: iam, ...patience }, { PolicyArn });
  const profile = waitUntilInstanceProfileExists({ client: iam, ...patience }, { InstanceProfileName: "later" });
  await createRole("later");
  await createPolicy("later");
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "later" }));
  for (const { state, reason } of await Promise.all([role, policy, profile])) {
    assert.equal(state, "SUCCESS", JSON.stringify(reason));
  }
});

test("a waiter gives up on what never comes", async () => {
  const impatience = { client: iam, maxWaitTime: 2, minDelay: 1, maxDelay: 1 };
  await assert.rejects(waitUntilRoleExists(impatience, { RoleName: "never" }), { name: "TimeoutError" });
});

test("a cluster is waited for until it is active, and until it is gone", async () => {
  const { cluster: created } = await eks.send(new CreateClusterCommand(cluster("new")));
  assert.equal(created.status, "CREATING");
  const active = await waitUntilClusterActive({ client: eks, ...patience }, { name: "new" });
  assert.equal(active.state, "SUCCESS");
  assert.equal(active.reason.cluster.status, "ACTIVE");

  const { cluster: deleted } = await eks.send(new DeleteClusterCommand({ name: "new" }));
  assert.equal(deleted.status, "DELETING");
  const gone = await waitUntilClusterDeleted({ client: eks, ...patience }, { name: "new" });
  assert.equal(gone.state, "SUCCESS");
  assert.equal(gone.reason.name, "ResourceNotFoundException");
});
