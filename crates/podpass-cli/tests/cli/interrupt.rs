//! Ctrl-C while a plan is carried out.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::workbench::Workbench;

#[test]
fn interrupt_stops_between_steps_and_tells_what_is_left() {
    let bench = Workbench::new();
    let apply = SlowApply::start(&bench);
    apply.interrupt();
    let told = apply.end();
    assert!(
        told.contains("stopping once the steps under way are done"),
        "{told}"
    );
    assert!(told.contains("✓ create role `my-role`"), "{told}");
    let left = "error: interrupted\nNot begun:\n  attach policy `my-policy` to role `my-role`\n  \
                create association `my-cluster/default/my-service-account`\n";
    assert!(told.contains(left), "{told}");

    let again = bench.run("apply --yes");
    assert_eq!(again.status, 0, "it goes on from where it stopped");
    assert_eq!(bench.run("plan").status, 0);
}

#[test]
fn second_interrupt_stops_at_once() {
    let bench = Workbench::new();
    let mut apply = SlowApply::start(&bench);
    apply.interrupt();
    let mut stopping = String::new();
    apply.stderr.read_line(&mut stopping).unwrap();
    apply.interrupt();
    let told = apply.end();
    assert!(
        told.starts_with("error: interrupted while steps were under way"),
        "{told}"
    );
}

/// An apply on a slow road, right after its first step: the service account is created at once, the policy and
/// the role take their time.
struct SlowApply {
    process: Child,
    stderr: BufReader<ChildStderr>,
}

impl SlowApply {
    fn start(bench: &Workbench) -> Self {
        let slow = bench.runtime().block_on(slow_road_to(bench.server().uri()));
        let mut process = bench
            .command(&format!("apply --yes --endpoint-url http://{slow}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(process.stderr.take().unwrap());
        let mut first = String::new();
        stderr.read_line(&mut first).unwrap();
        let expected = "  ✓ create service account `my-cluster/default/my-service-account`\n";
        assert_eq!(first, expected);
        Self { process, stderr }
    }

    fn interrupt(&self) {
        let pid = self.process.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// What it tells until it ends with an error.
    fn end(mut self) -> String {
        let mut told = String::new();
        self.stderr.read_to_string(&mut told).unwrap();
        assert_eq!(self.process.wait().unwrap().code(), Some(1));
        told
    }
}

/// A proxy on which every answer of the mock takes half a second longer.
async fn slow_road_to(uri: &str) -> SocketAddr {
    let server = uri.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&server).await.unwrap();
            tokio::spawn(carry(client, server));
        }
    });
    address
}

async fn carry(client: TcpStream, server: TcpStream) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
    let mut chunk = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from_server.read(&mut chunk).await {
        tokio::time::sleep(Duration::from_millis(500)).await;
        if to_client.write_all(&chunk[..length]).await.is_err() {
            break;
        }
    }
}
