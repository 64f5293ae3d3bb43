//! Where rows go: standard output, or a file that takes its name when all rows are in it.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Bytes gathered before they are written.
const BUFFER_BYTES: usize = 64 * 1024;

/// The rows' destination.
pub enum Sink {
    /// Standard output.
    Stdout(BufWriter<io::Stdout>),
    /// Something that is there and is no regular file, such as a named pipe or a device: written to as it is.
    Special(BufWriter<File>),
    /// A regular file, which is replaced as a whole by `close`; without it, nothing is left behind.
    Replaced {
        writer: BufWriter<NamedTempFile>,
        path: PathBuf,
    },
}

impl Sink {
    /// Opens a file, or standard output where none is named.
    pub fn open(path: Option<&Path>) -> io::Result<Self> {
        let Some(path) = path else {
            let stdout = BufWriter::with_capacity(BUFFER_BYTES, io::stdout());
            return Ok(Sink::Stdout(stdout));
        };
        // Through symbolic links: it is the file behind them that is replaced.
        let path = match path.canonicalize() {
            Ok(found) if !found.is_file() => {
                let file = OpenOptions::new().write(true).open(found)?;
                return Ok(Sink::Special(BufWriter::with_capacity(BUFFER_BYTES, file)));
            }
            Ok(found) => found,
            Err(_) => path.to_owned(),
        };
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut partial = tempfile::Builder::new();
        partial.prefix(".prismlake-");
        if let Some(permissions) = permissions(&path) {
            partial.permissions(permissions);
        }
        let writer = BufWriter::with_capacity(BUFFER_BYTES, partial.tempfile_in(folder)?);
        Ok(Sink::Replaced { writer, path })
    }

    /// The width to draw tables to, where there is a terminal.
    pub fn terminal_width(&self) -> Option<u16> {
        match self {
            Sink::Stdout(_) if io::stdout().is_terminal() => crate::shell::terminal_width(),
            _ => None,
        }
    }

    /// Writes what is left, and gives the file its name.
    pub fn close(self) -> io::Result<()> {
        match self {
            Sink::Stdout(mut writer) => writer.flush(),
            Sink::Special(mut writer) => writer.flush(),
            Sink::Replaced { writer, path } => {
                let partial = writer
                    .into_inner()
                    .map_err(io::IntoInnerError::into_error)?;
                partial.persist(path)?;
                Ok(())
            }
        }
    }
}

/// Those of the file that is replaced, or of any new file.
#[cfg(unix)]
fn permissions(path: &Path) -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    /// What new files are opened with, before the process's mask is taken off.
    const NEW_FILE: u32 = 0o666;
    match path.metadata() {
        Ok(metadata) => Some(metadata.permissions()),
        Err(_) => Some(Permissions::from_mode(NEW_FILE)),
    }
}

#[cfg(not(unix))]
fn permissions(_path: &Path) -> Option<Permissions> {
    None
}

impl Sink {
    fn writer(&mut self) -> &mut dyn Write {
        match self {
            Sink::Stdout(writer) => writer,
            Sink::Special(writer) => writer,
            Sink::Replaced { writer, .. } => writer,
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer().flush()
    }
}
