//! Progress: what takes long says so, to a person at a terminal only, and leaves nothing behind.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// What is done within this time says nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// After this time it is said again how long it takes.
const TICK: Duration = Duration::from_secs(1);

/// Does work, and says on standard error what is being done where that takes longer than half a second. Nothing is said where
/// standard error is no terminal, or one that cannot go back to the start of a line.
pub(crate) fn during<T>(what: &str, work: impl FnOnce() -> T) -> T {
    if io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|name| name != "dumb") {
        told(what, work, PATIENCE, io::stderr())
    } else {
        work()
    }
}

fn told<T>(what: &str, work: impl FnOnce() -> T, patience: Duration, mut to: impl Write + Send) -> T {
    let (done, is_done) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let start = Instant::now();
            let mut wait = patience;
            let mut width = 0;
            // It ends when the other end of the channel is gone: also where the work panics.
            while is_done.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                let line = format!("portolan: {what}, {} s", start.elapsed().as_secs());
                let _ = write!(to, "\r{line}").and_then(|()| to.flush());
                (wait, width) = (TICK, line.len());
            }
            if width > 0 {
                let _ = write!(to, "\r{:width$}\r", "").and_then(|()| to.flush());
            }
        });
        // Dropped before the scope waits for the thread.
        let _done = done;
        work()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(takes: Duration, patience: Duration) -> String {
        let mut out = Vec::new();
        told("reading", || thread::sleep(takes), patience, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_takes_long_says_so_and_wipes_it_away() {
        let said = said(Duration::from_millis(300), Duration::ZERO);
        assert_eq!(said, "\rportolan: reading, 0 s\r                      \r");
    }

    #[test]
    fn what_is_soon_done_says_nothing() {
        assert_eq!(said(Duration::ZERO, Duration::from_secs(60)), "");
    }
}
