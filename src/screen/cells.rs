//! How many cells of a terminal a character takes, as wcwidth(3) says in a UTF-8 locale. wcwidth itself
//! needs that locale installed, and set for the whole process.

/// No cells: they combine with the character before them, or are invisible. Those of the Latin, Greek,
/// Cyrillic, Hebrew and Arabic scripts, of Korean and Japanese, of emoji and of symbols.
#[rustfmt::skip] // A table.
const NONE: [(char, char); 21] = [
    ('\u{300}', '\u{36f}'), ('\u{483}', '\u{489}'), ('\u{591}', '\u{5bd}'), ('\u{5bf}', '\u{5bf}'),
    ('\u{5c1}', '\u{5c2}'), ('\u{5c4}', '\u{5c5}'), ('\u{610}', '\u{61a}'), ('\u{64b}', '\u{65f}'),
    ('\u{6d6}', '\u{6dc}'), ('\u{1160}', '\u{11ff}'), ('\u{1ab0}', '\u{1aff}'), ('\u{1dc0}', '\u{1dff}'),
    ('\u{200b}', '\u{200f}'), ('\u{202a}', '\u{202e}'), ('\u{2060}', '\u{206f}'), ('\u{20d0}', '\u{20f0}'),
    ('\u{302a}', '\u{302d}'), ('\u{3099}', '\u{309a}'), ('\u{fe00}', '\u{fe0f}'), ('\u{fe20}', '\u{fe2f}'),
    ('\u{feff}', '\u{feff}'),
];

/// Two cells: East Asian scripts, and emoji.
#[rustfmt::skip] // A table.
const WIDE: [(char, char); 82] = [
    ('\u{1100}', '\u{115f}'), ('\u{231a}', '\u{231b}'), ('\u{2329}', '\u{232a}'), ('\u{23e9}', '\u{23ec}'),
    ('\u{23f0}', '\u{23f0}'), ('\u{23f3}', '\u{23f3}'), ('\u{25fd}', '\u{25fe}'), ('\u{2614}', '\u{2615}'),
    ('\u{2648}', '\u{2653}'), ('\u{267f}', '\u{267f}'), ('\u{2693}', '\u{2693}'), ('\u{26a1}', '\u{26a1}'),
    ('\u{26aa}', '\u{26ab}'), ('\u{26bd}', '\u{26be}'), ('\u{26c4}', '\u{26c5}'), ('\u{26ce}', '\u{26ce}'),
    ('\u{26d4}', '\u{26d4}'), ('\u{26ea}', '\u{26ea}'), ('\u{26f2}', '\u{26f3}'), ('\u{26f5}', '\u{26f5}'),
    ('\u{26fa}', '\u{26fa}'), ('\u{26fd}', '\u{26fd}'), ('\u{2705}', '\u{2705}'), ('\u{270a}', '\u{270b}'),
    ('\u{2728}', '\u{2728}'), ('\u{274c}', '\u{274c}'), ('\u{274e}', '\u{274e}'), ('\u{2753}', '\u{2755}'),
    ('\u{2757}', '\u{2757}'), ('\u{2795}', '\u{2797}'), ('\u{27b0}', '\u{27b0}'), ('\u{27bf}', '\u{27bf}'),
    ('\u{2b1b}', '\u{2b1c}'), ('\u{2b50}', '\u{2b50}'), ('\u{2b55}', '\u{2b55}'), ('\u{2e80}', '\u{3029}'),
    ('\u{302e}', '\u{303e}'), ('\u{3041}', '\u{3096}'), ('\u{309b}', '\u{a4c6}'), ('\u{a960}', '\u{a97c}'),
    ('\u{ac00}', '\u{d7a3}'), ('\u{f900}', '\u{fad9}'), ('\u{fe10}', '\u{fe19}'), ('\u{fe30}', '\u{fe6b}'),
    ('\u{ff01}', '\u{ff60}'), ('\u{ffe0}', '\u{ffe6}'), ('\u{16fe0}', '\u{16fe3}'), ('\u{16ff0}', '\u{1b2fb}'),
    ('\u{1f004}', '\u{1f004}'), ('\u{1f0cf}', '\u{1f0cf}'), ('\u{1f18e}', '\u{1f18e}'),
    ('\u{1f191}', '\u{1f19a}'), ('\u{1f200}', '\u{1f320}'), ('\u{1f32d}', '\u{1f335}'),
    ('\u{1f337}', '\u{1f37c}'), ('\u{1f37e}', '\u{1f393}'), ('\u{1f3a0}', '\u{1f3ca}'),
    ('\u{1f3cf}', '\u{1f3d3}'), ('\u{1f3e0}', '\u{1f3f0}'), ('\u{1f3f4}', '\u{1f3f4}'),
    ('\u{1f3f8}', '\u{1f43e}'), ('\u{1f440}', '\u{1f440}'), ('\u{1f442}', '\u{1f4fc}'),
    ('\u{1f4ff}', '\u{1f53d}'), ('\u{1f54b}', '\u{1f54e}'), ('\u{1f550}', '\u{1f567}'),
    ('\u{1f57a}', '\u{1f57a}'), ('\u{1f595}', '\u{1f596}'), ('\u{1f5a4}', '\u{1f5a4}'),
    ('\u{1f5fb}', '\u{1f64f}'), ('\u{1f680}', '\u{1f6c5}'), ('\u{1f6cc}', '\u{1f6cc}'),
    ('\u{1f6d0}', '\u{1f6d2}'), ('\u{1f6d5}', '\u{1f6df}'), ('\u{1f6eb}', '\u{1f6ec}'),
    ('\u{1f6f4}', '\u{1f6fc}'), ('\u{1f7e0}', '\u{1f7f0}'), ('\u{1f90c}', '\u{1f93a}'),
    ('\u{1f93c}', '\u{1f945}'), ('\u{1f947}', '\u{1f9ff}'), ('\u{1fa70}', '\u{1faf6}'),
    ('\u{20000}', '\u{3fffd}'),
];

/// How many cells a character takes.
pub(crate) fn of(char: char) -> usize {
    let is_in = |ranges: &[(char, char)]| ranges.iter().any(|&(a, z)| (a..=z).contains(&char));
    match () {
        () if char < '\u{300}' => 1,
        () if is_in(&NONE) => 0,
        () if is_in(&WIDE) => 2,
        () => 1,
    }
}

/// The cell after a text that begins in cell `from`, on lines of this many columns: a character of two
/// cells is not split between lines. A colour sequence, from ESC to `m`, takes none.
pub(super) fn after(from: usize, text: &str, columns: usize) -> usize {
    let mut is_colour = false;
    text.chars().fold(from, |at, char| {
        let was_colour = is_colour;
        is_colour = char == '\x1b' || (is_colour && char != 'm');
        match of(char) {
            _ if is_colour || was_colour => at,
            2 if at % columns == columns - 1 => at + 3,
            cells => at + cells,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_wcwidth_says() {
        for (text, cells) in [
            ("", 0),
            ("año €", 5),
            ("n\u{303}", 1),
            ("漢字", 4),
            ("🦀", 2),
            ("⚠", 1),
            ("✂\u{fe0f}", 1),
            ("か\u{3099}", 2),
            ("🀄🌶", 3),
            ("\x1b[1m¿Sí?\x1b[0m ", 5),
        ] {
            assert_eq!(after(0, text, 80), cells, "{text}");
        }
    }

    #[test]
    fn a_wide_character_is_not_divided() {
        assert_eq!(after(8, "漢", 10), 10);
        assert_eq!(after(9, "漢", 10), 12);
        assert_eq!(after(9, "ñ", 10), 10);
    }
}
