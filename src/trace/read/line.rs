//! One line of a log.

use super::call::Call;
use super::error::Expected;
use super::scan::arguments;

/// A line, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The process, if the line says.
    pub pid: Option<i32>,
    /// The time of day, in microseconds.
    pub at: u64,
    /// All that follows the time.
    pub rest: &'a str,
    /// What it tells.
    pub piece: Piece<'a>,
}

/// What a line tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A call, complete.
    Call(Call),
    /// The beginning of a call.
    Unfinished(&'a str),
    /// The rest of the call of that name.
    Resumed(&'a str, &'a str),
    /// strace lets the process go, in the midst of a call or not.
    Detached,
    /// A signal arrives, from the process with that number.
    Signal(&'a str, Option<i32>),
    /// The process exits with that code.
    Exited(i32),
    /// A signal ends the process.
    Killed(&'a str),
    /// Nothing that matters here.
    Nothing,
}

/// Takes a line apart.
///
/// # Errors
///
/// What was expected of it.
pub fn parse(line: &str) -> Result<Line<'_>, Expected> {
    let (pid, after) = match line.split_once(' ') {
        Some((pid, after)) if !pid.is_empty() && pid.bytes().all(|byte| byte.is_ascii_digit()) => {
            (pid.parse().ok(), after.trim_start())
        }
        _ => (None, line),
    };
    let (time, rest) = after.split_once(' ').ok_or(Expected::Time)?;
    let at = time_of_day(time).ok_or(Expected::Time)?;
    let rest = rest.trim();
    let piece = piece(rest)?;
    Ok(Line { pid, at, rest, piece })
}

fn piece(rest: &str) -> Result<Piece<'_>, Expected> {
    if let Some(signal) = rest.strip_prefix("--- ") {
        let signal = signal.strip_suffix(" ---").ok_or(Expected::Event)?;
        let Some((name, about)) = signal.split_once(' ').filter(|_| signal.starts_with("SIG"))
        else {
            return Ok(Piece::Nothing);
        };
        let sender = about
            .split_once("si_pid=")
            .and_then(|(_, pid)| pid.split([',', '}']).next()?.parse().ok());
        return Ok(Piece::Signal(name, sender));
    }
    if let Some(end) = rest.strip_prefix("+++ ") {
        let end = end.strip_suffix(" +++").ok_or(Expected::Event)?;
        if let Some(code) = end.strip_prefix("exited with ") {
            return code.parse().map(Piece::Exited).or(Err(Expected::Event));
        }
        let signal = end.strip_prefix("killed by ").ok_or(Expected::Event)?;
        return Ok(Piece::Killed(signal.split(' ').next().unwrap_or(signal)));
    }
    // A call that strace saw nothing of.
    if rest.starts_with("???(") || rest.starts_with("<... ??? ") {
        return Ok(Piece::Nothing);
    }
    if let Some(resumed) = rest.strip_prefix("<... ") {
        let (name, tail) = resumed.split_once(" resumed>").ok_or(Expected::Event)?;
        return Ok(Piece::Resumed(name, tail));
    }
    if rest.ends_with("<detached ...>") {
        return Ok(Piece::Detached);
    }
    let open = rest.find('(').ok_or(Expected::Event)?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if open == 0 || !rest[..open].bytes().all(is_name) {
        return Err(Expected::Event);
    }
    match rest.strip_suffix("<unfinished ...>") {
        Some(start) => Ok(Piece::Unfinished(start.trim_end())),
        None => call(rest).map(Piece::Call),
    }
}

/// A call from its name to its duration.
///
/// # Errors
///
/// What is missing.
pub fn call(text: &str) -> Result<Call, Expected> {
    let (name, rest) = text.split_once('(').ok_or(Expected::Event)?;
    let (args, length) = arguments(rest).ok_or(Expected::Result)?;
    let result = rest[length..].trim_start();
    let result = result.strip_prefix("= ").ok_or(Expected::Result)?.trim();
    let (result, took) = match result.rsplit_once(" <") {
        Some((result, "unavailable>")) => (result, None),
        Some((result, time)) => {
            let took = time.strip_suffix('>').and_then(microseconds);
            (result.trim_end(), Some(took.ok_or(Expected::Duration)?))
        }
        None => (result, None),
    };
    let mut words = result.split(' ');
    let first = words.next().unwrap_or_default();
    let is_errno = |word: &&str| word.starts_with('E') && (first == "-1" || first == "?");
    let value = number(first);
    if took.is_none() && first != "?" {
        return Err(Expected::Duration);
    }
    if value.is_none() && first != "?" {
        return Err(Expected::Result);
    }
    Ok(Call {
        name: name.into(),
        args,
        result: result.into(),
        value,
        errno: words.next().filter(is_errno).map(String::from),
        took,
    })
}

/// The number that a result begins with: `0`, `-1`, `0x1`, `6<TCP:[…]>`.
fn number(word: &str) -> Option<i64> {
    if let Some(hex) = word.strip_prefix("0x") {
        return u64::from_str_radix(hex, 16).ok().map(|value| value as i64);
    }
    word.split('<').next()?.parse().ok()
}

/// `23:05:28.277570`.
fn time_of_day(time: &str) -> Option<u64> {
    let (hours, rest) = time.split_once(':')?;
    let (minutes, seconds) = rest.split_once(':')?;
    let [hours, minutes] = [hours, minutes].map(|text| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u64>().ok().filter(|_| digits)
    });
    Some((hours? * 60 + minutes?) * 60_000_000 + microseconds(seconds)?)
}

