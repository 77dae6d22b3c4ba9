//! The most that is drawn and written, whatever the log. Anything beyond is counted.

/// How much of a story is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The lanes; beyond that, those that are alike share one.
    pub lanes: usize,
    /// How many of a kind are shown before the others are counted.
    pub alike: usize,
    /// The steps; beyond that, the first and the last are shown.
    pub steps: usize,
}

/// A screen or two.
pub const PICTURE: Limits = Limits { lanes: 10, alike: 2, steps: 240 };

/// Nothing is counted just because it is alike.
pub const WHOLE: Limits = Limits { alike: 1000, ..PICTURE };

/// The rows of a screen: a picture that has no more is shown whole.
pub const SCREEN: usize = 60;

/// The most rows of a picture.
pub const ROWS: usize = 120;

/// For a text to search in.
pub const TEXT: Limits = Limits { lanes: 100, alike: 10, steps: 20_000 };
