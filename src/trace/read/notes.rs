//! What a log lacks, for want of a strace option or for another reason. Reported once.

use super::call::Call;
use super::recorded::Recorded;
use crate::reason::Reason;
use crate::repr::Text;
use crate::screen::Lang;
use std::rc::Rc;

/// What the logs have and lack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// Lines in all.
    pub lines: u64,
    /// Calls understood.
    pub calls: u64,
    /// Lines not understood.
    pub odd: u64,
    /// The first of those.
    pub first: Option<LinePlace>,
    /// Whether a log breaks off in its last line.
    pub is_cut_short: bool,
    /// Logs without times: their order is that of their lines.
    pub untimed: usize,
    /// Logs whose times cannot be compared with the others': they come after them, one after another.
    pub apart: usize,
    /// Whether that is so of all of them.
    pub are_all_apart: bool,
    /// Logs whose times are whole seconds (-t).
    pub coarse: usize,
    /// Whether there was a wait without a duration (no -T).
    pub unmeasured: bool,
    /// Calls on sockets.
    pub on_sockets: u64,
    /// Whether a socket was seen with its address (-yy).
    pub addresses: bool,
    /// Which calls they are known to show.
    pub recorded: Recorded,
    /// Whether a process ends in them.
    pub has_end: bool,
    /// Children without a log (no -f).
    pub children: usize,
    /// Calls whose data strace cut (-s).
    pub cut: u64,
    /// Whether a program uses io_uring, which strace cannot look into.
    pub io_uring: bool,
    /// A log that could not be read to its end, and why.
    pub unread: Option<(Rc<str>, Reason)>,
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinePlace {
    /// The log.
    pub file: Rc<str>,
    /// The line, from 1.
    pub line: u64,
    /// What it says.
    pub text: String,
}

/// How much of a line is quoted.
const SHOWN: usize = 60;

/// The calls on sockets that matter here.
const ON_SOCKETS: [&str; 12] = [
    "socket",
    "bind",
    "listen",
    "accept",
    "accept4",
    "connect",
    "sendto",
    "recvfrom",
    "sendmsg",
    "recvmsg",
    "shutdown",
    "getsockname",
];

impl Notes {
    /// Takes note of a call.
    pub(super) fn see(&mut self, call: &Call) {
        self.calls += 1;
        let name = call.name();
        // strace's annotation of descriptors also identifies the ends of a pipe.
        let is_bare_pipe = matches!(name, "pipe" | "pipe2") && !call.arg(0).contains('<');
        let is_on_socket = ON_SOCKETS.contains(&name) || is_bare_pipe;
        if is_on_socket {
            self.on_sockets += 1;
            let shows =
                |text: &str| ["<TCP", "<UDP", "<UNIX"].iter().any(|kind| text.contains(kind));
            self.addresses = self.addresses || shows(call.arg(0)) || shows(call.result());
        }
        let moves = is_on_socket || matches!(name, "read" | "write" | "readv" | "writev");
        // What the loader and others read from files is not payload.
        let is_payload = || !call.arg(0).contains("</") && !call.arg(1).starts_with("\"\\177ELF");
        self.cut += u64::from(moves && call.text().contains("\"...") && is_payload());
        self.io_uring = self.io_uring || name.starts_with("io_uring_");
        self.recorded.see(name);
    }

    /// Takes note of a line that is not understood.
    pub(super) fn reject(&mut self, file: &Rc<str>, line: u64, text: &str) {
        self.odd += 1;
        self.first.get_or_insert_with(|| LinePlace {
            file: Rc::clone(file),
            line,
            text: text.chars().take(SHOWN + 1).collect(),
        });
    }

    /// Adds the notes of another log.
    pub(super) fn add(&mut self, other: &Self) {
        self.lines += other.lines;
        self.calls += other.calls;
        self.odd += other.odd;
        self.on_sockets += other.on_sockets;
        self.cut += other.cut;
        self.first = self.first.take().or_else(|| other.first.clone());
        self.unread = self.unread.take().or_else(|| other.unread.clone());
        self.is_cut_short |= other.is_cut_short;
        self.unmeasured |= other.unmeasured;
        self.addresses |= other.addresses;
        self.io_uring |= other.io_uring;
        self.recorded.add(other.recorded);
        self.has_end |= other.has_end;
    }

