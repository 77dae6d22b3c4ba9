//! The column of times.

use super::cells;
use super::rows::Rows;
use crate::screen::Lang;
use crate::trace::model::story::Story;
use crate::trace::words::time;

/// From the edge to the longest time.
const MARGIN: f64 = 12.0;

/// The times of the rows, as far as the log has them.
#[derive(Clone, Debug, Default)]
pub struct Times {
    /// When each row is.
    pub of: Vec<Option<String>>,
    /// For how long nothing happened before each row.
    pub idle: Vec<Option<String>>,
}

impl Times {
    /// Those of these rows.
    #[must_use]
    pub fn new(story: &Story, rows: &Rows, lang: Lang) -> Self {
        let digits = digits(&rows.times);
        let of = rows.times.iter().map(|&at| time::at(story, at?, digits, lang)).collect();
        let idle = (0..rows.times.len()).map(|row| match rows.after_idle.get(&row)? / 1000 {
            ms @ ..10_000 => Some(format!("+{ms} ms")),
            ms => Some(format!("+{} s", ms / 1000)),
        });
        Self { of, idle: idle.collect() }
    }

    /// The right edge of their column; 0 if there are none.
    #[must_use]
    pub fn width(&self) -> f64 {
        let widest = self.of.iter().chain(&self.idle).flatten().map(|time| cells::width(time));
        widest.reduce(f64::max).map_or(0.0, |widest| MARGIN + widest)
    }
}

/// How many digits after the point the times need to differ, as far as there is room for them.
fn digits(times: &[Option<u64>]) -> usize {
    let times: Vec<_> = times.iter().copied().flatten().collect();
    let same = times.windows(2).filter(|pair| pair[0] / 100 == pair[1] / 100).count();
    match times.last().copied().unwrap_or(0) {
        ..1_000_000_000 if 3 * same > times.len() => 6,
        ..10_000_000_000 => 4,
        _ => 2,
    }
}
