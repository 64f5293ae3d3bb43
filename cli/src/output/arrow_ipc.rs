//! Arrow's IPC stream.

use std::io::{self, Write};

use arrow::datatypes::SchemaRef;
use arrow::ipc::writer::StreamWriter;
use arrow::record_batch::RecordBatch;

use prismlake_engine::{exchanged, exchanged_schema};

use super::{ResultWriter, arrow_failed};

/// The IPC writer owns its sink, so it writes into a buffer that is passed on batch by batch.
#[derive(Default)]
pub struct ArrowWriter {
    stream: Option<StreamWriter<Vec<u8>>>,
}

impl ArrowWriter {
    fn pass_on(&mut self, output: &mut dyn Write) -> io::Result<()> {
        if let Some(stream) = &mut self.stream {
            output.write_all(stream.get_ref())?;
            stream.get_mut().clear();
        }
        Ok(())
    }
}

impl ResultWriter for ArrowWriter {
    fn begin(&mut self, output: &mut dyn Write, schema: &SchemaRef) -> io::Result<()> {
        self.stream = Some(
            StreamWriter::try_new(Vec::new(), &exchanged_schema(schema)).map_err(arrow_failed)?,
        );
        self.pass_on(output)
    }

    fn write(&mut self, output: &mut dyn Write, batch: &RecordBatch) -> io::Result<()> {
        if let Some(stream) = &mut self.stream {
            let batch = exchanged(batch).map_err(arrow_failed)?;
            stream.write(&batch).map_err(arrow_failed)?;
        }
        self.pass_on(output)
    }

    fn finish(&mut self, output: &mut dyn Write) -> io::Result<()> {
        if let Some(stream) = &mut self.stream {
            stream.finish().map_err(arrow_failed)?;
        }
        self.pass_on(output)
    }
}
