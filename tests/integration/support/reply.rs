//! The reply `DD/MM/YYYY HH:MM:SS N secs`, read strictly.

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

/// A date and time from the server.
type Stamp = PrimitiveDateTime;

/// A reply to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) at: Stamp,
    pub(crate) secs: u64,
}

impl Reply {
    /// Reads a reply, without its line end. Anything else fails the test.
    pub(crate) fn parse(text: &str) -> Self {
        Self::try_parse(text).unwrap_or_else(|| panic!("not DD/MM/YYYY HH:MM:SS N secs: {text:?}"))
    }

    fn try_parse(text: &str) -> Option<Self> {
        let (date, rest) = text.split_once(' ')?;
        let (time, secs) = rest.split_once(' ')?;
        let [day, month, year] = figures(date, '/', [2, 2, 4])?;
        let [hour, minute, second] = figures(time, ':', [2, 2, 2])?;
        let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
        let date = Date::from_calendar_date(i32::from(year), month, day.try_into().ok()?).ok()?;
        let time =
            Time::from_hms(hour.try_into().ok()?, minute.try_into().ok()?, second.try_into().ok()?);
        Some(Self {
            at: Stamp::new(date, time.ok()?),
            secs: secs.strip_suffix(" secs")?.parse().ok()?,
        })
    }
}

/// Numbers with exactly these counts of digits.
fn figures(text: &str, separator: char, digits: [usize; 3]) -> Option<[u16; 3]> {
    let parts: Vec<_> = text.split(separator).collect();
    let parts: [&str; 3] = parts.try_into().ok()?;
    let mut figures = [0; 3];
    for ((part, digits), figure) in parts.into_iter().zip(digits).zip(&mut figures) {
        let exact = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        *figure = part.parse().ok().filter(|_| exact)?;
    }
    Some(figures)
}

/// The date and time in UTC, to the second, as a reply would have it.
pub(crate) fn utc_now() -> Stamp {
    let now = OffsetDateTime::now_utc();
    let second = now.time().replace_nanosecond(0).expect("a whole second");
    Stamp::new(now.date(), second)
}
