// STS: sessions that are begun here and call afterwards.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { CreateRoleCommand, GetRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  PackedPolicyTooLargeException,
} from "@aws-sdk/client-sts";

import { ACCOUNT, ACCOUNT_TRUST, allow, clientsOf, iam, reset, sts } from "./mock.js";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/r`;

beforeEach(async () => {
  await reset();
  await iam.send(new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: ACCOUNT_TRUST }));
  const document = allow({ Action: ["iam:GetRole", "sts:AssumeRole", "sts:TagSession"], Resource: "*" });
  await iam.send(new PutRolePolicyCommand({ RoleName: "r", PolicyName: "p", PolicyDocument: document }));
});

const assume = (members = {}) =>
  sts.send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: "me", ...members }));

test("a session is a caller of its own, with its role's permissions", async () => {
  const { AssumedRoleUser, Credentials } = await assume({ DurationSeconds: 900 });
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: "r" }));
  assert.equal(AssumedRoleUser.Arn, `arn:aws:sts::${ACCOUNT}:assumed-role/r/me`);
  assert.equal(AssumedRoleUser.AssumedRoleId, `${Role.RoleId}:me`);
  assert.match(Credentials.AccessKeyId, /^ASIA[A-Z2-7]{16}$/);
  const left = Credentials.Expiration - new Date();
  assert.ok(left > 880_000 && left <= 900_000, `${left} ms are left`);

  const session = clientsOf(Credentials);
  const caller = await session.sts.send(new GetCallerIdentityCommand({}));
  assert.equal(caller.Arn, AssumedRoleUser.Arn);
  assert.equal(caller.Account, ACCOUNT);
  assert.equal(caller.UserId, AssumedRoleUser.AssumedRoleId);
  const read = await session.iam.send(new GetRoleCommand({ RoleName: "r" }));
  assert.equal(read.Role.RoleName, "r");
  const key = await sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: Credentials.AccessKeyId }));
  assert.equal(key.Account, ACCOUNT);
});

test("a session policy takes from what the role allows, and its packed size is told", async () => {
  const { PackedPolicySize, Credentials } = await assume({
    Tags: [{ Key: "team", Value: "a b" }],
    TransitiveTagKeys: ["team"],
    Policy: allow({ Action: "iam:GetRole", Resource: "*" }),
    PolicyArns: [{ arn: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" }],
  });
  assert.ok(PackedPolicySize > 0 && PackedPolicySize < 100, `${PackedPolicySize} percent`);
  const chained = new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: "chained" });
  await clientsOf((await assume()).Credentials).sts.send(chained);
  await assert.rejects(clientsOf(Credentials).sts.send(chained), {
    name: "AccessDenied",
    message: /is not authorized to perform: sts:AssumeRole on resource: \S+ because no session policy allows/,
  });
});

test("too large a session policy is an error of its own class", async () => {
  const Policy = allow({
    Action: "s3:*",
    Resource: Array.from({ length: 40 }, (_, index) => `arn:aws:s3:::${String(index * 7919 + 104729).repeat(6)}`),
  });
  const Tags = Array.from({ length: 50 }, (_, index) => ({
    Key: `key-${index * 7919}`,
    Value: `${index}`.repeat(100),
  }));
  await assert.rejects(assume({ Policy, Tags }), PackedPolicyTooLargeException);
});

test("the administrator asks for tokens of his own", async () => {
  const { Credentials } = await sts.send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
  const me = await clientsOf(Credentials).sts.send(new GetCallerIdentityCommand({}));
  assert.equal(me.Arn, `arn:aws:iam::${ACCOUNT}:user/admin`);

  const { FederatedUser } = await sts.send(new GetFederationTokenCommand({ Name: "bob" }));
  assert.equal(FederatedUser.Arn, `arn:aws:sts::${ACCOUNT}:federated-user/bob`);
  assert.equal(FederatedUser.FederatedUserId, `${ACCOUNT}:bob`);
});
