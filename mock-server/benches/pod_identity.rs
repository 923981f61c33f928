//! What a pod's way to credentials costs, by HTTP over loopback: EKS Auth's exchange and the agent's cached answer, beside
//! what they cannot do without: one RS256 verification, and a bare handler that answers as many bytes.
//!
//! The exchange should cost no more than twice a verification and a bare answer together, and cached answers should
//! reach 70 % of a bare handler's.

#![allow(missing_docs, clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use axum::Router;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use criterion::{Criterion, criterion_group, criterion_main};
use podpass_mock::MockServer;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// A connection that stays open, as SDKs keep theirs.
struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    fn new(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            buffer: vec![0; 64 * 1024],
        }
    }

    /// Sends a request and reads its answer: status and body.
    fn send(&mut self, request: &[u8]) -> (u16, &[u8]) {
        self.stream.write_all(request).unwrap();
        let mut end = 0;
        loop {
            end += self.stream.read(&mut self.buffer[end..]).unwrap();
            let text = std::str::from_utf8(&self.buffer[..end]).unwrap();
            let Some(head) = text.find("\r\n\r\n") else {
                continue;
            };
            let length = text[..head]
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.unwrap().parse().unwrap();
            if end >= head + 4 + length {
                let status = text[9..12].parse().unwrap();
                return (status, &self.buffer[head + 4..end]);
            }
        }
    }

    fn json(&mut self, request: &[u8]) -> Value {
        let (status, body) = self.send(request);
        assert!(status < 300, "{}", String::from_utf8_lossy(body));
        serde_json::from_slice(body).unwrap_or_default()
    }
}

fn request(method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{headers}content-length: {length}\r\n\r\n"
    );
    (head + body).into_bytes()
}

fn signed(service: &str, path: &str, body: &str) -> Vec<u8> {
    let credential = format!("test/20260101/us-west-2/{service}/aws4_request");
    let kind = match service {
        "iam" => "application/x-www-form-urlencoded",
        _ => "application/json",
    };
    let authorization =
        format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0");
    let headers = format!("authorization: {authorization}\r\ncontent-type: {kind}\r\n");
    request("POST", path, &headers, body)
}

/// A role, its association and a pod: the pod's token.
fn prepare(client: &mut Client) -> String {
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": "pods.eks.amazonaws.com" }, "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": { "StringEquals": { "aws:RequestTag/kubernetes-namespace": "default" } },
    }] });
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("Action", "CreateRole")
        .append_pair("Version", "2010-05-08")
        .append_pair("RoleName", "my-role")
        .append_pair("AssumeRolePolicyDocument", &trust.to_string())
        .finish();
    client.json(&signed("iam", "/", &form));
    let association = json!({
        "namespace": "default", "serviceAccount": "default", "roleArn": "arn:aws:iam::111122223333:role/my-role",
    });
    let path = "/clusters/my-cluster/pod-identity-associations";
    client.json(&signed("eks", path, &association.to_string()));

    let namespace = "/k8s/my-cluster/api/v1/namespaces/default";
    let pod = json!({ "metadata": { "name": "web" }, "spec": { "containers": [{ "name": "a", "image": "b" }] } });
    let json = "content-type: application/json\r\n";
    client.json(&request(
        "POST",
        &format!("{namespace}/pods"),
        json,
        &pod.to_string(),
    ));
    let spec = json!({ "spec": {
        "audiences": ["pods.eks.amazonaws.com"], "boundObjectRef": { "kind": "Pod", "apiVersion": "v1", "name": "web" },
    } });
    let path = format!("{namespace}/serviceaccounts/default/token");
    let answer = client.json(&request("POST", &path, json, &spec.to_string()));
    answer["status"]["token"].as_str().unwrap().to_owned()
}

/// A handler that answers so many bytes, and nothing else.
fn bare(runtime: &Runtime, length: usize) -> SocketAddr {
    let body = "x".repeat(length);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let handler = axum::routing::any(move |_: axum::body::Bytes| {
        let body = body.clone();
        async move { body }
    });
    runtime.spawn(async move {
        use axum::serve::ListenerExt as _;
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
        axum::serve(listener, Router::new().fallback(handler))
            .await
            .unwrap();
    });
    address
}

fn pod_identity(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let builder = MockServer::builder().cluster("my-cluster").agent_rate(0);
    let server = runtime.block_on(builder.start()).unwrap();
    let address = server.uri()["http://".len()..].parse().unwrap();
    let mut client = Client::new(address);
    let token = prepare(&mut client);
    let mut group = criterion.benchmark_group("pod identity");

    let claims = token.split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    let id = claims["iss"].as_str().unwrap().rsplit('/').next().unwrap();
    let keys = client.json(&request("GET", &format!("/oidc/id/{id}/keys"), "", ""));
    let [n, e] = ["n", "e"].map(|part| {
        URL_SAFE_NO_PAD
            .decode(keys["keys"][0][part].as_str().unwrap())
            .unwrap()
    });
    let (message, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    group.bench_function("one RS256 verification", |bencher| {
        let key = RsaPublicKeyComponents { n: &n, e: &e };
        bencher.iter(|| {
            key.verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &signature)
                .unwrap()
        });
    });

    let path = "/clusters/my-cluster/assume-role-for-pod-identity";
    let exchange = signed("eks-auth", path, &json!({ "token": token }).to_string());
    let (status, body) = client.send(&exchange);
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(body));
    let mut bare_client = Client::new(bare(&runtime, body.len()));
    group.bench_function("a bare answer of the exchange's size", |bencher| {
        bencher.iter(|| bare_client.send(&exchange).0);
    });
    group.bench_function("the whole exchange", |bencher| {
        bencher.iter(|| assert_eq!(client.send(&exchange).0, 200));
    });

    let ask = request(
        "GET",
        "/v1/credentials",
        &format!("authorization: {token}\r\n"),
        "",
    );
    let (status, body) = client.send(&ask);
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(body));
    let mut bare_client = Client::new(bare(&runtime, body.len()));
    group.bench_function("a bare answer of the agent's size", |bencher| {
        bencher.iter(|| bare_client.send(&ask).0);
    });
    group.bench_function("the agent's cached answer", |bencher| {
        bencher.iter(|| assert_eq!(client.send(&ask).0, 200));
    });
    group.finish();
    runtime.block_on(server.shutdown());
}

criterion_group!(benches, pod_identity);
criterion_main!(benches);
