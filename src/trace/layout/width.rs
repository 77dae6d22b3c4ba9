//! How wide the picture may be.

/// The widest that a picture is made by itself: a window of a large screen.
const WIDEST: f64 = 1600.0;
/// The least width, for the title.
const LEAST: f64 = 760.0;
/// How much smaller than usual a text may be drawn: 11 pixels instead of 12.
const SMALLER: f64 = 11.0 / 12.0;

/// The width that was asked for, in pixels, if one was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Width(pub Option<u32>);

impl Width {
    /// How wide what is drawn may be, before it is shown smaller.
    #[must_use]
    pub fn room(self) -> f64 {
        self.0.map_or(WIDEST, |width| f64::from(width) / SMALLER)
    }

    /// How wide it is at least.
    #[must_use]
    pub fn least(self) -> f64 {
        self.0.map_or(LEAST, |width| LEAST.min(f64::from(width)))
    }

    /// How wide a picture that is drawn this wide is shown: as asked for, if it can still be read.
    #[must_use]
    pub fn shown(self, drawn: f64) -> f64 {
        let asked = self.0.map_or(drawn, f64::from);
        drawn.min(asked.max(drawn * SMALLER))
    }
}
