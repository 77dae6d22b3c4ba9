//! The times of a log, as microseconds on one axis.

/// A time, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// Since midnight (`-t`, `-tt`).
    Day(u64),
    /// Since 1970 (`-ttt`).
    Unix(u64),
    /// Since the line before (`-r`).
    Since(u64),
}

/// What the times of a log are, if it has any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeKind {
    /// It has none.
    #[default]
    None,
    /// Times of day.
    Day,
    /// Seconds since 1970.
    Unix,
    /// Each since the one before.
    Since,
}

/// Microseconds of a day.
pub const DAY: u64 = 86_400_000_000;

/// In seconds: relative times are shorter than this, times since 1970 longer.
const YEARS: u64 = 100_000_000;

impl Time {
    /// Reads `23:05:28`, `23:05:28.350605`, `1715258656.123456` or `0.000106`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let (whole, rest) = word.split_once('.').unwrap_or((word, ""));
        let micros = fraction(rest)?;
        let number = |text: &str| {
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| text.parse::<u64>().ok()).flatten()
        };
        if let Some((hours, rest)) = whole.split_once(':') {
            let (minutes, seconds) = rest.split_once(':')?;
            let two = |part: &str, most| number(part).filter(|&n| part.len() == 2 && n <= most);
            let (h, m, s) = (two(hours, 23)?, two(minutes, 59)?, two(seconds, 60)?);
            return Some(Self::Day((h * 3600 + m * 60 + s) * 1_000_000 + micros));
        }
        let seconds = number(whole)?;
        let time = seconds.checked_mul(1_000_000)?.checked_add(micros)?;
        Some(if seconds < YEARS { Self::Since(time) } else { Self::Unix(time) })
    }

    fn kind(self) -> TimeKind {
        match self {
            Self::Day(_) => TimeKind::Day,
            Self::Unix(_) => TimeKind::Unix,
            Self::Since(_) => TimeKind::Since,
        }
    }
}

/// The digits after the point, in microseconds.
pub(super) fn fraction(digits: &str) -> Option<u64> {
    let mut micros = 0;
    for place in 0..6 {
        let digit =
            digits.as_bytes().get(place).map_or(Some(0), |byte| char::from(*byte).to_digit(10))?;
        micros = micros * 10 + u64::from(digit);
    }
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(micros)
}

/// Puts the times of a log on one axis: across midnight, and relative ones summed up.
#[derive(Clone, Debug, Default)]
pub(super) struct LogClock {
    /// What the times are, as in the first line.
    pub kind: TimeKind,
    days: u64,
    first: Option<u64>,
    last: u64,
    is_fine: bool,
}

impl LogClock {
    /// The time of the first line. Relative times begin at 0.
    pub fn start(&self) -> u64 {
        self.first.filter(|_| matches!(self.kind, TimeKind::Day | TimeKind::Unix)).unwrap_or(0)
    }

    /// Whether any line has had a place on the axis.
    pub fn has_begun(&self) -> bool {
        self.first.is_some()
    }

    /// Whether it has only whole seconds.
    pub fn is_coarse(&self) -> bool {
        self.kind != TimeKind::None && !self.is_fine
    }

    /// Whether the order of the lines says more than the times: there are none, or whole seconds.
    pub fn counts_lines(&self) -> bool {
        !self.is_fine
    }

    /// The time of the last line.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// The time of a line. A line without one has that of the line before it; without any times at all it is the
    /// line's number.
    pub fn at(&mut self, time: Option<Time>, line: u64) -> u64 {
        let kind = time.map_or(TimeKind::None, Time::kind);
        if self.first.is_none() {
            self.kind = kind;
        }
        match time.filter(|_| kind == self.kind) {
            Some(Time::Day(at)) => {
                if at + self.days + DAY / 2 < self.last {
                    self.days += DAY;
                }
                self.last = at.saturating_add(self.days);
            }
            Some(Time::Unix(at)) => self.last = at,
            Some(Time::Since(passed)) => self.last = self.last.saturating_add(passed),
            None if self.kind == TimeKind::None => self.last = line,
            None => {}
        }
        self.first.get_or_insert(self.last);
        self.is_fine |= self.kind != TimeKind::None && !self.last.is_multiple_of(1_000_000);
        self.last
    }
}
