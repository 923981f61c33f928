// IAM: users, their access keys and their groups, whose permissions they have.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import {
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteConflictException,
  DeleteUserCommand,
  GetUserCommand,
  NoSuchEntityException,
  PutGroupPolicyCommand,
  paginateListUsers,
  waitUntilUserExists,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";

import { ACCOUNT, ACCOUNT_TRUST, allow, clientsOf, iam, reset } from "./mock.js";

beforeEach(async () => {
  await reset();
  await iam.send(new CreateUserCommand({ UserName: "alice", Tags: [{ Key: "team", Value: "a" }] }));
});

test("a user is waited for, described and listed", async () => {
  await waitUntilUserExists({ client: iam, maxWaitTime: 5 }, { UserName: "alice" });
  const { User } = await iam.send(new GetUserCommand({ UserName: "alice" }));
  assert.match(User.UserId, /^AIDA[A-Z2-7]{17}$/);
  assert.deepEqual(User.Tags, [{ Key: "team", Value: "a" }]);
  const names = [];
  for await (const page of paginateListUsers({ client: iam, pageSize: 1 }, {})) {
    names.push(...page.Users.map((user) => user.UserName));
  }
  assert.deepEqual(names, ["admin", "alice"]);
  await assert.rejects(iam.send(new GetUserCommand({ UserName: "nobody" })), NoSuchEntityException);
});

test("a key acts as its user, who may what its groups may", async () => {
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "alice" }));
  const alice = clientsOf(AccessKey);
  const caller = await alice.sts.send(new GetCallerIdentityCommand({}));
  assert.equal(caller.Arn, `arn:aws:iam::${ACCOUNT}:user/alice`);

  await iam.send(new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: ACCOUNT_TRUST }));
  const role = { RoleArn: `arn:aws:iam::${ACCOUNT}:role/r`, RoleSessionName: "me" };
  await assert.rejects(alice.sts.send(new AssumeRoleCommand(role)), { name: "AccessDenied" });
  const document = allow({ Action: "sts:AssumeRole", Resource: "*" });
  await iam.send(new CreateGroupCommand({ GroupName: "team" }));
  await iam.send(new PutGroupPolicyCommand({ GroupName: "team", PolicyName: "p", PolicyDocument: document }));
  await iam.send(new AddUserToGroupCommand({ GroupName: "team", UserName: "alice" }));
  const { AssumedRoleUser } = await alice.sts.send(new AssumeRoleCommand(role));
  assert.equal(AssumedRoleUser.Arn, `arn:aws:sts::${ACCOUNT}:assumed-role/r/me`);
  await assert.rejects(iam.send(new DeleteUserCommand({ UserName: "alice" })), DeleteConflictException);
});
