//! The facts of a story, one per line, for scripts: calls, and the fate of processes and sockets.

use crate::screen::Lang;
use crate::trace::model::meaning::Meaning;
use crate::trace::model::story::{Step, Story};
use crate::trace::read::call::Call;
use crate::trace::words::time::seconds;
use std::fmt::{self, Write};

/// Writes the facts, in order: `call PID TIME CALL`, `child PID CHILD`, `reaped PID CHILD`, `accepted PID FD`, `closed
/// PID FD`; and last `left PID FD` for each socket that was open at the end of its process.
///
/// # Errors
///
/// Only those of `out`.
pub fn write(story: &Story, out: &mut impl Write) -> fmt::Result {
    for step in &story.steps {
        let pid = story.tasks[step.task].pid;
        for line in story.raw(step) {
            writeln!(out, "call {pid} {} {line}", time(story.start, step.at))?;
        }
        if let Some((fact, number)) = fact(step, &story.call(step)) {
            writeln!(out, "{fact} {pid} {number}")?;
        }
    }
    for left in &story.left {
        writeln!(out, "left {} {}", story.tasks[left.task].pid, left.number)?;
    }
    Ok(())
}

/// The result of a step beyond its call, if any: the number of a process or of a descriptor.
fn fact(step: &Step, call: &Call) -> Option<(&'static str, i64)> {
    let first = || call.arg(0).split('<').next().and_then(|number| number.parse().ok());
    Some(match step.meaning {
        Meaning::Fork => ("child", call.value?),
        Meaning::Wait => ("reaped", call.value?),
        Meaning::Accept => ("accepted", call.value?),
        Meaning::Close
        | Meaning::CloseCopy
        | Meaning::CloseInherited
        | Meaning::CloseListener
        | Meaning::CloseOne => ("closed", first()?),
        _ => return None,
    })
}

/// The time of day, or seconds since the beginning where the log does not say that.
fn time(start: Option<u64>, at: u64) -> String {
    let Some(start) = start else { return seconds(at, 6, Lang::En) };
    let (seconds, micros) = ((start + at) / 1_000_000 % 86_400, (start + at) % 1_000_000);
    format!("{:02}:{:02}:{:02}.{micros:06}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::tests::{FORK, story};

    #[test]
    fn a_fact_is_a_line() {
        let mut text = String::new();
        write(&story(FORK), &mut text).expect("a String takes all");
        let facts = |name: &str| {
            let lines = text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            lines.collect::<Vec<_>>()
        };
        // The server's pid, and its two children's.
        assert_eq!(facts("child"), ["14988 15005", "14988 15016"]);
        assert_eq!(facts("reaped"), ["14988 15005", "14988 15016"]);
        assert_eq!(facts("accepted"), ["14988 12", "14988 12"]);
        assert_eq!(facts("left"), [""; 0]);
        let of = |pid: &str| facts("closed").iter().filter(|fact| fact.starts_with(pid)).count();
        // The listener and its two clients; the inherited listener and one client each.
        assert_eq!([of("14988 "), of("15005 "), of("15016 ")], [3, 2, 2]);
        assert_eq!(facts("call").len() + facts("closed").len() + 6, text.lines().count());
        assert!(text.starts_with("call 14988 0.00"), "{text}");
    }

    #[test]
    fn the_time_is_that_of_the_day() {
        let start = Some(86_399_500_000);
        assert_eq!(time(start, 2), "23:59:59.500002");
        assert_eq!(time(start, 600_000), "00:00:00.100000");
        assert_eq!(time(None, 1_000_002), "1.000002");
    }

    #[test]
    fn what_is_left_open_is_told() {
        let log = "7 socket(AF_INET, SOCK_STREAM, 0) = 3\n7 fork() = 8\n8 close(3) = 0\n7 exit_group(0) = ?\n\
                   7 +++ exited with 0 +++\n8 +++ exited with 0 +++\n";
        let mut text = String::new();
        write(&story(log), &mut text).expect("a String takes all");
        assert!(text.ends_with("left 7 3\n") && text.contains("\nclosed 8 3\n"), "{text}");
        // strace -e trace=network,process does not show what is closed.
        let mut text = String::new();
        write(&story(&log.replace("8 close(3) = 0\n", "")), &mut text).expect("a String takes all");
        assert!(!text.contains("left"), "{text}");
    }
}
