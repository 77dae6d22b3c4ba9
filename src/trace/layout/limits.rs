//! How much is drawn and told at most, whatever the log. What is more than that is counted.

/// How much of a story is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The lanes; of more, those that are alike share one.
    pub lanes: usize,
    /// Of what is alike, how many are shown before the others are counted.
    pub alike: usize,
    /// The steps: of more, the first and the last are shown.
    pub steps: usize,
}

/// A screen or two.
pub const PICTURE: Limits = Limits { lanes: 10, alike: 2, steps: 240 };

/// Without what is alike being counted.
pub const WHOLE: Limits = Limits { alike: 1000, ..PICTURE };

/// The rows of a screen: a picture that has no more is shown whole.
pub const SCREEN: usize = 60;

/// The rows of the picture at most.
pub const ROWS: usize = 120;

/// What somebody may want to search in.
pub const TEXT: Limits = Limits { lanes: 100, alike: 10, steps: 20_000 };
