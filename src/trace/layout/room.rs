//! How long texts may be.

/// The longest label, in cells, if there is room.
pub const LONGEST: usize = 40;

/// The same if there is none: a shorter one would say nothing.
pub const SHORTEST: usize = 11;

/// The most cells of each label and of each caption.
#[derive(Clone, Debug, Default)]
pub struct TextRoom {
    /// For texts that are not in the lists.
    pub cells: usize,
    /// Of the items' labels.
    pub items: Vec<usize>,
    /// Of the bars' labels.
    pub bars: Vec<usize>,
    /// Of the captions.
    pub captions: Vec<usize>,
}

impl TextRoom {
    /// The same room for all labels.
    #[must_use]
    pub fn of(cells: usize) -> Self {
        Self { cells, ..Self::default() }
    }

    /// That of an item's label.
    #[must_use]
    pub fn item(&self, index: usize) -> usize {
        self.items.get(index).copied().unwrap_or(self.cells)
    }

    /// That of a bar's label.
    #[must_use]
    pub fn bar(&self, index: usize) -> usize {
        self.bars.get(index).copied().unwrap_or(self.cells)
    }

    /// That of a caption, which needs room for the ends of its arrow, too.
    #[must_use]
    pub fn caption(&self, index: usize) -> usize {
        self.captions.get(index).copied().unwrap_or(self.cells * 6 / 7)
    }
}