    /// What is missing, in words: one line each.
    #[must_use]
    pub fn words(&self, lang: Lang) -> Vec<String> {
        let [one_log, one_child, one_call, one_line] =
            [self.apart as u64, self.children as u64, self.cut, self.odd].map(|count| count == 1);
        let Self { apart, children, cut, odd, .. } = self;
        let place = self.first.as_ref().map(|place| place.words(lang)).unwrap_or_default();
        let unread = self.unread.as_ref().map(|(file, why)| {
            if lang == Lang::Es { format!("{file}: {why:#}") } else { format!("{file}: {why}") }
        });
        let unread = unread.unwrap_or_default();
        #[rustfmt::skip] // A table: when, Spanish, English.
        let all = [
            (self.untimed > 0,
                "sin horas (strace -tt): el orden es el de las líneas".to_owned(),
                "no times (strace -tt): the order is that of the lines".to_owned()),
            (self.apart > 0 && one_log,
                "1 registro no tiene horas que comparar con las de los demás (strace -tt): se cuenta después".to_owned(),
                "1 log has no times to compare with the others' (strace -tt): it is told after them".to_owned()),
            (self.are_all_apart,
                "los registros no tienen horas que comparar (strace -tt): se cuentan uno tras otro".to_owned(),
                "the logs have no times to compare (strace -tt): they are told one after another".to_owned()),
            (self.apart > 1 && !self.are_all_apart,
                format!("{apart} registros no tienen horas que comparar con las de los demás (strace -tt): se cuentan después, uno tras otro"),
                format!("{apart} logs have no times to compare with the others' (strace -tt): they are told after them, one after another")),
            (self.coarse > 0,
                "horas en segundos enteros (strace -tt da más)".to_owned(),
                "times in whole seconds (strace -tt has more)".to_owned()),
            (self.unmeasured,
                "sin duraciones (strace -T): una espera acaba, como muy tarde, en la línea siguiente, y así se cuenta".to_owned(),
                "no durations (strace -T): a wait ends at the next line at the latest, and is told that way".to_owned()),
            (self.on_sockets > 0 && !self.addresses,
                "descriptores sin direcciones (strace -yy): quién está conectado con quién se deduce de las llamadas".to_owned(),
                "descriptors without addresses (strace -yy): who is connected to whom is inferred from the calls".to_owned()),
            (self.on_sockets > 0 && self.has_end && !self.recorded.closes,
                "sin close (¿strace -e?): no se sabe qué descriptores siguen abiertos".to_owned(),
                "no close (strace -e?): which descriptors are still open is not known".to_owned()),
            (one_child,
                "falta en los registros 1 hijo, proceso o hilo (strace -f)".to_owned(),
                "1 child, a process or thread, is not in the logs (strace -f)".to_owned()),
            (self.children > 1,
                format!("faltan en los registros {children} hijos, procesos o hilos (strace -f)"),
                format!("{children} children, processes or threads, are not in the logs (strace -f)")),
            (one_call,
                "de 1 llamada solo se ve el principio de sus datos (strace -s)".to_owned(),
                "of 1 call, only the beginning of the data is shown (strace -s)".to_owned()),
            (self.cut > 1,
                format!("de {cut} llamadas solo se ve el principio de sus datos (strace -s)"),
                format!("of {cut} calls, only the beginning of the data is shown (strace -s)")),
            (self.is_cut_short,
                "la última línea está cortada".to_owned(),
                "the last line is cut off".to_owned()),
            (self.io_uring,
                "un programa usa io_uring: strace no ve lo que pasa por ahí".to_owned(),
                "a program uses io_uring: strace does not see what goes through it".to_owned()),
            (one_line,
                format!("no se entiende 1 línea: {place}"),
                format!("1 line is not understood: {place}")),
            (self.odd > 1,
                format!("no se entienden {odd} líneas; la primera: {place}"),
                format!("{odd} lines are not understood; the first one: {place}")),
            (self.unread.is_some(),
                format!("no se pudo leer hasta el final: {unread}"),
                format!("could not be read to the end: {unread}")),
        ];
        let said = all.into_iter().filter(|(is_so, ..)| *is_so);
        said.map(|(_, es, en)| if lang == Lang::Es { es } else { en }).collect()
    }

    /// Why there is nothing to show, if no call was understood.
    #[must_use]
    pub fn nothing(&self, lang: Lang) -> Option<String> {
        let (es, en) = match &self.first {
            _ if self.calls > 0 => return None,
            None => (
                "no hay ninguna llamada registrada por strace".to_owned(),
                "there is no call recorded by strace".to_owned(),
            ),
            Some(place) => (
                format!(
                    "no hay ninguna llamada registrada por strace; la primera línea: {}",
                    place.words(Lang::Es)
                ),
                format!(
                    "there is no call recorded by strace; the first line: {}",
                    place.words(Lang::En)
                ),
            ),
        };
        Some(if lang == Lang::Es { es } else { en })
    }
}

impl LinePlace {
    /// `a.log, line 7: hello`.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let line = if lang == Lang::Es { "línea" } else { "line" };
        let shown: String = self.text.chars().take(SHOWN).collect();
        let more = if shown.len() < self.text.len() { "..." } else { "" };
        format!("{}, {line} {}: {}{more}", self.file, self.line, Text(shown.as_bytes()))
    }
}
