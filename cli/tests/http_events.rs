//! S3 event notifications over HTTP: the crawler looks at the folders that they name.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use prismlake_test_store::TestS3;

fn prismlake(home: &Path, server: &TestS3) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_prismlake"));
    command
        .arg("--home")
        .arg(home)
        .env("AWS_ENDPOINT_URL_S3", server.endpoint())
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", server.access_key())
        .env("AWS_SECRET_ACCESS_KEY", server.secret_key());
    command
}

struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn post(address: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn posted_events_crawl_their_folders() {
    let server = TestS3::start().unwrap();
    server.create_bucket("data").unwrap();
    let put = |key: &str| server.put("data", key, b"id,v\n1,2\n").unwrap();
    put("lake/t/dt=1/a.csv");
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let crawled = prismlake(home, &server)
        .args([
            "crawl",
            "c",
            "--target",
            "s3://data/lake/",
            "--recrawl",
            "events",
        ])
        .output()
        .unwrap();
    assert!(
        crawled.status.success(),
        "{}",
        String::from_utf8_lossy(&crawled.stderr)
    );
    let mut serving = Serving(
        prismlake(home, &server)
            .args(["serve", "--http", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let mut line = String::new();
    BufReader::new(serving.0.stderr.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line.trim().strip_prefix("HTTP: ").unwrap().to_owned();

    put("lake/t/dt=2/b.csv");
    put("lake/t/dt=3/c.csv");
    let event = r#"{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"data"},"object":{"key":"lake/t/dt%3D2/b.csv","size":9}}}]}"#;
    let answer = post(&address, "/crawlers/c/events", event);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("\"PartitionsAdded\":1"), "{answer}");
    assert!(post(&address, "/crawlers/c/events", "no JSON").starts_with("HTTP/1.1 400"));
    assert!(post(&address, "/crawlers/x/events", event).starts_with("HTTP/1.1 404"));
    assert!(post(&address, "/", "").starts_with("HTTP/1.1 404"));
    let shown = prismlake(home, &server)
        .args([
            "sql",
            "--format",
            "csv",
            "-e",
            "SELECT dt FROM \"t$partitions\" ORDER BY 1",
        ])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&shown.stdout), "dt\n1\n2\n");
}
