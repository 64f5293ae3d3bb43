//! Ctrl-C, noticed even while every worker of the runtime computes: a thread of its own waits for it.

use std::sync::LazyLock;

use tokio::sync::watch;

/// How often Ctrl-C was pressed, since the first who asked.
static PRESSED: LazyLock<watch::Receiver<u64>> = LazyLock::new(|| {
    let (sender, receiver) = watch::channel(0);
    // Without the thread Ctrl-C keeps its default, and ends the process.
    let _ = std::thread::Builder::new()
        .name("interrupts".to_owned())
        .spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_io()
                .build();
            let Ok(runtime) = runtime else { return };
            runtime.block_on(async {
                while tokio::signal::ctrl_c().await.is_ok() {
                    sender.send_modify(|pressed| *pressed += 1);
                }
            });
        });
    receiver
});

/// The presses of Ctrl-C from a moment on.
pub struct Interrupts(watch::Receiver<u64>);

impl Interrupts {
    /// From now on Ctrl-C does not end the process.
    pub fn from_now_on() -> Self {
        let mut pressed = PRESSED.clone();
        pressed.mark_unchanged();
        Interrupts(pressed)
    }

    /// Waits for the next press.
    pub async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending().await
        }
    }
}
