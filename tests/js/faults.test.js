// Faults by script, as the AWS SDK for JavaScript meets them: its own retries included.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { EKSClient, ListClustersCommand } from "@aws-sdk/client-eks";
import { CreateRoleCommand, EntityAlreadyExistsException, IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";

import { POD_TRUST, reset } from "./mock.js";

// As users have them: three attempts.
const iam = new IAMClient({});
const eks = new EKSClient({});
const once = new EKSClient({ maxAttempts: 1 });

beforeEach(reset);

async function control(method, route, body) {
  const answer = await fetch(`${process.env.AWS_ENDPOINT_URL}/_podpass/${route}`, {
    method,
    body: body && JSON.stringify(body),
  });
  assert.equal(answer.status, 200);
  return answer.json();
}

function script(operation, what, when = { nth: 1 }) {
  return control("POST", "faults", { faults: [{ match: { operation }, when, do: what }] });
}

async function statuses(operation) {
  const { requests } = await control("GET", `requests?operation=${operation}`);
  return requests.map((request) => request.status);
}

const role = new CreateRoleCommand({ RoleName: "web", AssumeRolePolicyDocument: POD_TRUST });

test("throttled calls are retried until they succeed", async () => {
  await script("ListRoles", { error: { code: "Throttling" } }, { first: 2 });
  const answer = await iam.send(new ListRolesCommand({}));
  assert.equal(answer.$metadata.attempts, 3);
  assert.deepEqual(await statuses("ListRoles"), [400, 400, 200]);
});

test("a bare 503 is retried", async () => {
  await script("ListClusters", { status: 503 });
  const answer = await eks.send(new ListClustersCommand({}));
  assert.equal(answer.$metadata.attempts, 2);
});

test("a retry after a lost answer meets what was made", async () => {
  await script("CreateRole", { drop: "after" });
  await assert.rejects(iam.send(role), EntityAlreadyExistsException);
  assert.deepEqual(await statuses("CreateRole"), [200, 409]);
});

test("a retry after a lost request succeeds", async () => {
  await script("CreateRole", { drop: "before" });
  await iam.send(role);
  assert.deepEqual(await statuses("CreateRole"), [0, 200]);
});

test("a truncated answer and garbage are errors", async () => {
  await script("ListClusters", { truncate: 5 });
  await assert.rejects(once.send(new ListClustersCommand({})));
  await script("ListClusters", { garbage: true }, { nth: 1 });
  await assert.rejects(once.send(new ListClustersCommand({})), SyntaxError);
});
