//! How many more there are of what is not shown.

use crate::screen::Lang;
use crate::trace::layout::more::{More, MoreKind};

/// `… 4,998 more like this`.
#[must_use]
pub fn words(more: &More, lang: Lang) -> String {
    let count = number(more.count, lang);
    match (more.kind, lang) {
        (MoreKind::Alike, Lang::Es) => format!("… {count} más como este"),
        (MoreKind::Alike, Lang::En) => format!("… {count} more like this"),
        (MoreKind::Others, Lang::Es) => format!("… y otros {count}"),
        (MoreKind::Others, Lang::En) => format!("… and {count} others"),
        (MoreKind::Steps, Lang::Es) => format!("… {count} pasos más"),
        (MoreKind::Steps, Lang::En) => format!("… {count} more steps"),
    }
}

/// `19,992 calls and signals`.
#[must_use]
pub fn calls(count: usize, lang: Lang) -> String {
    let number = number(count, lang);
    match (count, lang) {
        (1, Lang::Es) => "1 llamada o señal".into(),
        (1, Lang::En) => "1 call or signal".into(),
        (_, Lang::Es) => format!("{number} llamadas y señales"),
        (_, Lang::En) => format!("{number} calls and signals"),
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
    let count = number(count, lang);
    match (like, lang) {
        (Some(name), Lang::Es) => [format!("… {count} más"), format!("como {name}")],
        (Some(name), Lang::En) => [format!("… {count} more"), format!("like {name}")],
        (None, Lang::Es) => [format!("… y otros {count}"), "no son iguales".into()],
        (None, Lang::En) => [format!("… and {count} others"), "not all alike".into()],
    }
}

/// `4.998` or `4,998`.
#[must_use]
pub fn number(number: usize, lang: Lang) -> String {
    let mark = match lang {
        Lang::Es => '.',
        Lang::En => ',',
    };
    let digits = number.to_string();
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
    fn digits_are_grouped() {
        for (count, en, es) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (4998, "4,998", "4.998"),
            (1_234_567, "1,234,567", "1.234.567"),
        ] {
            assert_eq!((number(count, Lang::En), number(count, Lang::Es)), (en.into(), es.into()));
        }
    }
}
