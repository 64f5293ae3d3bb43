//! `PullDecoder`: a decoder for formats whose library reads a stream by itself. The library runs on a thread of its own, and
//! only while `decode` waits for it: bytes are handed over, and rows come back until it asks for more bytes.

use std::collections::VecDeque;
use std::io::{self, BufReader, Read};
use std::sync::mpsc::{Receiver, Sender, channel};

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;

use super::columns::BatchBuilder;
use super::decoder::{RowDecoder, RowError};
use crate::formats::decode_guard::{Contradiction, guarded};

/// What the library's thread says.
enum Message {
    Batch(RecordBatch),
    NeedsInput,
    Ended(Result<(), RowError>),
}

/// The rows of one object, appended to a batch one by one.
pub(in crate::formats) trait RowPull: Send + 'static {
    /// Reads all rows; has each that is complete ended by `rows`.
    fn pull(self, input: BufReader<PushedBytes>, rows: &mut PulledRows) -> Result<(), RowError>;
}

/// The batch that rows are appended to.
pub(in crate::formats) struct PulledRows {
    pub batch: BatchBuilder,
    messages: Sender<Message>,
}

impl PulledRows {
    /// Ends a row. An error means that nobody wants further rows.
    pub fn end_row(&mut self, bytes: usize) -> Result<(), RowError> {
        self.batch.end_row(bytes);
        if self.batch.is_full() {
            self.send_batch()?;
        }
        Ok(())
    }

    fn send_batch(&mut self) -> Result<(), RowError> {
        if let Some(batch) = self.batch.finish()? {
            self.messages
                .send(Message::Batch(batch))
                .map_err(|_| RowError::malformed_file("the scan has ended".to_owned()))?;
        }
        Ok(())
    }
}

/// The pushed bytes as the library reads them.
pub(in crate::formats) struct PushedBytes {
    chunks: Receiver<Vec<u8>>,
    messages: Sender<Message>,
    chunk: io::Cursor<Vec<u8>>,
}

impl Read for PushedBytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.chunk.read(buffer)?;
            if read > 0 {
                return Ok(read);
            }
            // Without a listener the scan has ended, and with it the object.
            if self.messages.send(Message::NeedsInput).is_err() {
                return Ok(0);
            }
            match self.chunks.recv() {
                Ok(chunk) => self.chunk = io::Cursor::new(chunk),
                Err(_) => return Ok(0),
            }
        }
    }
}

/// Decodes by a library that pulls.
pub(in crate::formats) struct PullDecoder {
    /// `None` once the object has ended.
    chunks: Option<Sender<Vec<u8>>>,
    messages: Receiver<Message>,
    ready: VecDeque<RecordBatch>,
    ended: bool,
}

impl PullDecoder {
    pub fn new(
        declared: &SchemaRef,
        projection: &[usize],
        batch_rows: usize,
        rows: impl RowPull,
    ) -> Result<Self, RowError> {
        let (chunk_sender, chunks) = channel();
        let (message_sender, messages) = channel();
        let mut pulled = PulledRows {
            batch: BatchBuilder::new(declared, projection, batch_rows)?,
            messages: message_sender.clone(),
        };
        let thread = move || {
            let input = PushedBytes {
                chunks,
                messages: message_sender.clone(),
                chunk: io::Cursor::default(),
            };
            let ended = guarded(|| {
                rows.pull(BufReader::new(input), &mut pulled)?;
                pulled.send_batch()
            })
            .unwrap_or_else(|Contradiction(words)| Err(RowError::malformed_file(words)));
            // Nobody may listen any more.
            let _ = message_sender.send(Message::Ended(ended));
        };
        std::thread::Builder::new()
            .name("row-decoder".to_owned())
            .spawn(thread)
            .map_err(|error| {
                RowError::InvalidOptions(format!("no thread can be started: {error}"))
            })?;
        let mut decoder = PullDecoder {
            chunks: Some(chunk_sender),
            messages,
            ready: VecDeque::new(),
            ended: false,
        };
        decoder.listen()?;
        Ok(decoder)
    }

    /// Takes what comes until the thread waits for bytes, or has ended.
    fn listen(&mut self) -> Result<(), RowError> {
        while !self.ended {
            match self.messages.recv() {
                Ok(Message::Batch(batch)) => self.ready.push_back(batch),
                Ok(Message::NeedsInput) if self.chunks.is_some() => return Ok(()),
                // It meets the end of the object, maybe more than once.
                Ok(Message::NeedsInput) => {}
                Ok(Message::Ended(ended)) => {
                    self.ended = true;
                    ended?;
                }
                Err(_) => {
                    self.ended = true;
                    return Err(RowError::malformed_file(
                        "its values contradict each other; it may be corrupt".to_owned(),
                    ));
                }
            }
        }
        Ok(())
    }
}

impl RowDecoder for PullDecoder {
    fn decode(&mut self, input: &[u8]) -> Result<usize, RowError> {
        if !self.ready.is_empty() {
            return Ok(0);
        }
        if let (Some(chunks), false) = (&self.chunks, self.ended) {
            // A thread that has ended has said so, or its end is noticed next.
            let _ = chunks.send(input.to_vec());
            self.listen()?;
        }
        Ok(input.len())
    }

    fn finish(&mut self) -> Result<(), RowError> {
        self.chunks = None;
        self.listen()
    }

    fn flush(&mut self) -> Result<Option<RecordBatch>, RowError> {
        Ok(self.ready.pop_front())
    }
}
