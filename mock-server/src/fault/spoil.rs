//! Answers on their way out: dropped, cut short, or made unreadable.

use std::io;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, HttpBody};
use bytes::Bytes;
use futures::StreamExt as _;
use http::{HeaderValue, header};
use thiserror::Error;

use crate::protocol::Response;

/// What is to happen to an answer: it is marked with this.
#[derive(Debug, Clone)]
pub(super) struct Spoiled {
    pub(super) delay: Duration,
    pub(super) how: Option<How>,
}

/// How an answer is spoiled.
#[derive(Debug, Clone)]
pub(super) enum How {
    Drop,
    Truncate(usize),
    Garbage,
}

/// The connection ends without an answer.
#[derive(Debug, Error)]
#[error("a scripted fault drops the connection")]
pub(crate) struct Dropped;

/// No XML, no JSON, no text.
const GARBAGE: &[u8] = b"\xff\xfe\x00<garbage>{\"\x80\x81\xc3\x28<<<]]>&\x01";

/// Does to an answer what it is marked with. Without a mark it goes out as it is.
pub(crate) async fn carry_out(mut response: Response) -> Result<Response, Dropped> {
    let Some(Spoiled { delay, how }) = response.extensions_mut().remove::<Spoiled>() else {
        return Ok(response);
    };
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    match how {
        None => {}
        Some(How::Drop) => return Err(Dropped),
        Some(How::Garbage) => *response.body_mut() = Body::from(GARBAGE),
        Some(How::Truncate(bytes)) => truncate(&mut response, bytes),
    }
    Ok(response)
}

/// Keeps the first bytes of a body whose whole length is announced.
fn truncate(response: &mut Response, bytes: usize) {
    let body = std::mem::take(response.body_mut());
    let whole = body.size_hint().exact();
    if whole.is_some_and(|whole| whole <= bytes as u64) {
        *response.body_mut() = body;
        return;
    }
    if let Some(whole) = whole {
        let length = HeaderValue::from(whole);
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, length);
    }
    let rest = Rest {
        data: body.into_data_stream(),
        left: bytes,
    };
    *response.body_mut() = Body::from_stream(futures::stream::unfold(Some(rest), Rest::next));
}

/// What is still sent of a body.
struct Rest {
    data: BodyDataStream,
    left: usize,
}

impl Rest {
    /// The next piece; after the last one, the error that ends the connection.
    async fn next(rest: Option<Self>) -> Option<(io::Result<Bytes>, Option<Self>)> {
        let Rest { mut data, left } = rest?;
        if left == 0 {
            // What came before has to leave first.
            tokio::task::yield_now().await;
            return Some((Err(io::Error::other(Dropped)), None));
        }
        match data.next().await? {
            Ok(mut piece) => {
                piece.truncate(left);
                let left = left - piece.len();
                Some((Ok(piece), Some(Rest { data, left })))
            }
            Err(error) => Some((Err(io::Error::other(error)), None)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(how: How) -> Response {
        let mut response = Response::new(Body::from("0123456789"));
        let delay = Duration::ZERO;
        let how = Some(how);
        response.extensions_mut().insert(Spoiled { delay, how });
        response
    }

    #[tokio::test]
    async fn a_truncated_answer_announces_more_than_it_sends() {
        let response = carry_out(answer(How::Truncate(4))).await.unwrap();
        assert_eq!(response.headers()[header::CONTENT_LENGTH], "10");
        let mut body = response.into_body().into_data_stream();
        assert_eq!(body.next().await.unwrap().unwrap(), "0123");
        assert!(body.next().await.unwrap().is_err());

        let whole = carry_out(answer(How::Truncate(10))).await.unwrap();
        let body = axum::body::to_bytes(whole.into_body(), 100).await.unwrap();
        assert_eq!(body, "0123456789");
    }

    #[tokio::test]
    async fn a_dropped_answer_is_none() {
        assert!(carry_out(answer(How::Drop)).await.is_err());
        assert!(carry_out(Response::new(Body::empty())).await.is_ok());
    }
}
