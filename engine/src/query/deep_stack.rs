//! Room on the stack for plans as high as statements may make them.

use std::future::{Future, poll_fn};
use std::pin::pin;

/// Stack that planning needs at most: the optimizer's rules go down a tree of the greatest height that the parser lets through, and
/// take tens of kilobytes for each level of it in a debug build.
const PLANNING_STACK_BYTES: usize = 64 * 1024 * 1024;

/// Polls a future with that much stack, whatever the thread has: a runtime's threads have 2 MB. What is not touched takes no memory.
pub(super) async fn on_deep_stack<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(move |context| {
        stacker::maybe_grow(PLANNING_STACK_BYTES / 2, PLANNING_STACK_BYTES, || {
            future.as_mut().poll(context)
        })
    })
    .await
}
