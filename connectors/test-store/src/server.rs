//! `TestS3`: the server on a thread of its own, over a temporary folder.

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use percent_encoding::percent_decode_str;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::faults::Fault;
use crate::log::{Request, RequestKind, Totals, kind_of};

const ACCESS_KEY: &str = "test-access-key";
const SECRET_KEY: &str = "test-secret-key";

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A running server. Dropping it stops it and removes its folder.
pub struct TestS3 {
    endpoint: String,
    folder: tempfile::TempDir,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    log: Mutex<Vec<Request>>,
    faults: Mutex<Vec<(String, Fault)>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl TestS3 {
    /// Starts a server on a free loopback port.
    pub fn start() -> io::Result<TestS3> {
        let folder = tempfile::tempdir()?;
        let files = FileSystem::new(folder.path())
            .map_err(|error| io::Error::other(format!("{error:?}")))?;
        let mut builder = S3ServiceBuilder::new(files);
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let service = builder.build();
        let shared = Arc::new(Shared::default());
        let (stop, stopped) = oneshot::channel();
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let served = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = stopped => {}
                    () = serve(listener, service, served) => {}
                }
            });
        });
        Ok(TestS3 {
            endpoint,
            folder,
            shared,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// The server's address, such as `http://127.0.0.1:12345`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The key pair that it accepts.
    pub fn access_key(&self) -> &'static str {
        ACCESS_KEY
    }

    /// The key pair's secret.
    pub fn secret_key(&self) -> &'static str {
        SECRET_KEY
    }

    /// Adds a bucket.
    pub fn create_bucket(&self, bucket: &str) -> io::Result<()> {
        std::fs::create_dir_all(self.folder.path().join(bucket))
    }

    /// Adds an object, past HTTP and the log.
    pub fn put(&self, bucket: &str, key: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.folder.path().join(bucket).join(key);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, bytes)
    }

    /// Copies a folder's files below a prefix, past HTTP and the log. Keys are the files' names as they are.
    pub fn upload_folder(&self, bucket: &str, prefix: &str, from: &Path) -> io::Result<()> {
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            let name = entry.file_name();
            let key = format!("{prefix}{}", name.to_string_lossy());
            if entry.file_type()?.is_dir() {
                self.upload_folder(bucket, &format!("{key}/"), &entry.path())?;
            } else {
                self.put(bucket, &key, &std::fs::read(entry.path())?)?;
            }
        }
        Ok(())
    }

    /// Forgets the requests so far.
    pub fn reset_log(&self) {
        lock(&self.shared.log).clear();
    }

    /// The requests since the start or the last reset.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.shared.log).clone()
    }

    /// Their sums.
    pub fn totals(&self) -> Totals {
        Totals::of(&lock(&self.shared.log))
    }

    /// From now on requests for `bucket/key…` with this prefix fail so.
    pub fn fail(&self, prefix: &str, fault: Fault) {
        lock(&self.shared.faults).push((prefix.to_owned(), fault));
    }

    /// Ends all faults.
    pub fn heal(&self) {
        lock(&self.shared.faults).clear();
    }
}

impl Drop for TestS3 {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The server may have ended by itself.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn serve(listener: std::net::TcpListener, service: S3Service, shared: Arc<Shared>) {
    let Ok(listener) = TcpListener::from_std(listener) else {
        return;
    };
    let http = Builder::new(TokioExecutor::new());
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        let (service, shared) = (service.clone(), Arc::clone(&shared));
        let answer =
            service_fn(move |request| respond(request, service.clone(), Arc::clone(&shared)));
        let connection = http
            .serve_connection(TokioIo::new(socket), answer)
            .into_owned();
        connections.spawn(async move {
            // A client that goes away is no failure of a test.
            let _ = connection.await;
        });
    }
}

async fn respond(
    request: hyper::Request<Incoming>,
    service: S3Service,
    shared: Arc<Shared>,
) -> Result<hyper::Response<CountedBody>, Failure> {
    let kind = kind_of(request.method(), request.uri().query().unwrap_or(""));
    let path = percent_decode_str(request.uri().path().trim_start_matches('/'))
        .decode_utf8_lossy()
        .into_owned();
    let target = match kind {
        RequestKind::List => format!(
            "{path}/{}",
            listed_prefix(request.uri().query().unwrap_or(""))
        ),
        _ => path.clone(),
    };
    let fault = lock(&shared.faults)
        .iter()
        .find(|(prefix, _)| target.starts_with(prefix.as_str()))
        .and_then(|(_, fault)| fault.answer(kind == RequestKind::List));
    let response = match fault {
        Some(response) => response.map(|body| body.map_err(|never| match never {}).boxed_unsync()),
        None => Service::call(&service, request)
            .await
            .map_err(|error| format!("{error:?}"))?
            .map(|body| body.map_err(|error| -> Failure { error }).boxed_unsync()),
    };
    let sent = Arc::new(AtomicU64::new(0));
    lock(&shared.log).push(Request::new(
        kind,
        path,
        response.status().as_u16(),
        Arc::clone(&sent),
    ));
    Ok(response.map(|body| CountedBody { body, sent }))
}

/// The prefix that a listing is for.
fn listed_prefix(query: &str) -> String {
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix("prefix="))
        .map(|prefix| percent_decode_str(prefix).decode_utf8_lossy().into_owned())
        .unwrap_or_default()
}

/// Counts a body's bytes as the connection takes them.
struct CountedBody {
    body: UnsyncBoxBody<Bytes, Failure>,
    sent: Arc<AtomicU64>,
}

impl Body for CountedBody {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(data) = frame.data_ref()
        {
            self.sent
                .fetch_add(u64::try_from(data.len()).unwrap_or(0), Ordering::SeqCst);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
