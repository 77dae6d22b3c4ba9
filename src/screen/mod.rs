//! What users see. [`lines`] has every line that is printed; this file decides when it reaches the
//! screen: at once if there is room, later if its reader is slow, never if nobody reads. Only
//! [`Screen::drain`] blocks.
//!
//! One process writes. A forked child hands its lines to its parent through a pipe
//! ([`Screen::into_child`], [`Screen::take_over`]).

mod bottom;
pub(crate) mod cells;
pub mod keyboard;
pub mod lang;
pub mod lines;
mod out;
mod warnings;

use self::bottom::Bottom;
use self::out::{Outlet, OutletText};
use self::warnings::Warned;
use crate::net::Error;
use crate::sys::{self, FdSet};
pub use lang::{Lang, Program};
pub use lines::{Line, Stream};
use std::io::{IsTerminal, stderr, stdout};
use std::mem;
use std::os::fd::OwnedFd;
use std::thread;
use std::time::{Duration, Instant};
pub use warnings::Warning;

/// How long to sleep when waiting fails or returns at once.
pub(crate) const A_WHILE: Duration = Duration::from_millis(10);

/// How much of a server's text may wait to be read.
const MOST: usize = 1 << 20;

/// Whether nothing says that a terminal can do more than print lines.
pub(crate) fn is_dumb() -> bool {
    std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb")
}

/// Prints lines, in one language.
#[derive(Debug)]
pub struct Screen {
    lang: Lang,
    program: Program,
    quiet: bool,
    out: Outlet,
    /// Standard error, if it is not the same as standard output.
    err: Option<Outlet>,
    /// For standard output and standard error.
    has_colours: [bool; 2],
    /// Whether standard output is a terminal that can erase a line.
    erases: bool,
    bottom: Bottom,
    warned: Vec<Warned>,
    /// How many lines have been printed.
    lines: usize,
    /// Whether lines go to another process, each after the letter of its stream.
    relays: bool,
    /// An incomplete line of another process.
    half: Vec<u8>,
}

impl Screen {
    /// The screen of a server, which never waits for it.
    ///
    /// # Errors
    ///
    /// No descriptor for standard output or standard error.
    pub fn new(program: Program, lang: Lang, quiet: bool) -> Result<Self, Error> {
        Self::with_room(MOST, program, lang, quiet)
    }