/// `0.000012`, always with six digits.
fn microseconds(time: &str) -> Option<u64> {
    let (seconds, fraction) = time.split_once('.')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if seconds.len() > 9 || fraction.len() != 6 || !digits(seconds) || !digits(fraction) {
        return None;
    }
    Some(seconds.parse::<u64>().ok()? * 1_000_000 + fraction.parse::<u64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest(text: &str) -> Result<Piece<'_>, Expected> {
        super::piece(text)
    }

    #[test]
    fn a_call_is_taken_apart() {
        let line = "4242 23:05:28.350605 accept4(5<TCP:[127.0.0.1:42401]>, {sa_family=AF_INET, \
                    sin_port=htons(55034), sin_addr=inet_addr(\"127.0.0.1\")}, [128 => 16], \
                    SOCK_CLOEXEC) = 6<TCP:[127.0.0.1:42401->127.0.0.1:55034]> <0.000012>";
        let line = parse(line).expect("a line of strace");
        assert_eq!((line.pid, line.at), (Some(4242), 83_128_350_605));
        let Piece::Call(call) = line.piece else { panic!("{:?}", line.piece) };
        assert_eq!((call.name.as_str(), call.value, call.took), ("accept4", Some(6), Some(12)));
        assert_eq!(call.args.len(), 4);
        assert_eq!(call.arg(0), "5<TCP:[127.0.0.1:42401]>");
        assert_eq!(call.arg(3), "SOCK_CLOEXEC");
        assert_eq!(call.arg(4), "");
    }

    #[test]
    fn what_a_client_sent_does_not_confuse() {
        let call = super::call(r#"sendto(3</a, (b>, ") = 7 <0.1>\", \\", 9, 0) = 9 <0.000001>"#);
        let call = call.expect("a call");
        assert_eq!(call.args, ["3</a, (b>", r#"") = 7 <0.1>\", \\""#, "9", "0"]);
        assert_eq!(call.value, Some(9));
    }

    #[test]
    fn results_of_all_kinds() {
        let result = |text: &str| {
            let call = super::call(&format!("f(1){text}")).expect(text);
            (call.value, call.errno, call.took)
        };
        let errno = |name: &str| Some(String::from(name));
        assert_eq!(result(" = 0 <0.000004>"), (Some(0), None, Some(4)));
        assert_eq!(
            result("    = -1 EAGAIN (Resource temporarily unavailable) <1.000004>"),
            (Some(-1), errno("EAGAIN"), Some(1_000_004))
        );
        assert_eq!(
            result(" = ? ERESTARTSYS (To be restarted if SA_RESTART is set) <0.000001>"),
            (None, errno("ERESTARTSYS"), Some(1))
        );
        assert_eq!(result(" = ?"), (None, None, None));
        assert_eq!(result(" = ? <unavailable>"), (None, None, None));
        assert_eq!(
            result(" = 1 (in [3], left {tv_sec=0, tv_nsec=5}) <0.000001>"),
            (Some(1), None, Some(1))
        );
        assert_eq!(result(" = 0x1f (flags FD_CLOEXEC) <0.000001>"), (Some(31), None, Some(1)));
    }

    #[test]
    fn signals_and_ends() {
        assert_eq!(
            rest("--- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=7, si_uid=0} ---"),
            Ok(Piece::Signal("SIGTERM", Some(7)))
        );
        assert_eq!(
            rest("--- SIGINT {si_signo=SIGINT, si_code=SI_KERNEL} ---"),
            Ok(Piece::Signal("SIGINT", None))
        );
        assert_eq!(rest("--- stopped by SIGSTOP ---"), Ok(Piece::Nothing));
        assert_eq!(rest("+++ exited with 1 +++"), Ok(Piece::Exited(1)));
        assert_eq!(rest("+++ killed by SIGABRT (core dumped) +++"), Ok(Piece::Killed("SIGABRT")));
        assert_eq!(rest("pselect6(6,  <detached ...>"), Ok(Piece::Detached));
    }

    #[test]
    fn halves() {
        assert_eq!(rest("read(3,  <unfinished ...>"), Ok(Piece::Unfinished("read(3,")));
        assert_eq!(
            rest("<... read resumed>\"\", 9) = 0 <0.000001>"),
            Ok(Piece::Resumed("read", "\"\", 9) = 0 <0.000001>"))
        );
    }

    #[test]
    fn what_is_missing_is_said() {
        for (line, expected) in [
            ("", Expected::Time),
            ("hello", Expected::Time),
            ("4242 close(3) = 0 <0.000001>", Expected::Time),
            ("4242 1715258656.123456 close(3) = 0 <0.000001>", Expected::Time),
            ("4242 23:05:28 close(3) = 0 <0.000001>", Expected::Time),
            ("4242 23:05:28.350605 hello", Expected::Event),
            ("4242 23:05:28.350605 +++ exited wi", Expected::Event),
            ("4242 23:05:28.350605 --- SIGINT {si_si", Expected::Event),
            ("4242 23:05:28.350605 read(3, \"Ho", Expected::Result),
            ("4242 23:05:28.350605 read(3, \"Hola\", 4)", Expected::Result),
            ("4242 23:05:28.350605 read(3, \"Hola\", 4) = x <0.000001>", Expected::Result),
            ("4242 23:05:28.350605 close(3) = 0", Expected::Duration),
            ("4242 23:05:28.350605 close(3) = 0 <0.0000", Expected::Duration),
        ] {
            assert_eq!(parse(line), Err(expected), "{line}");
        }
    }
}
