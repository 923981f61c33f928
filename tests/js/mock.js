// The server under test, and clients that find it by the environment, as any program would.

import { EKSClient } from "@aws-sdk/client-eks";
import { IAMClient } from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";

export const ACCOUNT = "111122223333";

// One attempt: a retry would hide a fault of the server.
const settings = { maxAttempts: 1 };

export const iam = new IAMClient(settings);
export const eks = new EKSClient(settings);
export const sts = new STSClient(settings);

/** An STS and an IAM client that sign with the credentials that STS answered. */
export function clientsOf({ AccessKeyId, SecretAccessKey, SessionToken }) {
  const credentials = {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  };
  return {
    iam: new IAMClient({ ...settings, credentials }),
    sts: new STSClient({ ...settings, credentials }),
  };
}

/** The server as right after its start, with the cluster `my-cluster`. */
export async function reset() {
  const answer = await fetch(`${process.env.AWS_ENDPOINT_URL}/_podpass/reset`, { method: "POST" });
  if (answer.status !== 204) throw new Error(`reset answered ${answer.status}`);
}

/** A policy document of one statement that allows. */
export function allow(statement) {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
}

/** What EKS Pod Identity asks of a role. */
export const POD_TRUST = allow({
  Principal: { Service: "pods.eks.amazonaws.com" },
  Action: ["sts:AssumeRole", "sts:TagSession"],
});

/** A role's trust in its own account. */
export const ACCOUNT_TRUST = allow({
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  Action: ["sts:AssumeRole", "sts:TagSession"],
});

export const READ = allow({ Action: "s3:GetObject", Resource: "arn:aws:s3:::my-pod-secrets-bucket" });