    /// The screen of a program that waits for it, and loses nothing.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn patient(program: Program, lang: Lang, quiet: bool) -> Result<Self, Error> {
        Self::with_room(usize::MAX, program, lang, quiet)
    }

    fn with_room(most: usize, program: Program, lang: Lang, quiet: bool) -> Result<Self, Error> {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = is_dumb();
        let coloured = |is_terminal: bool| is_terminal && !dumb && !is_set("NO_COLOR");
        Ok(Self {
            lang,
            program,
            quiet,
            out: Outlet::stdout(most)?,
            err: Outlet::stderr(most)?,
            has_colours: [coloured(stdout().is_terminal()), coloured(stderr().is_terminal())],
            erases: stdout().is_terminal() && !dumb,
            bottom: Bottom::default(),
            warned: Vec::new(),
            lines: 0,
            relays: false,
            half: Vec::new(),
        })
    }

    /// Whether events are not printed, and need not be prepared.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether it is a terminal that can show a line being edited.
    #[must_use]
    pub fn can_edit(&self) -> bool {
        self.erases
    }

    /// How many lines have been printed.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// Prints an event, unless quiet.
    pub fn event(&mut self, line: &Line<'_>) {
        if !self.quiet {
            self.say(line);
        }
    }

    /// Prints a line.
    pub fn say(&mut self, line: &Line<'_>) {
        let (stream, lang, program) = (line.stream(), self.lang, self.program);
        if !line.is_said_by(program) {
            return;
        }
        let colour = if self.has_colours[stream as usize] { line.colour().escape() } else { "" };
        let Some(mut text) = self.begin(stream) else {
            return;
        };
        text.push(colour.as_bytes());
        // Writing to memory cannot fail.
        let _ = line.write(lang, program, &mut text);
        text.push(if colour.is_empty() { b"\n" } else { b"\x1b[0m\n" });
    }

    /// The words of a line, to go into another.
    #[must_use]
    pub fn words(&self, line: &Line<'_>) -> String {
        words(self.lang, self.program, line)
    }

    /// Where to append a line, after all others; `None` if it is dropped.
    fn begin(&mut self, stream: Stream) -> Option<OutletText<'_>> {
        self.admit_losses(stream);
        let relays = self.relays;
        let (outlet, is_out) = self.outlet(stream);
        if !outlet.has_room() && outlet.lost == 0 {
            // A long turn of the loop may fill the queue: write some of it, if it is being read.
            outlet.flush();
        }
        if !outlet.has_room() {
            outlet.lost += 1;
            return None;
        }
        if is_out {
            self.bottom.erase(&mut self.out, self.erases);
        }
        self.lines += 1;
        let mut text = self.outlet(stream).0.text();
        match stream {
            _ if !relays => {}
            Stream::Out => text.push(b"o"),
            Stream::Err => text.push(b"e"),
        }
        Some(text)
    }

    /// Prints how many lines were lost, once there is room again.
    fn admit_losses(&mut self, stream: Stream) {
        let (lang, program) = (self.lang, self.program);
        let (outlet, _) = self.outlet(stream);
        if outlet.lost > 0 && outlet.has_room() {
            let count = mem::take(&mut outlet.lost);
            if let Some(mut text) = self.begin(stream) {
                let _ = Line::LinesLost { count }.write(lang, program, &mut text);
                text.push(b"\n");
            }
            let (outlet, _) = self.outlet(stream);
            if outlet.lost > 0 {
                outlet.lost = count;
            }
        }
    }

    /// Where a stream's lines go, and whether the question is shown there.
    fn outlet(&mut self, stream: Stream) -> (&mut Outlet, bool) {
        match &mut self.err {
            Some(err) if stream == Stream::Err => (err, false),
            _ => (&mut self.out, true),
        }
    }

    /// Writes as much as there is room for, with the question below all lines. Call it before
    /// waiting, and when there is room again.
    pub fn flush(&mut self) {
        for stream in [Stream::Out, Stream::Err] {
            self.outlet(stream).0.flush();
            self.admit_losses(stream);
        }
        self.bottom.show(&mut self.out, self.erases);
    }

    /// Writes what it can, and adds to the set what still waits for room.
    pub fn watch(&mut self, write: &mut FdSet) {
        self.flush();
        for outlet in [Some(&self.out), self.err.as_ref()].into_iter().flatten() {
            if !outlet.is_empty() {
                write.insert(outlet);
            }
        }
    }

    /// Waits until everything is written, or until a deadline; returns whether it is.
    pub fn drain(&mut self, until: Option<Instant>) -> bool {
        loop {
            let mut write = FdSet::new();
            self.watch(&mut write);
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            if write.is_empty() || left == Some(Duration::ZERO) {
                return write.is_empty();
            }
            // Interrupted or not, try again.
            if sys::select(None, Some(&mut write), None, left).is_err() {
                thread::sleep(A_WHILE);
            }
        }
    }

    /// Whether standard output can be written to; anything that could not be written has been
    /// dropped.
    ///
    /// # Errors
    ///
    /// That of the first write that failed: `EPIPE`, `ENOSPC`, …
    pub fn check(&self) -> Result<(), Error> {
        let failed = |errno| Err(Error::new("write", "stdout", errno));
        self.out.broken.map_or(Ok(()), failed)
    }

    /// In a forked child: the screen whose lines go into a pipe, from which its parent [takes them
    /// over](Self::take_over). The parent's descriptors are closed, without freeing memory.
    #[must_use]
    pub fn into_child(self, pipe: OwnedFd) -> Self {
        let Self { lang, program, quiet, out, err, has_colours, bottom, warned, half, .. } = self;
        out.close();
        if let Some(err) = err {
            err.close();
        }
        mem::forget((bottom, warned, half));
        Self {
            lang,
            program,
            quiet,
            out: Outlet::pipe(pipe, MOST),
            err: None,
            has_colours,
            erases: false,
            bottom: Bottom::default(),
            warned: Vec::new(),
            lines: 0,
            relays: true,
            half: Vec::new(),
        }
    }

    /// Prints lines that came out of the children's pipe.
    pub fn take_over(&mut self, mut bytes: &[u8]) {
        while let Some(end) = bytes.iter().position(|&byte| byte == b'\n') {
            let (line, rest) = bytes.split_at(end + 1);
            bytes = rest;
            let mut half = mem::take(&mut self.half);
            let whole = if half.is_empty() {
                line
            } else {
                half.extend_from_slice(line);
                &half
            };
            if let [letter, line @ ..] = whole {
                let stream = if *letter == b'e' { Stream::Err } else { Stream::Out };
                if let Some(mut text) = self.begin(stream) {
                    text.push(line);
                }
            }
        }
        self.half.extend_from_slice(bytes);
    }
}

/// The words of a line, without a line end.
#[must_use]
pub fn words(lang: Lang, program: Program, line: &Line<'_>) -> String {
    let mut words = String::new();
    // Writing to a String cannot fail.
    let _ = line.write(lang, program, &mut words);
    words
}
