//! Ctrl-C while a plan is carried out.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::workbench::Workbench;

#[test]
fn interrupt_stops_between_steps_and_tells_what_is_left() {
    let bench = Workbench::new();
    let mut apply = HeldApply::start(&bench);
    apply.interrupt_and_see_it_stopping();
    apply.gate.add_permits(Semaphore::MAX_PERMITS);
    let told = apply.end();
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
    let mut apply = HeldApply::start(&bench);
    apply.interrupt_and_see_it_stopping();
    apply.interrupt();
    let told = apply.end();
    assert!(
        told.starts_with("error: interrupted while steps were under way"),
        "{told}"
    );
}

/// An apply right after its first step: the service account is there, and the requests that create the policy
/// and the role wait before a gate.
struct HeldApply {
    process: Child,
    stderr: BufReader<ChildStderr>,
    gate: Arc<Semaphore>,
}

impl HeldApply {
    fn start(bench: &Workbench) -> Self {
        let gate = Arc::new(Semaphore::new(0));
        let proxy = proxy_to(bench.server().uri(), Arc::clone(&gate));
        let proxy = bench.runtime().block_on(proxy);
        let mut process = bench
            .command(&format!("apply --yes --endpoint-url http://{proxy}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(process.stderr.take().unwrap());
        let mut first = String::new();
        stderr.read_line(&mut first).unwrap();
        let expected = "  ✓ create service account `my-cluster/default/my-service-account`\n";
        assert_eq!(first, expected);
        Self {
            process,
            stderr,
            gate,
        }
    }

    fn interrupt_and_see_it_stopping(&mut self) {
        self.interrupt();
        let mut told = String::new();
        self.stderr.read_line(&mut told).unwrap();
        assert!(
            told.contains("stopping once the steps under way are done"),
            "{told}"
        );
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

/// A proxy that lets requests for new policies and roles through one for each permit of the gate.
async fn proxy_to(uri: &str, gate: Arc<Semaphore>) -> SocketAddr {
    let server = uri.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&server).await.unwrap();
            tokio::spawn(carry(client, server, Arc::clone(&gate)));
        }
    });
    address
}

async fn carry(client: TcpStream, server: TcpStream, gate: Arc<Semaphore>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    let mut chunk = vec![0; 64 * 1024];
    // What came may end in the middle of an action's name.
    let mut seen = Vec::new();
    while let Ok(length @ 1..) = from_client.read(&mut chunk).await {
        let sent = &chunk[..length];
        seen.extend_from_slice(sent);
        let creates = |action: &[u8]| seen.windows(action.len()).any(|part| part == action);
        if creates(b"Action=CreatePolicy&") || creates(b"Action=CreateRole&") {
            gate.acquire().await.unwrap().forget();
            seen.clear();
        }
        if to_server.write_all(sent).await.is_err() {
            break;
        }
    }
}
