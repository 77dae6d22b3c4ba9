//! Times in figures, as people read them: with a decimal comma in Spanish.

use crate::screen::Lang;
use crate::trace::model::story::Story;

/// The time, as precise as the log: empty without times, whole seconds if it has no more.
#[must_use]
pub fn at(story: &Story, micros: u64, digits: usize, lang: Lang) -> Option<String> {
    let digits = if story.missing.coarse > 0 { 0 } else { digits };
    (story.missing.untimed == 0).then(|| seconds(micros, digits, lang))
}

/// `0.0534`: seconds with up to six decimals.
#[must_use]
pub fn seconds(micros: u64, digits: usize, lang: Lang) -> String {
    let (seconds, fraction) = (micros / 1_000_000, format!("{:06}", micros % 1_000_000));
    match digits {
        0 => seconds.to_string(),
        _ => format!("{seconds}{}{}", lang.decimal_mark(), &fraction[..digits.min(6)]),
    }
}

/// `52.359`: milliseconds.
#[must_use]
pub fn milliseconds(micros: u64, lang: Lang) -> String {
    format!("{}{}{:03}", micros / 1000, lang.decimal_mark(), micros % 1000)
}

/// `250 ms`, `3.2 s`, `2 min 5 s`.
#[must_use]
pub fn duration(micros: u64, lang: Lang) -> String {
    match micros / 1_000_000 {
        0 => format!("{} ms", micros / 1000),
        1..60 => format!("{} s", seconds(micros, 1, lang)),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_short() {
        for (micros, en, es) in [
            (0, "0 ms", "0 ms"),
            (999_999, "999 ms", "999 ms"),
            (1_000_000, "1.0 s", "1,0 s"),
            (3_290_000, "3.2 s", "3,2 s"),
            (59_999_999, "59.9 s", "59,9 s"),
            (125_000_000, "2 min 5 s", "2 min 5 s"),
        ] {
            assert_eq!([Lang::En, Lang::Es].map(|lang| duration(micros, lang)), [en, es]);
        }
        assert_eq!(milliseconds(52_359, Lang::En), "52.359");
        assert_eq!(milliseconds(52_359, Lang::Es), "52,359");
    }
}
