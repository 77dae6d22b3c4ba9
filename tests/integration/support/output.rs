//! What a program writes, collected by a thread so that the program never waits for the test.

use super::DEADLINE;
use std::io::Read;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

#[derive(Debug, Default)]
struct Collected {
    bytes: Vec<u8>,
    ended: bool,
    pace: Pace,
}

/// How fast the output is read: unread output stays in the pipe or the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Pace {
    #[default]
    AtOnce,
    /// This many bytes a second.
    Slow(u32),
    /// Not at all, except what the thread is already reading.
    Never,
}

/// The output so far, and how far the test has followed it.
#[derive(Debug)]
pub(crate) struct Output {
    shared: Arc<(Mutex<Collected>, Condvar)>,
    followed: usize,
}

impl Output {
    pub(crate) fn collect(mut from: impl Read + Send + 'static) -> Self {
        let shared = Arc::new((Mutex::new(Collected::default()), Condvar::new()));
        let ours = Arc::clone(&shared);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            loop {
                let pace = turn(&ours);
                // Reading a terminal that nothing has open any more fails (EIO): an end like any
                // other. But the last output may only come after it.
                let count = from.read(&mut buffer).or_else(|_| from.read(&mut buffer)).unwrap_or(0);
                let mut collected = lock(&ours.0);
                collected.bytes.extend_from_slice(&buffer[..count]);
                collected.ended = count == 0;
                ours.1.notify_all();
                if count == 0 {
                    return;
                }
                drop(collected);
                if let Pace::Slow(rate) = pace {
                    thread::sleep(Duration::from_secs(1) * count as u32 / rate);
                }
            }
        });
        Self { shared, followed: 0 }
    }

    /// Waits for `text` after what has been followed, and follows to its end. Returns what was
    /// skipped.
    pub(crate) fn expect(&mut self, text: &str) -> String {
        let start = self.followed;
        let at = self.wait(text, |rest| find(rest, text.as_bytes()));
        self.followed = start + at + text.len();
        self.slice(start, start + at)
    }

    /// Waits for a line that contains `text`, follows to the end of that line, and returns the
    /// line.
    pub(crate) fn expect_line(&mut self, text: &str) -> String {
        let start = self.followed;
        let (from, to) = self.wait(text, |rest| {
            let at = find(rest, text.as_bytes())?;
            let from = rest[..at].iter().rposition(|&byte| byte == b'\n');
            let end = at + find(&rest[at..], b"\n")?;
            Some((from.map_or(0, |newline| newline + 1), end))
        });
        self.followed = start + to + 1;
        self.slice(start + from, start + to).trim_end().to_owned()
    }

    /// Waits for the end, and returns everything that the program ever wrote.
    pub(crate) fn all(&self) -> String {
        let end = |collected: &Collected| collected.ended.then_some(());
        self.wait_for("its end", end);
        self.so_far()
    }

    /// Everything that the program has written so far.
    pub(crate) fn so_far(&self) -> String {
        self.slice(0, usize::MAX)
    }

    /// Everything that the program has written so far and the test has not followed.
    pub(crate) fn not_followed(&self) -> String {
        self.slice(self.followed, usize::MAX)
    }

    /// Stops reading it.
    pub(crate) fn stall(&self) {
        self.set_pace(Pace::Never);
    }

    /// Reads it slowly from now on: this many bytes a second.
    pub(crate) fn slow_down(&self, rate: u32) {
        self.set_pace(Pace::Slow(rate));
    }

    /// Reads it as it comes again.
    pub(crate) fn resume(&self) {
        self.set_pace(Pace::AtOnce);
    }

    fn set_pace(&self, pace: Pace) {
        lock(&self.shared.0).pace = pace;
        self.shared.1.notify_all();
    }

    fn slice(&self, from: usize, to: usize) -> String {
        let collected = lock(&self.shared.0);
        let to = to.min(collected.bytes.len());
        String::from_utf8_lossy(&collected.bytes[from..to]).into_owned()
    }

    fn wait<T>(&self, what: &str, search: impl Fn(&[u8]) -> Option<T>) -> T {
        self.wait_for(&format!("{what:?}"), |collected| search(&collected.bytes[self.followed..]))
    }

    fn wait_for<T>(&self, what: &str, found: impl Fn(&Collected) -> Option<T>) -> T {
        let deadline = Instant::now() + DEADLINE;
        let mut collected = lock(&self.shared.0);
        loop {
            if let Some(found) = found(&collected) {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !collected.ended && !left.is_zero(),
                "waited for {what} after byte {}; {} was:\n{}",
                self.followed,
                if collected.ended { "all there" } else { "so far there" },
                String::from_utf8_lossy(tail(&collected.bytes))
            );
            let woken = self.shared.1.wait_timeout(collected, left);
            collected = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // Or its thread would wait for ever.
        self.resume();
    }
}

/// Waits until the output may be read, and returns how fast.
fn turn(shared: &(Mutex<Collected>, Condvar)) -> Pace {
    let mut collected = lock(&shared.0);
    while collected.pace == Pace::Never {
        collected = shared.1.wait(collected).unwrap_or_else(PoisonError::into_inner);
    }
    collected.pace
}

/// The end of it: a failure must stay readable.
fn tail(bytes: &[u8]) -> &[u8] {
    &bytes[bytes.len().saturating_sub(3000)..]
}

fn find(bytes: &[u8], text: &[u8]) -> Option<usize> {
    bytes.windows(text.len()).position(|window| window == text)
}

/// A test that fails while holding the lock must not hide the messages of others.
fn lock(mutex: &Mutex<Collected>) -> MutexGuard<'_, Collected> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
