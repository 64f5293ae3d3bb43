//! Cancelling: a cancel request comes over a connection of its own, and names the one to cancel by its key.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use pgwire::api::cancel::CancelHandler;
use pgwire::messages::cancel::CancelRequest;
use pgwire::messages::startup::SecretKey;
use prismlake_engine::QueryCanceller;

/// The query that runs on each connection, by the connection's key.
#[derive(Debug, Default)]
pub(super) struct RunningQueries(Mutex<HashMap<i32, Running>>);

#[derive(Debug)]
struct Running {
    secret: Vec<u8>,
    canceller: QueryCanceller,
}

impl RunningQueries {
    /// The connection runs this query from now on.
    pub(super) fn started(&self, process: i32, secret: &SecretKey, canceller: QueryCanceller) {
        let running = Running {
            secret: secret_bytes(secret),
            canceller,
        };
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(process, running);
    }

    /// The connection runs nothing, or has ended.
    pub(super) fn ended(&self, process: i32) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&process);
    }
}

fn secret_bytes(secret: &SecretKey) -> Vec<u8> {
    match secret {
        SecretKey::I32(key) => key.to_be_bytes().to_vec(),
        SecretKey::Bytes(bytes) => bytes.to_vec(),
    }
}

/// Compares in a time that does not tell where the two differ.
fn equal(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .fold(0, |difference, (left, right)| difference | (left ^ right))
            == 0
}

/// Answers cancel requests.
pub(super) struct Canceller(pub(super) Arc<RunningQueries>);

#[async_trait]
impl CancelHandler for Canceller {
    async fn on_cancel_request(&self, request: CancelRequest) {
        let running = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(query) = running.get(&request.pid)
            && equal(&query.secret, &secret_bytes(&request.secret_key))
        {
            query.canceller.cancel();
        }
    }
}
