//! A server in front of Glue's stand-in, or in place of it, that notes every call.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A call that came: its operation and its JSON.
#[derive(Debug, Clone)]
pub struct Call {
    pub operation: String,
    pub body: Value,
}

/// An answer's status and JSON.
pub type Answer = (u16, Value);
type Script = dyn Fn(&Call) -> Option<Answer> + Send + Sync;

struct Behind {
    script: Box<Script>,
    /// Has what the script leaves.
    server: Option<SocketAddr>,
}

/// Listens as long as it lives.
pub struct TestDoor {
    pub address: SocketAddr,
    calls: Arc<Mutex<Vec<Call>>>,
    _listening: JoinSet<()>,
}

/// An answer of Glue's that refuses.
pub fn refusal(code: &str, message: &str) -> Answer {
    (400, serde_json::json!({"__type": code, "Message": message}))
}

impl TestDoor {
    /// Passes calls on.
    pub async fn before(server: SocketAddr) -> TestDoor {
        TestDoor::filling_in_for(server, |_| None).await
    }

    /// Answers calls itself.
    pub async fn answering(script: impl Fn(&Call) -> Answer + Send + Sync + 'static) -> TestDoor {
        let script = Box::new(move |call: &Call| Some(script(call)));
        TestDoor::open(Behind {
            script,
            server: None,
        })
        .await
    }

    /// Answers some calls itself and passes the others on.
    pub async fn filling_in_for(
        server: SocketAddr,
        script: impl Fn(&Call) -> Option<Answer> + Send + Sync + 'static,
    ) -> TestDoor {
        TestDoor::open(Behind {
            script: Box::new(script),
            server: Some(server),
        })
        .await
    }

    /// The calls of this operation so far.
    pub fn calls(&self, operation: &str) -> Vec<Call> {
        let mut calls = self.calls.lock().unwrap().clone();
        calls.retain(|call| call.operation == operation);
        calls
    }

    async fn open(behind: Behind) -> TestDoor {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let calls = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&calls);
        let behind = Arc::new(behind);
        let mut listening = JoinSet::new();
        listening.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((connection, _)) = listener.accept().await {
                connections.spawn(serve(connection, Arc::clone(&behind), Arc::clone(&noted)));
            }
        });
        TestDoor {
            address,
            calls,
            _listening: listening,
        }
    }
}

/// Answers one call and closes the connection.
async fn serve(mut connection: TcpStream, behind: Arc<Behind>, calls: Arc<Mutex<Vec<Call>>>) {
    let Some((head, body)) = read_request(&mut connection).await else {
        return;
    };
    let operation = header(&head, "x-amz-target")
        .and_then(|target| target.rsplit_once('.'))
        .map_or(String::new(), |(_, operation)| operation.to_owned());
    let call = Call {
        operation,
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
    };
    calls.lock().unwrap().push(call.clone());
    let answer = match ((behind.script)(&call), behind.server) {
        (Some((status, json)), _) => {
            let json = json.to_string();
            let length = json.len();
            format!(
                "HTTP/1.1 {status} Answer\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{json}"
            )
            .into_bytes()
        }
        (None, Some(server)) => passed_on(server, &head, &body).await,
        (None, None) => return,
    };
    connection.write_all(&answer).await.ok();
    connection.shutdown().await.ok();
}

async fn read_request(connection: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut received = Vec::new();
    let head_end = loop {
        if connection.read_buf(&mut received).await.ok()? == 0 {
            return None;
        }
        if let Some(at) = received.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
    };
    let head = String::from_utf8_lossy(&received[..head_end]).into_owned();
    let length: usize = header(&head, "content-length")?.parse().ok()?;
    let mut body = received.split_off(head_end + 4);
    while body.len() < length {
        if connection.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some((head, body))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

async fn passed_on(server: SocketAddr, head: &str, body: &[u8]) -> Vec<u8> {
    let mut connection = TcpStream::connect(server).await.unwrap();
    let lines = head
        .lines()
        .filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let head = lines.collect::<Vec<_>>().join("\r\n");
    let head = format!("{head}\r\nConnection: close\r\n\r\n");
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await.unwrap();
    answer
}
