//! Times in figures.

use crate::trace::model::story::Story;

/// When it is, as far as the log says: nothing without times, and no more than seconds where it has no more.
#[must_use]
pub fn at(story: &Story, micros: u64, digits: usize) -> Option<String> {
    let digits = if story.missing.coarse > 0 { 0 } else { digits };
    (story.missing.untimed == 0).then(|| seconds(micros, digits))
}

/// `0.0534`: seconds with up to six digits after the point.
#[must_use]
pub fn seconds(micros: u64, digits: usize) -> String {
    let (seconds, fraction) = (micros / 1_000_000, format!("{:06}", micros % 1_000_000));
    match digits {
        0 => seconds.to_string(),
        _ => format!("{seconds}.{}", &fraction[..digits.min(6)]),
    }
}

/// `52.359`: milliseconds.
#[must_use]
pub fn milliseconds(micros: u64) -> String {
    format!("{}.{:03}", micros / 1000, micros % 1000)
}
