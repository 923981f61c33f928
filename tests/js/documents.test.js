// Policy documents, tags and members as the SDK hands them over.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand } from "@aws-sdk/client-eks";
import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListPolicyTagsCommand,
  ListPolicyVersionsCommand,
  ListRoleTagsCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";

import { ACCOUNT, ACCOUNT_TRUST, POD_TRUST, READ, eks, iam, reset } from "./mock.js";

beforeEach(reset);

const createRole = (members = {}) =>
  iam.send(new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: POD_TRUST, ...members }));

// Spaces, a plus sign, percent signs, line ends and letters beyond ASCII: what encodings break.
const DIFFICULT = `{
\t"Version": "2012-10-17",
  "Statement" : [{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::a+b %3A/é&=*?"}]\r
}`;

test("a document comes back byte for byte, percent-encoded", async () => {
  await createRole();
  await iam.send(new PutRolePolicyCommand({ RoleName: "r", PolicyName: "p", PolicyDocument: DIFFICULT }));
  const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName: "r", PolicyName: "p" }));
  assert.match(PolicyDocument, /^[A-Za-z0-9\-_.~%]+$/);
  assert.equal(decodeURIComponent(PolicyDocument), DIFFICULT);
});

test("versions are listed newest first, and only the one asked for has its document", async () => {
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: "p", PolicyDocument: READ }));
  const { PolicyVersion } = await iam.send(
    new CreatePolicyVersionCommand({ PolicyArn: Policy.Arn, PolicyDocument: DIFFICULT, SetAsDefault: true }),
  );
  assert.equal(PolicyVersion.VersionId, "v2");
  assert.equal(PolicyVersion.IsDefaultVersion, true);
  assert.equal(PolicyVersion.Document, undefined);

  const { Versions, IsTruncated } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn: Policy.Arn }));
  assert.equal(IsTruncated, false);
  assert.deepEqual(
    Versions.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion]),
    [["v2", true], ["v1", false]],
  );
  const first = await iam.send(new GetPolicyVersionCommand({ PolicyArn: Policy.Arn, VersionId: "v1" }));
  assert.equal(decodeURIComponent(first.PolicyVersion.Document), READ);
});

test("a policy has its description and tags where AWS shows them", async () => {
  const { Policy: created } = await iam.send(
    new CreatePolicyCommand({ PolicyName: "p", PolicyDocument: READ, Description: "what for" }),
  );
  assert.equal(created.Description, undefined);
  assert.equal(created.Tags, undefined);
  assert.equal(created.AttachmentCount, 0);
  assert.equal(created.IsAttachable, true);
  const { Policy: read } = await iam.send(new GetPolicyCommand({ PolicyArn: created.Arn }));
  assert.equal(read.Description, "what for");
  assert.deepEqual(read.Tags, []);
  assert.deepEqual((await iam.send(new ListPolicyTagsCommand({ PolicyArn: created.Arn }))).Tags, []);
});

test("a role shows more when it is read than when it is made", async () => {
  const { Role: created } = await createRole({ Path: "/team/", MaxSessionDuration: 7200 });
  assert.equal(created.Arn, `arn:aws:iam::${ACCOUNT}:role/team/r`);
  assert.match(created.RoleId, /^AROA[A-Z2-7]{17}$/);
  for (const member of ["MaxSessionDuration", "RoleLastUsed", "Description", "Tags", "PermissionsBoundary"]) {
    assert.equal(created[member], undefined, member);
  }
  const { Role: read } = await iam.send(new GetRoleCommand({ RoleName: "r" }));
  assert.equal(read.MaxSessionDuration, 7200);
  assert.deepEqual(read.RoleLastUsed, {});
  assert.equal(read.CreateDate.getMilliseconds(), 0);
});

test("a changed role is read as it was changed", async () => {
  await createRole({ Description: "old" });
  const boundary = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
  await iam.send(new UpdateRoleCommand({ RoleName: "r", Description: "new", MaxSessionDuration: 43200 }));
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: "r", PolicyDocument: ACCOUNT_TRUST }));
  await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: "r", PermissionsBoundary: boundary }));
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: "r" }));
  assert.equal(Role.Description, "new");
  assert.equal(Role.MaxSessionDuration, 43200);
  assert.equal(decodeURIComponent(Role.AssumeRolePolicyDocument), ACCOUNT_TRUST);
  assert.deepEqual(Role.PermissionsBoundary, {
    PermissionsBoundaryType: "Policy",
    PermissionsBoundaryArn: boundary,
  });
});

test("tags of a role are merged without regard to case, and removed", async () => {
  const tags = async () => (await iam.send(new ListRoleTagsCommand({ RoleName: "r" }))).Tags;
  await createRole({ Tags: [{ Key: "team", Value: "a + b" }, { Key: "empty", Value: "" }] });
  await iam.send(new TagRoleCommand({ RoleName: "r", Tags: [{ Key: "Team", Value: "ü" }] }));
  assert.deepEqual(await tags(), [{ Key: "empty", Value: "" }, { Key: "Team", Value: "ü" }]);
  await iam.send(new UntagRoleCommand({ RoleName: "r", TagKeys: ["team"] }));
  assert.deepEqual(await tags(), [{ Key: "empty", Value: "" }]);
  // The SDK sends an empty list as a key without a value.
  await iam.send(new TagRoleCommand({ RoleName: "r", Tags: [] }));
  assert.equal((await tags()).length, 1);
});

test("tags of a cluster are a map", async () => {
  const resourceArn = `arn:aws:eks:us-west-2:${ACCOUNT}:cluster/my-cluster`;
  await eks.send(new TagResourceCommand({ resourceArn, tags: { team: "a", "with/slash": "é" } }));
  await eks.send(new UntagResourceCommand({ resourceArn, tagKeys: ["team"] }));
  const { tags } = await eks.send(new ListTagsForResourceCommand({ resourceArn }));
  assert.deepEqual(tags, { "with/slash": "é" });
});

test("an account is described with its roles and their documents", async () => {
  await createRole();
  await iam.send(new PutRolePolicyCommand({ RoleName: "r", PolicyName: "p", PolicyDocument: READ }));
  const { RoleDetailList } = await iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ["Role"] }));
  const role = RoleDetailList.find(({ RoleName }) => RoleName === "r");
  assert.equal(decodeURIComponent(role.AssumeRolePolicyDocument), POD_TRUST);
  assert.equal(decodeURIComponent(role.RolePolicyList[0].PolicyDocument), READ);
  assert.deepEqual(role.AttachedManagedPolicies, []);
  const { SummaryMap } = await iam.send(new GetAccountSummaryCommand({}));
  assert.equal(SummaryMap.Roles, 1);
  assert.equal(SummaryMap.RolesQuota, 1000);
});

test("a simulation tells the decision and the place of the statement", async () => {
  const { Role } = await createRole();
  await iam.send(new PutRolePolicyCommand({ RoleName: "r", PolicyName: "p", PolicyDocument: READ }));
  const { EvaluationResults } = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: Role.Arn,
      ActionNames: ["s3:GetObject", "s3:PutObject"],
      ResourceArns: ["arn:aws:s3:::my-pod-secrets-bucket"],
    }),
  );
  assert.deepEqual(
    EvaluationResults.map(({ EvalActionName, EvalDecision }) => [EvalActionName, EvalDecision]),
    [["s3:GetObject", "allowed"], ["s3:PutObject", "implicitDeny"]],
  );
  const [{ StartPosition }] = EvaluationResults[0].MatchedStatements;
  assert.equal(StartPosition.Line, 1);
  assert.ok(StartPosition.Column > 1);
});
