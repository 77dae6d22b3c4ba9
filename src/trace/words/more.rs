//! Counts of what is not shown.

use crate::screen::Lang;
use crate::trace::layout::more::{More, MoreKind};

/// `… 4,998 more like this`.
#[must_use]
pub fn words(more: &More, lang: Lang) -> String {
    let count = number(more.count, lang);
    match (more.kind, lang) {
        (MoreKind::Alike, Lang::Es) => format!("… {count} más como este"),
        (MoreKind::Alike, Lang::En) => format!("… {count} more like this"),
        (MoreKind::Others, _) => other(more.count, lang),
        (MoreKind::Steps, Lang::Es) if more.count == 1 => "… 1 paso más".into(),
        (MoreKind::Steps, Lang::En) if more.count == 1 => "… 1 more step".into(),
        (MoreKind::Steps, Lang::Es) => format!("… {count} pasos más"),
        (MoreKind::Steps, Lang::En) => format!("… {count} more steps"),
    }
}

/// `19,992 calls and signals`.
#[must_use]
pub fn calls(count: usize, lang: Lang) -> String {
    let words =
        [["llamada o señal", "llamadas y señales"], ["call or signal", "calls and signals"]];
    counted(count, words, lang)
}

/// A count and what is counted: the words for one and for several, in Spanish and in English.
#[must_use]
pub fn counted(count: usize, words: [[&str; 2]; 2], lang: Lang) -> String {
    let [one, several] = words[usize::from(lang == Lang::En)];
    format!("{} {}", number(count, lang), if count == 1 { one } else { several })
}

/// `1 byte`, `21 bytes`: the same in both languages.
#[must_use]
pub fn bytes(count: u64) -> String {
    format!("{count} {}", if count == 1 { "byte" } else { "bytes" })
}

/// `… and 12 others`.
fn other(count: usize, lang: Lang) -> String {
    let number = number(count, lang);
    match (count, lang) {
        (1, Lang::Es) => "… y otro".into(),
        (1, Lang::En) => "… and 1 other".into(),
        (_, Lang::Es) => format!("… y otros {number}"),
        (_, Lang::En) => format!("… and {number} others"),
    }
}

/// `… and 12 more`.
#[must_use]
pub fn others(count: usize, lang: Lang) -> String {
    let number = number(count, lang);
    match lang {
        Lang::Es => format!("… y {number} más"),
        Lang::En => format!("… and {number} more"),
    }
}

/// The head of a lane that stands for several tasks: how many, and which one they are like.
#[must_use]
pub fn tasks(count: usize, like: Option<&str>, lang: Lang) -> [String; 2] {
    let others = number(count, lang);
    match (like, lang) {
        (Some(name), Lang::Es) => [format!("… {others} más"), format!("como {name}")],
        (Some(name), Lang::En) => [format!("… {others} more"), format!("like {name}")],
        (None, Lang::Es) => [other(count, lang), "no son iguales".into()],
        (None, Lang::En) => [other(count, lang), "not all alike".into()],
    }
}

/// `19,992`; in Spanish with points, from five digits on.
#[must_use]
pub fn number(number: usize, lang: Lang) -> String {
    let (mark, shortest) = match lang {
        Lang::Es => ('.', 5),
        Lang::En => (',', 4),
    };
    let digits = number.to_string();
    if digits.len() < shortest {
        return digits;
    }
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_several() {
        for (count, en, es) in [
            (1, ["1 call or signal", "… and 1 other"], ["1 llamada o señal", "… y otro"]),
            (
                21,
                ["21 calls and signals", "… and 21 others"],
                ["21 llamadas y señales", "… y otros 21"],
            ),
        ] {
            assert_eq!([calls(count, Lang::En), other(count, Lang::En)], en);
            assert_eq!([calls(count, Lang::Es), other(count, Lang::Es)], es);
        }
    }

    #[test]
    fn digits_are_grouped() {
        for (count, en, es) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (4998, "4,998", "4998"),
            (19_992, "19,992", "19.992"),
            (1_234_567, "1,234,567", "1.234.567"),
        ] {
            assert_eq!((number(count, Lang::En), number(count, Lang::Es)), (en.into(), es.into()));
        }
    }
}
