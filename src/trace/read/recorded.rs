//! What a log would show: strace -e may leave calls out.

/// Which calls a log is known to show if they are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Those that close descriptors.
    pub closes: bool,
    /// Those that reap children.
    pub reaps: bool,
    /// Those that read, from any descriptor.
    pub reads: bool,
}

impl Recorded {
    /// Takes note of a call that the log shows.
    pub(in crate::trace) fn see(&mut self, name: &str) {
        match name {
            "close" | "close_range" => self.closes = true,
            // They are asked for together: strace -e trace=process.
            "wait4" | "waitid" | "waitpid" | "exit_group" => self.reaps = true,
            "read" | "readv" => self.reads = true,
            // Whoever asks for this one asks for all.
            "brk" => *self = Self { closes: true, reaps: true, reads: true },
            _ => {}
        }
    }

    /// Adds what is known by another log of the same recording.
    pub(in crate::trace) fn add(&mut self, other: Self) {
        self.closes |= other.closes;
        self.reaps |= other.reaps;
        self.reads |= other.reads;
    }
}
