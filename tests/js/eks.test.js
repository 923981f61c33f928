// Clusters and what lives in them, with the SDK's waiters.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import {
  CreateAddonCommand,
  CreateClusterCommand,
  CreateNodegroupCommand,
  DeleteClusterCommand,
  DeleteNodegroupCommand,
  DescribeClusterVersionsCommand,
  DescribeNodegroupCommand,
  DescribeUpdateCommand,
  ResourceNotFoundException,
  UpdateNodegroupConfigCommand,
  waitUntilAddonActive,
  waitUntilClusterActive,
  waitUntilClusterDeleted,
  waitUntilNodegroupActive,
  waitUntilNodegroupDeleted,
} from "@aws-sdk/client-eks";

import { ACCOUNT, eks, reset } from "./mock.js";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/r`;
const WAITER = { client: eks, maxWaitTime: 10, minDelay: 1, maxDelay: 1 };
const GROUP = { clusterName: "other", nodegroupName: "workers" };

beforeEach(reset);

test("a cluster and a node group live until they are deleted", async () => {
  const { cluster } = await eks.send(
    new CreateClusterCommand({ name: "other", roleArn: ROLE, resourcesVpcConfig: { subnetIds: ["s"] } }),
  );
  assert.equal(cluster.status, "CREATING");
  assert.equal((await waitUntilClusterActive(WAITER, { name: "other" })).state, "SUCCESS");
  await eks.send(new CreateNodegroupCommand({ ...GROUP, subnets: ["s"], nodeRole: ROLE }));
  assert.equal((await waitUntilNodegroupActive(WAITER, GROUP)).state, "SUCCESS");

  const { update } = await eks.send(
    new UpdateNodegroupConfigCommand({ ...GROUP, scalingConfig: { maxSize: 4 } }),
  );
  const described = await eks.send(
    new DescribeUpdateCommand({ name: "other", nodegroupName: "workers", updateId: update.id }),
  );
  assert.equal(described.update.status, "Successful");
  const { nodegroup } = await eks.send(new DescribeNodegroupCommand(GROUP));
  assert.equal(nodegroup.scalingConfig.maxSize, 4);

  await eks.send(new DeleteNodegroupCommand(GROUP));
  assert.equal((await waitUntilNodegroupDeleted(WAITER, GROUP)).state, "SUCCESS");
  await eks.send(new DeleteClusterCommand({ name: "other" }));
  assert.equal((await waitUntilClusterDeleted(WAITER, { name: "other" })).state, "SUCCESS");
  await assert.rejects(eks.send(new DescribeNodegroupCommand(GROUP)), ResourceNotFoundException);
});

test("add-ons and versions of clusters answer typed", async () => {
  const addon = { clusterName: "my-cluster", addonName: "eks-pod-identity-agent" };
  await eks.send(new CreateAddonCommand(addon));
  assert.equal((await waitUntilAddonActive(WAITER, addon)).state, "SUCCESS");
  const { clusterVersions } = await eks.send(new DescribeClusterVersionsCommand({ defaultOnly: true }));
  assert.ok(clusterVersions[0].releaseDate instanceof Date);
});
