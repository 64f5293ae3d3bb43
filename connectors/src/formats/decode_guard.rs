//! Decoders of other houses trust lengths and offsets in files, and panic where a corrupt file breaks that trust. Here such a
//! panic becomes a value: it ends the query with an error that names the file, and prints nothing.

use std::cell::Cell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::pin::pin;
use std::sync::Once;
use std::task::Poll;

use futures::StreamExt;
use futures::stream::BoxStream;

/// A decoder gave up on contradictory input, with these words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Contradiction(pub(super) String);

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    /// Where the last guarded panic was raised.
    static PLACE: Cell<Option<String>> = const { Cell::new(None) };
}

/// Runs a decoder.
pub(super) fn guarded<T>(decode: impl FnOnce() -> T) -> Result<T, Contradiction> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let report = take_hook();
        set_hook(Box::new(move |panic| {
            if GUARDED.get() {
                PLACE.set(panic.location().map(ToString::to_string));
            } else {
                report(panic);
            }
        }));
    });
    let outer = GUARDED.replace(true);
    let decoded = catch_unwind(AssertUnwindSafe(decode));
    GUARDED.set(outer);
    decoded.map_err(|panic| {
        let words = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        Contradiction(
            words
                .unwrap_or("its parts contradict each other")
                .to_owned(),
        )
    })
}

/// Drives a decoder that reads as it decodes.
pub(super) async fn guarded_future<T>(decode: impl Future<Output = T>) -> Result<T, Contradiction> {
    let mut decode = pin!(decode);
    std::future::poll_fn(|context| match guarded(|| decode.as_mut().poll(context)) {
        Ok(Poll::Ready(decoded)) => Poll::Ready(Ok(decoded)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(contradiction) => Poll::Ready(Err(contradiction)),
    })
    .await
}

/// The same stream, which ends after a panic.
pub(super) fn guarded_stream<T: Send + 'static>(
    stream: BoxStream<'static, T>,
) -> BoxStream<'static, Result<T, Contradiction>> {
    futures::stream::unfold(Some(stream), |stream| async move {
        let mut stream = stream?;
        match guarded_future(stream.next()).await {
            Ok(Some(item)) => Some((Ok(item), Some(stream))),
            Ok(None) => None,
            Err(contradiction) => Some((Err(contradiction), None)),
        }
    })
    .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_a_value() {
        assert_eq!(guarded(|| 1), Ok(1));
        let empty: Vec<u8> = Vec::new();
        let Err(Contradiction(words)) = guarded(|| empty[0]) else {
            panic!("it is read out of bounds");
        };
        assert!(words.contains("out of bounds"), "{words}");
        assert!(guarded_future(async { empty[0] }).await.is_err());
        assert_eq!(guarded_future(async { 2 }).await, Ok(2));
        let numbers = futures::stream::iter([1, 0, 3]).map(|n: u8| 6 / n).boxed();
        let numbers: Vec<_> = guarded_stream(numbers).collect().await;
        assert_eq!(numbers.len(), 2, "the stream goes on after a panic");
        assert_eq!(numbers.first(), Some(&Ok(6)));
    }
}
