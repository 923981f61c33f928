//! How long it takes to compile policies and to decide by them.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use podpass_policy::{
    CompiledPolicy, DocumentKind, Layers, PolicyDocument, Principal, Request, Verdict,
};

/// The actions of the six statements of a policy.
const ACTIONS: [&str; 6] = [
    r#"["sqs:SendMessage", "sqs:ReceiveMessage"]"#,
    r#"["dynamodb:GetItem", "dynamodb:Query*"]"#,
    r#""kms:Decrypt""#,
    r#"["ssm:GetParameter*", "secretsmanager:GetSecretValue"]"#,
    r#""ecr:*""#,
    r#"["logs:CreateLogStream", "logs:PutLogEvents"]"#,
];

const CONDITIONS: &str = r#"{
    "StringEquals": {"aws:PrincipalTag/kubernetes-namespace": "default"},
    "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"},
    "Bool": {"aws:SecureTransport": "true"}}"#;

fn compile(text: &str) -> CompiledPolicy {
    let document = PolicyDocument::parse(text).expect("the policy is well-formed");
    CompiledPolicy::compile(&document, DocumentKind::ManagedIdentity)
}

/// Five policies of six statements, with three conditions each; `matching` of the thirty are about the
/// request's action and resource.
fn policies(matching: usize) -> Vec<CompiledPolicy> {
    let statement = |index: usize| {
        let action = if index * matching % 30 < matching {
            r#"["s3:ListBucket", "s3:Get*"]"#
        } else {
            ACTIONS[index % 6]
        };
        format!(
            r#"{{"Effect": "Allow", "Action": {action}, "Condition": {CONDITIONS},
                "Resource": ["arn:aws:s3:::my-pod-secrets-bucket", "arn:aws:s3:::my-pod-secrets-bucket/*"]}}"#
        )
    };
    (0..5)
        .map(|policy| {
            let statements: Vec<_> = (0..6).map(|index| statement(policy * 6 + index)).collect();
            compile(&format!(
                r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#,
                statements.join(",")
            ))
        })
        .collect()
}

/// A request of a pod, with the context that AWS gives it.
fn request() -> Request {
    let role = "arn:aws:iam::111122223333:role/my-role"
        .parse()
        .expect("an ARN");
    let pod = Principal::role_session(role, "eks-my-cluster-my-pod").expect("a short name");
    [
        ("aws:CurrentTime", "2026-01-01T00:00:00Z"),
        ("aws:EpochTime", "1767225600"),
        ("aws:SecureTransport", "true"),
        ("aws:SourceIp", "10.0.0.7"),
        ("aws:UserAgent", "aws-sdk-rust/1.3"),
        ("aws:RequestedRegion", "us-west-2"),
        ("aws:ViaAWSService", "false"),
        (
            "aws:PrincipalTag/eks-cluster-arn",
            "arn:aws:eks:us-west-2:111122223333:cluster/my-cluster",
        ),
        ("aws:PrincipalTag/eks-cluster-name", "my-cluster"),
        ("aws:PrincipalTag/kubernetes-namespace", "default"),
        (
            "aws:PrincipalTag/kubernetes-service-account",
            "my-service-account",
        ),
        ("aws:PrincipalTag/kubernetes-pod-name", "my-pod"),
    ]
    .into_iter()
    .fold(
        Request::new(
            pod,
            "s3:GetObject",
            "arn:aws:s3:::my-pod-secrets-bucket/password",
        ),
        |request, (key, value)| request.with(key, value),
    )
}

fn decide(policies: &[CompiledPolicy], request: &Request) -> Verdict {
    policies
        .iter()
        .fold(Layers::new(), Layers::identity)
        .decide(request)
}

fn deciding(c: &mut Criterion) {
    let mut group = c.benchmark_group("decide, five policies of six statements");
    let request = request();
    for matching in [3, 30] {
        let policies = policies(matching);
        let layers = policies.iter().fold(Layers::new(), Layers::identity);
        group.bench_function(BenchmarkId::new("matching", matching), |b| {
            b.iter(|| black_box(&layers).decide(black_box(&request)));
        });
    }
    group.finish();
}

fn growing(c: &mut Criterion) {
    let mut group = c.benchmark_group("decide, growing");
    let request = request();
    for count in [1, 4, 16, 64] {
        let policies: Vec<_> = std::iter::repeat_with(|| policies(3))
            .flatten()
            .take(count)
            .collect();
        group.throughput(Throughput::Elements(count as u64 * 6));
        group.bench_function(BenchmarkId::new("policies", count), |b| {
            b.iter(|| decide(black_box(&policies), black_box(&request)));
        });
    }
    group.finish();
}

fn hostile(c: &mut Criterion) {
    let mut group = c.benchmark_group("decide, hostile patterns");
    for stars in [4, 16, 64] {
        let pattern = "a*".repeat(stars) + "b";
        let policy = compile(&format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "s3:*",
                "Resource": "arn:aws:s3:::{pattern}"}}]}}"#
        ));
        let mut request = request();
        request.resource = format!("arn:aws:s3:::{}", "a".repeat(1024));
        group.bench_function(BenchmarkId::new("stars", stars), |b| {
            b.iter(|| black_box(&policy).evaluate(black_box(&request)));
        });
    }
    group.finish();
}

fn compiling(c: &mut Criterion) {
    let statement = format!(
        r#"{{"Sid": "Objects", "Effect": "Allow", "Action": ["s3:GetObject", "s3:List*"],
            "Condition": {CONDITIONS}, "Resource": "arn:aws:s3:::b/${{aws:PrincipalTag/kubernetes-namespace}}/*"}}"#
    );
    let statements = vec![statement.as_str(); 6 * 1024 / statement.len()].join(",\n");
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    let document = PolicyDocument::parse(&text).expect("the policy is well-formed");
    let mut group = c.benchmark_group("a policy of 6 KiB");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("parse", |b| {
        b.iter(|| PolicyDocument::parse(black_box(&text)))
    });
    group.bench_function("compile", |b| {
        b.iter(|| CompiledPolicy::compile(black_box(&document), DocumentKind::ManagedIdentity));
    });
    group.bench_function("parse and compile", |b| {
        b.iter(|| compile(black_box(&text)))
    });
    group.finish();
}

criterion_group!(benches, deciding, growing, hostile, compiling);
criterion_main!(benches);
