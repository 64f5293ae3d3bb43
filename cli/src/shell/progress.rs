//! The progress bar of a query that takes long: bytes done of bytes to do.

use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use prismlake_engine::ProgressReader;

/// How long a query runs before the bar appears: shorter ones would only flicker.
const APPEARS_AFTER: Duration = Duration::from_millis(500);
/// How often it is drawn anew.
const REDRAWN_EVERY: Duration = Duration::from_millis(100);

/// The terminal's width in characters, if there is a terminal.
pub fn terminal_width() -> Option<u16> {
    console::Term::stdout()
        .size_checked()
        .map(|(_, columns)| columns)
}

/// Watches one query.
pub struct Progress {
    reader: ProgressReader,
    bar: Option<ProgressBar>,
    due: tokio::time::Interval,
    begun: bool,
}

impl Progress {
    pub fn new(reader: ProgressReader) -> Self {
        let start = tokio::time::Instant::now() + APPEARS_AFTER;
        Progress {
            reader,
            bar: None,
            due: tokio::time::interval_at(start, REDRAWN_EVERY),
            begun: false,
        }
    }

    /// Waits for the next time to draw, and draws.
    pub async fn tick(&mut self) {
        self.due.tick().await;
        if !io::stderr().is_terminal() {
            return;
        }
        let progress = self.reader.read();
        let Some(total) = progress.bytes_total.filter(|total| *total > 0) else {
            return;
        };
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template(
                "{bar:30} {bytes} of {total_bytes} · {elapsed} · {binary_bytes_per_sec}",
            ) {
                bar.set_style(style);
            }
            bar
        });
        bar.set_length(total);
        bar.set_position(progress.bytes_done.min(total));
    }

    /// Takes the bar away, for rows to be printed.
    pub fn hide(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    /// Whether rows were begun before; from now on they are.
    pub fn rows_begun(&mut self) -> bool {
        std::mem::replace(&mut self.begun, true)
    }
}
