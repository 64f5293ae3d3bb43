//! A PostgreSQL server for the tests of this process, in a folder of its own, gone with the process.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

static SERVER: OnceLock<PostgresServer> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

struct PostgresServer {
    port: u16,
    _folder: tempfile::TempDir,
}

/// The URI of a new, empty database.
pub fn new_database() -> String {
    let server = SERVER.get_or_init(start);
    let name = format!("test{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let uri = |database: &str| format!("postgres://postgres@127.0.0.1:{}/{database}", server.port);
    let mut client = postgres::Client::connect(&uri("postgres"), postgres::NoTls).unwrap();
    client
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .unwrap();
    uri(&name)
}

/// PostgreSQL refuses to run as root.
fn as_its_user(program: &Path) -> Command {
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if !is_root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
    command.arg(program);
    command
}

fn programs() -> PathBuf {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .expect("PostgreSQL's server is not installed; scripts/test installs it")
        .map(|version| version.unwrap().path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop().unwrap()
}

fn start() -> PostgresServer {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    std::fs::set_permissions(folder.path(), open).unwrap();
    Command::new("chown")
        .args(["postgres"])
        .arg(&data)
        .status()
        .ok();
    let made = as_its_user(&programs().join("initdb"))
        .args([
            "--auth=trust",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "-U",
            "postgres",
            "-D",
        ])
        .arg(&data)
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    // The shell ends the server when this process, which holds its input, is gone.
    let script = format!(
        "'{}' -D '{}' -h 127.0.0.1 -p {port} -k '' -c fsync=off & server=$!; read _; kill -INT $server; wait",
        programs().join("postgres").display(),
        data.display(),
    );
    #[allow(clippy::zombie_processes, reason = "it outlives every test")]
    let mut child = as_its_user(Path::new("/bin/sh"))
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Kept open until the process ends.
    std::mem::forget(child.stdin.take());
    let config = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    while postgres::Client::connect(&config, postgres::NoTls).is_err() {
        assert!(child.try_wait().unwrap().is_none(), "the server ended");
        std::thread::yield_now();
    }
    PostgresServer {
        port,
        _folder: folder,
    }
}
