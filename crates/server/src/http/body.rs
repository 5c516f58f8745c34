//! Bodies of requests: no longer than allowed, and not slower.
//!
//! Every body goes through [`bounded`] before a handler sees it, so that nobody can forget it. Start at [`bounded`].

use crate::app::Problem;
use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// What is wrong with a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyFault {
    /// Longer than so many bytes.
    #[error("the body is longer than {0} bytes")]
    TooLarge(u64),
    /// Nothing came for too long.
    #[error("the body came too slowly")]
    TooSlow,
}

/// A body that ends with a fault when it is too long or too slow.
struct Bounded {
    inner: Body,
    most: u64,
    taken: u64,
    idle: Duration,
    end: Pin<Box<Sleep>>,
}

/// Bounds a body.
pub fn bounded(inner: Body, most: u64, idle: Duration) -> Body {
    Body::new(Bounded { inner, most, taken: 0, idle, end: Box::pin(tokio::time::sleep(idle)) })
}

impl hyper::body::Body for Bounded {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(context) else {
            return match self.end.as_mut().poll(context) {
                Poll::Ready(()) => Poll::Ready(Some(Err(BodyFault::TooSlow.into()))),
                Poll::Pending => Poll::Pending,
            };
        };
        let Some(frame) = frame else { return Poll::Ready(None) };
        let frame = frame?;
        self.taken += frame.data_ref().map_or(0, |data| data.len() as u64);
        if self.taken > self.most {
            return Poll::Ready(Some(Err(BodyFault::TooLarge(self.most).into())));
        }
        let end = Instant::now() + self.idle;
        self.end.as_mut().reset(end);
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// What an error of reading a body means, also when it was wrapped.
pub fn problem_of(error: &(dyn Error + 'static)) -> Problem {
    let mut cause = Some(error);
    while let Some(error) = cause {
        match error.downcast_ref::<BodyFault>() {
            Some(BodyFault::TooLarge(most)) => return Problem::TooLarge(*most),
            Some(BodyFault::TooSlow) => return Problem::TooSlow,
            None => cause = error.source(),
        }
    }
    Problem::Unreadable("the request broke off, or its body cannot be read".to_owned())
}

/// A whole body.
///
/// # Errors
/// When it is too long, too slow, or breaks off.
pub async fn whole(body: Body) -> Result<Bytes, Problem> {
    axum::body::to_bytes(body, usize::MAX).await.map_err(|error| problem_of(&error))
}
