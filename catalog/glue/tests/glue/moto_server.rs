//! moto's server of Glue, one for the tests of this process and gone with it. Each test has a region of its own in it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;

static SERVER: OnceLock<MotoServer> = OnceLock::new();

/// Runs the server until its standard input ends, which the end of this process brings about however it comes.
const PROGRAM: &str = "
import os, sys, threading
def end_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)
threading.Thread(target=end_with_parent, daemon=True).start()
from moto.server import main
main(['-H', '127.0.0.1', '-p', '0'])
";

struct MotoServer {
    address: SocketAddr,
    _process: Child,
    _lifeline: ChildStdin,
}

/// Where the server listens.
pub fn address() -> SocketAddr {
    SERVER.get_or_init(start).address
}

/// A Python that has moto; `scripts/test` makes one.
fn python() -> PathBuf {
    std::env::var_os("PRISMLAKE_TEST_PYTHON")
        .map_or_else(|| PathBuf::from("python3"), PathBuf::from)
}

fn start() -> MotoServer {
    let python = python();
    let mut process = Command::new(&python)
        .args(["-c", PROGRAM])
        .env("MOTO_ALLOW_NONEXISTENT_REGION", "true")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{} does not start: {error}", python.display()));
    let lifeline = process.stdin.take().unwrap();
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
    let port = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| {
            let (_, port) = line.split_once("Running on http://127.0.0.1:")?;
            port.trim().parse().ok()
        })
        .expect("moto ended before it listened; is moto[glue,server] installed?");
    // The server logs each request, and stops when nobody reads.
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    MotoServer {
        address: SocketAddr::from(([127, 0, 0, 1], port)),
        _process: process,
        _lifeline: lifeline,
    }
}
