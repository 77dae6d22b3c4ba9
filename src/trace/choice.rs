//! Which part of the logs is shown: which processes and ports, and which span of time.

use crate::options::{Both, Parsed, UsageError};
use crate::screen::{Lang, Line};
use crate::trace::read::time::{DAY, Time};

/// What is chosen. An empty choice is everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// These processes, with their threads.
    pub pids: Vec<i32>,
    /// Connections and datagrams of these ports.
    pub ports: Vec<u16>,
    /// Nothing that ended before this.
    pub from: Option<Moment>,
    /// Nothing that began after this.
    pub to: Option<Moment>,
}

/// A moment, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Since midnight.
    Day(u64),
    /// Since the first record.
    Since(u64),
}

/// The logs have nothing of what was chosen.
pub(crate) const NOTHING: Both = Both {
    es: "nada corresponde a lo que se eligió (--pid, --port, --from, --to)",
    en: "nothing matches what was chosen (--pid, --port, --from, --to)",
};
const NO_TIMES: Both = Both {
    es: "sin horas (strace -tt) no se pueden usar --from ni --to",
    en: "without times (strace -tt), neither --from nor --to can be used",
};
const NO_TIME_OF_DAY: Both = Both {
    es: "sin horas del día (strace -tt), --from y --to se dan en segundos desde el comienzo",
    en: "without times of day (strace -tt), --from and --to are given in seconds since the start",
};

impl Choice {
    /// Reads `--pid`, `--port`, `--from` and `--to`.
    pub(crate) fn parse(parsed: &Parsed) -> Result<Self, UsageError> {
        let numbers = |flag: &str, name: &str, most: u64| {
            let all = parsed.all(name).into_iter();
            all.map(|value| parsed.in_range(flag, &value, &(1..=most)))
                .collect::<Result<Vec<_>, _>>()
        };
        let pids = numbers("--pid", "pid", i32::MAX as u64)?;
        let ports = numbers("--port", "port", u64::from(u16::MAX))?;
        let moment = |flag: &str, name: &str| {
            let value = parsed.text(name)?;
            if value.is_empty() {
                return Ok(None);
            }
            let words = match parsed.lang {
                Lang::Es => "HH:MM:SS[,fracción], o segundos desde el comienzo",
                Lang::En => "HH:MM:SS[.fraction], or seconds since the start",
            };
            match Time::parse(&value.replacen(',', ".", 1)) {
                Some(Time::Day(at)) => Ok(Some(Moment::Day(at))),
                Some(Time::Since(at)) => Ok(Some(Moment::Since(at))),
                _ => Err(parsed.error(&Line::BadWord { flag, value: &value, words })),
            }
        };
        Ok(Self {
            pids: pids.into_iter().filter_map(|pid| pid.try_into().ok()).collect(),
            ports: ports.into_iter().filter_map(|port| port.try_into().ok()).collect(),
            from: moment("--from", "from")?,
            to: moment("--to", "to")?,
        })
    }

    /// The chosen span, in microseconds since the first record; `start` is the first record's time
    /// of day.
    ///
    /// # Errors
    ///
    /// Why it cannot be chosen: the logs have no times, or no times of day.
    pub(crate) fn window(&self, start: Option<u64>, has_times: bool) -> Result<(u64, u64), Both> {
        let since = |moment| match moment {
            _ if !has_times => None,
            Moment::Since(at) => Some(at),
            // A time long before the first record is after midnight.
            Moment::Day(at) => start.map(|start| match (at, start % DAY) {
                (at, start) if at + DAY / 2 < start => at + DAY - start,
                (at, start) => at.saturating_sub(start),
            }),
        };
        let from = self.from.map_or(Some(0), since);
        let to = self.to.map_or(Some(u64::MAX), since);
        from.zip(to).ok_or(if has_times { NO_TIME_OF_DAY } else { NO_TIMES })
    }
}
