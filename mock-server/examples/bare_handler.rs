//! The least that a server can do: it reads each request and answers a body of a given size.
//!
//! `scripts/measure-load` compares the mock with it.

use std::io::Write;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The mock's arguments may stand before the size.
    let size = std::env::args().next_back().ok_or("a size is needed")?;
    let body = Bytes::from(vec![b'x'; size.parse()?]);
    let handler = move |_: Bytes| {
        let body = body.clone();
        async move { ([(CONTENT_TYPE, "application/json")], body) }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(
        std::io::stdout(),
        "listening on http://{}",
        listener.local_addr()?
    )?;
    axum::serve(listener, Router::new().fallback(handler)).await?;
    Ok(())
}
