//! The bytes of every answer and of every notice.

use crate::clock::Stamp;
use std::io::Write;

/// What a client says to leave.
pub const FAREWELL: &str = "SALIR";

/// How every notice begins.
pub const NOTICE: &str = "Servidor: ";

/// The longest message, without its line end, in bytes.
pub const MAX_MESSAGE: usize = 65_536;

/// How a reply ends, before any newline.
pub const UNIT: &str = " secs";

/// The longest reply: a stamp, a space, the seconds, their unit, a newline.
const LONGEST_REPLY: usize = 19 + 1 + 20 + 5 + 1;

/// No reply or notice is longer than this: the caller makes room for it.
pub const LONGEST: usize = 56;

/// What a message asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// Any message: the date and time now, and the seconds connected.
    Time,
    /// `CONEXION`: the date and time of connection instead.
    Connection,
    /// `SALIR`: the seconds connected, and goodbye.
    Farewell,
}

impl Request {
    /// Reads a message, without its line end. The reserved words are exact, in any case.
    #[must_use]
    pub fn parse(message: &[u8]) -> Self {
        let is = |word: &str| message.eq_ignore_ascii_case(word.as_bytes());
        if is(FAREWELL) {
            Self::Farewell
        } else if is("CONEXION") || is("CONEXIÓN") || is("CONEXIóN") {
            Self::Connection
        } else {
            Self::Time
        }
    }
}

/// `DD/MM/YYYY HH:MM:SS N secs`.
pub fn write_time(out: &mut Vec<u8>, stamp: &Stamp, seconds: u64) {
    out.extend_from_slice(stamp.as_bytes());
    out.push(b' ');
    write_seconds(out, seconds);
}

/// `N secs`. Digit by digit: `write!` took a fifth of the server's own instructions.
pub fn write_seconds(out: &mut Vec<u8>, seconds: u64) {
    let (mut digits, mut first, mut left) = ([0; 20], 20, seconds);
    loop {
        first -= 1;
        digits[first] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[first..]);
    out.extend_from_slice(UNIT.as_bytes());
}

/// Reads `N secs`.
#[must_use]
pub fn parse_seconds(text: &str) -> Option<u64> {
    text.strip_suffix(UNIT)?.parse().ok()
}

/// Whether these bytes are an incomplete reply to `request`.
#[must_use]
pub fn is_begun(request: Request, bytes: &[u8]) -> bool {
    const STAMP: &[u8] = b"00/00/0000 00:00:00 ";
    let stamp = if request == Request::Farewell { b"" } else { STAMP };
    let (date, rest) = bytes.split_at(bytes.len().min(stamp.len()));
    let fits = |(byte, model): (&u8, &u8)| match model {
        b'0' => byte.is_ascii_digit(),
        _ => byte == model,
    };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let unit = &rest[digits..];
    let unit_begun = digits > 0 && UNIT.as_bytes().starts_with(unit) && unit != UNIT.as_bytes();
    bytes.len() < LONGEST_REPLY
        && date.iter().zip(stamp).all(fits)
        && (rest.is_empty() || unit_begun)
}

/// What the server says unasked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// On accept.
    Greeting,
    /// The operator closes the clients; seconds connected.
    Closing(u64),
    /// The client was silent for too long; seconds connected.
    Idle(u64),
    /// At the limit, of so many clients.
    Full(usize),
    /// Could not fork, or no memory.
    NoResources,
    /// The message is longer than [`MAX_MESSAGE`].
    TooLong,
}

impl Notice {
    /// Appends the notice, a line.
    pub fn write(self, out: &mut Vec<u8>) {
        // Writing to a Vec cannot fail.
        let _ = match self {
            Self::Greeting => writeln!(out, "{NOTICE}Conectado con cliente"),
            Self::Closing(seconds) => writeln!(out, "{NOTICE}cerrando, {seconds} secs"),
            Self::Idle(seconds) => writeln!(out, "{NOTICE}inactividad, {seconds} secs"),
            Self::Full(clients) => writeln!(out, "{NOTICE}completo, {clients} clientes"),
            Self::NoResources => writeln!(out, "{NOTICE}sin recursos"),
            Self::TooLong => {
                writeln!(out, "{NOTICE}mensaje demasiado largo, máximo {MAX_MESSAGE} bytes")
            }
        };
    }

    /// Reads a notice, without its line end.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let text = line.strip_prefix(NOTICE)?;
        let (what, figure) = text.split_once(", ").unwrap_or((text, ""));
        match what {
            "Conectado con cliente" => Some(Self::Greeting),
            "cerrando" => parse_seconds(figure).map(Self::Closing),
            "inactividad" => parse_seconds(figure).map(Self::Idle),
            "completo" => figure.strip_suffix(" clientes")?.parse().ok().map(Self::Full),
            "sin recursos" => Some(Self::NoResources),
            "mensaje demasiado largo" => Some(Self::TooLong),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_words_are_exact_in_any_case() {
        for word in ["SALIR", "salir", "Salir"] {
            assert_eq!(Request::parse(word.as_bytes()), Request::Farewell);
        }
        for word in ["CONEXION", "conexion", "CONEXIÓN", "conexión", "Conexión"] {
            assert_eq!(Request::parse(word.as_bytes()), Request::Connection);
        }
        for word in ["", "SALIR ", " salir", "SALIRR", "CONEXIONES", "CONEXI\u{f1}N"] {
            assert_eq!(Request::parse(word.as_bytes()), Request::Time);
        }
    }

    #[test]
    fn seconds_have_every_digit() {
        for seconds in [0, 9, 10, 108, 86_400, u64::MAX] {
            let mut out = Vec::new();
            write_seconds(&mut out, seconds);
            assert_eq!(out, format!("{seconds} secs").as_bytes());
        }
    }

    #[test]
    fn a_reply_is_begun_until_it_is_whole() {
        for (request, reply) in [
            (Request::Time, "09/05/2024 14:44:16 108 secs"),
            (Request::Connection, "31/12/2024 00:00:00 0 secs"),
            (Request::Farewell, "146 secs"),
        ] {
            for end in 1..reply.len() {
                assert!(is_begun(request, &reply.as_bytes()[..end]), "{request:?} {end}");
            }
            assert!(!is_begun(request, reply.as_bytes()));
            assert!(!is_begun(request, format!("{reply}\n").as_bytes()));
        }
        for other in ["hola", "09/05/2024 a las", "09/05/2024 14:44:16  secs", "42 euros"] {
            assert!(!is_begun(Request::Time, other.as_bytes()), "{other}");
            assert!(!is_begun(Request::Farewell, other.as_bytes()), "{other}");
        }
        assert!(!is_begun(Request::Farewell, &[b'1'; 100]));
    }

    #[test]
    fn notices_are_read_as_they_are_written() {
        for notice in [
            Notice::Greeting,
            Notice::Closing(3),
            Notice::Idle(0),
            Notice::Full(1000),
            Notice::NoResources,
            Notice::TooLong,
        ] {
            let mut line = Vec::new();
            notice.write(&mut line);
            assert!(line.len() <= LONGEST);
            let line = String::from_utf8(line).unwrap();
            assert_eq!(line.strip_suffix('\n').and_then(Notice::parse), Some(notice));
        }
        for line in ["", "cerrando, 3 secs", "Servidor: cerrando, 3", "Servidor: hola"] {
            assert_eq!(Notice::parse(line), None);
        }
    }
}
