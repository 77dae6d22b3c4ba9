//! The only reader of clocks: the local date and time for people, a monotonic clock for durations.

use std::fmt::{self, Debug, Display, Formatter};
use std::io::Write;
use std::time::Instant;
use time::{OffsetDateTime, UtcOffset};

/// One moment, read once per turn of a loop.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// For durations and deadlines: never set back.
    pub monotonic: Instant,
    /// For people.
    pub stamp: Stamp,
}

impl Now {
    /// Whole seconds from this moment until `later`.
    #[must_use]
    pub fn seconds_until(&self, later: &Self) -> u64 {
        later.monotonic.saturating_duration_since(self.monotonic).as_secs()
    }
}

/// A local date and time, `DD/MM/YYYY HH:MM:SS`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Stamp([u8; 19]);

impl Stamp {
    /// Its text, in ASCII.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Display for Stamp {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl Debug for Stamp {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

/// Reads both clocks. The stamp is formatted once per second, and the time zone looked up once per
/// quarter of an hour, when clocks can change; forked children inherit both.
#[derive(Debug)]
pub struct Clock {
    /// The present, as of the last [`tick`](Self::tick).
    pub now: Now,
    second: i64,
    quarter: i64,
    offset: UtcOffset,
}

impl Clock {
    /// A clock, with the time zone read.
    #[must_use]
    pub fn new() -> Self {
        let now = Now { monotonic: Instant::now(), stamp: Stamp([b'?'; 19]) };
        let mut clock = Self { now, second: i64::MIN, quarter: i64::MIN, offset: UtcOffset::UTC };
        clock.tick();
        clock
    }

    /// Reads the present. No system call: both clocks are read in the vDSO.
    pub fn tick(&mut self) {
        self.set(OffsetDateTime::now_utc(), Instant::now());
    }

    /// Sets the present. The first clock may be set back; the other never is.
    pub(crate) fn set(&mut self, utc: OffsetDateTime, monotonic: Instant) {
        let second = utc.unix_timestamp();
        if second != self.second {
            let quarter = second.div_euclid(900);
            if quarter != self.quarter {
                // Without a usable time zone, UTC.
                self.offset = UtcOffset::local_offset_at(utc).unwrap_or(UtcOffset::UTC);
                self.quarter = quarter;
            }
            self.now.stamp = utc.to_offset(self.offset).into();
            self.second = second;
        }
        self.now.monotonic = monotonic;
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}

impl From<OffsetDateTime> for Stamp {
    fn from(time: OffsetDateTime) -> Self {
        let (year, month, day) = time.to_calendar_date();
        let (hour, minute, second) = time.to_hms();
        let month = u8::from(month);
        let mut text = [b'?'; 19];
        // Always 19 bytes until the year 9999.
        let _ = write!(
            text.as_mut_slice(),
            "{day:02}/{month:02}/{year:04} {hour:02}:{minute:02}:{second:02}"
        );
        Self(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_has_every_digit() {
        let time = OffsetDateTime::from_unix_timestamp(1_715_265_856).unwrap();
        assert_eq!(Stamp::from(time).to_string(), "09/05/2024 14:44:16");
    }
}
