//! The texts in the picture: beside the items, beside the waits, along the arrows; and on which side, so that no
//! arrow crosses them.

use super::cells::{self, shorten_to_cells};
use super::items::{ItemKind, Items};
use super::lanes::Lanes;
use super::links::{Link, Links};
use super::more::More;
use super::room::TextRoom;
use super::rows::Rows;
use crate::screen::Lang;
use crate::trace::model::data::Data;
use crate::trace::model::meaning::Meaning;
use crate::trace::model::story::{ArrowKind, Story};
use crate::trace::model::task::Part;
use crate::trace::words::{more, show};

/// A text beside a lane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemLabel {
    /// The text.
    pub text: String,
    /// Whether it is left of the lane.
    pub is_left: bool,
    /// Whether there was no room for all of it.
    pub is_cut: bool,
}

impl ItemLabel {
    fn new(text: &str, room: usize, is_left: bool) -> Self {
        let is_cut = cells::count(text) > room || text.contains('…');
        Self { text: shorten_to_cells(text, room), is_left, is_cut }
    }
}

/// A time in which a task waited, between two items of its lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The index of its lane.
    pub lane: usize,
    /// The indexes of the calls' steps.
    pub waits: Vec<usize>,
    /// The item above it.
    pub above: Option<usize>,
    /// The item below it.
    pub below: Option<usize>,
    /// What it waited for.
    pub label: ItemLabel,
}

/// All texts.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// Beside each item; empty for a count across several lanes, which has a caption.
    pub items: Vec<ItemLabel>,
    /// Along each link, and across the lanes of a count.
    pub captions: Vec<Caption>,
    /// The waiting.
    pub bars: Vec<Bar>,
}

/// A text on a horizontal line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// The text.
    pub text: String,
    /// Which line.
    pub on: CaptionOn,
    /// The lanes at its ends, the left one first.
    pub lanes: (usize, usize),
}

/// What a caption is written on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptionOn {
    /// The link with this index.
    Link(usize),
    /// The item with this index, which is a count.
    Item(usize),
}

/// Data longer than this beside a call is shortened, in cells.
const QUOTED: usize = 34;

struct Labelling<'a> {
    story: &'a Story,
    lanes: &'a Lanes,
    items: &'a Items,
    links: &'a Links,
    rows: &'a Rows,
    lang: Lang,
    room: &'a TextRoom,
    labels: Labels,
}

/// Makes all texts.
#[must_use]
pub fn write(
    story: &Story,
    (lanes, items, mores): (&Lanes, &Items, &[More]),
    (links, rows): (&Links, &Rows),
    room: &TextRoom,
    lang: Lang,
) -> Labels {
    let labels = Labels { items: vec![ItemLabel::default(); items.all.len()], ..Labels::default() };
    let mut this = Labelling { story, lanes, items, links, rows, room, lang, labels };
    for index in 0..links.all.len() {
        this.caption(index);
    }
    for item in 0..items.all.len() {
        match items.all[item].what {
            ItemKind::Mark(step) => this.label(item, step),
            ItemKind::More(index) => this.count(item, &mores[index]),
        }
    }
    for lane in 0..lanes.all.len() {
        this.bars(lane);
    }
    this.labels
}

impl Labelling<'_> {
    fn lane(&self, item: usize) -> usize {
        self.items.all[item].lanes[0]
    }

    /// The lanes at the other ends of an item's arrows.
    fn ends(&self, item: usize) -> Vec<usize> {
        let items = self.links.causes(item).chain(self.links.effects(item));
        let stubs = self.links.stubs.iter().filter(|stub| stub.item == item);
        let lanes = items.map(|other| self.lane(other)).chain(stubs.map(|stub| stub.lane));
        lanes.chain(self.links.born_of(item)).collect()
    }

    /// Writes on a horizontal link; a sloping one has its text beside its beginning.
    fn caption(&mut self, index: usize) {
        let link = &self.links.all[index];
        let (from, to) = (self.lane(link.from), self.lane(link.to));
        let room = self.room.caption(self.labels.captions.len());
        let text = along(self.story, link, room, self.lang);
        if self.rows.of[link.from] == self.rows.of[link.to] && !text.is_empty() {
            let lanes = (from.min(to), from.max(to));
            self.labels.captions.push(Caption { text, on: CaptionOn::Link(index), lanes });
        }
    }

    /// Labels a call, away from its arrows.
    fn label(&mut self, item: usize, step: usize) {
        let (lane, ends) = (self.lane(item), self.ends(item));
        let told = &self.story.steps[step];
        let mut text = show::label(self.story, told, self.lang);
        let data = self.story.data(told);
        let is_level = |other: usize| self.rows.of[other] == self.rows.of[item];
        let is_told =
            self.links.causes(item).next().is_some() || self.links.effects(item).any(is_level);
        if !is_told && !data.is_empty() {
            let room = self.room.item(item).saturating_sub(cells::count(&text) + 1);
            text = format!("{text} {}", quoted(&data, room.min(QUOTED)));
        }
        let to_left = ends.iter().any(|&end| end < lane);
        let to_right = ends.iter().any(|&end| end > lane);
        let leans_left = self.leans_left(lane);
        let items = &self.items.in_lane[lane];
        let below = items.iter().position(|&other| other == item).and_then(|at| items.get(at + 1));
        let is_crossed = below.is_some_and(|&below| {
            self.slopes(below, self.links.causes(below).collect(), leans_left)
        });
        let is_left = if to_left == to_right { leans_left != is_crossed } else { to_right };
        self.labels.items[item] = ItemLabel::new(&text, self.room.item(item), is_left);
    }

    /// Writes how many there are: beside their lane, or across their lanes.
    fn count(&mut self, item: usize, told: &More) {
        let text = more::words(told, self.lang);
        match *told.lanes {
            [lane] => {
                let is_left = self.leans_left(lane);
                self.labels.items[item] = ItemLabel { text, is_left, is_cut: false };
            }
            [left, .., right] => {
                let (on, lanes) = (CaptionOn::Item(item), (left, right));
                self.labels.captions.push(Caption { text, on, lanes });
            }
            [] => {}
        }
    }

    /// The side of a lane's labels if no arrow decides it: outside, where captions need room
    /// anyway; a task that is neither server nor client may be a thread.
    fn leans_left(&self, lane: usize) -> bool {
        let is_in_left_half = 2 * lane + 1 < self.lanes.all.len();
        match self.story.tasks[self.lanes.all[lane].task].part {
            Part::Client | Part::Child => is_in_left_half,
            Part::Other => !is_in_left_half,
            Part::Server => false,
        }
    }

    /// Whether an arrow between an item and one of its `ends` slopes through the text on that side.
    fn slopes(&self, item: usize, ends: Vec<usize>, to_left: bool) -> bool {
        ends.into_iter().any(|end| {
            self.rows.of[end] != self.rows.of[item] && (self.lane(end) < self.lane(item)) == to_left
        })
    }

    fn bars(&mut self, lane: usize) {
        let items = &self.items.in_lane[lane];
        let waits = items.iter().map(|&item| (&self.items.all[item].waits, Some(item)));
        let mut above = None;
        for (waits, below) in waits.chain([(&self.items.waits[lane], None)]) {
            if let Some(&longest) = waits.iter().max_by_key(|&&step| self.story.steps[step].took())
            {
                let text = show::waiting(self.story, &self.story.steps[longest], self.lang);
                let leans_left = self.leans_left(lane);
                let is_crossed = above.is_some_and(|above| {
                    self.slopes(above, self.links.effects(above).collect(), leans_left)
                });
                let is_left = leans_left != is_crossed;
                let room = self.room.bar(self.labels.bars.len());
                let mut label = ItemLabel::new(&text, room, is_left);
                // Who is waited for says more than the call, whose bar it is.
                if let Some((_, whom)) = text.split_once(": ").filter(|_| label.is_cut) {
                    label.text = shorten_to_cells(whom, room);
                }
                self.labels.bars.push(Bar { lane, waits: waits.clone(), above, below, label });
            }
            above = below;
        }
    }
}

/// What is written along an arrow.
fn along(story: &Story, link: &Link, longest: usize, lang: Lang) -> String {
    let arrow = &story.arrows[link.arrow];
    let (from, to) = (&story.steps[arrow.from], &story.steps[arrow.to]);
    let text = match (arrow.kind, lang) {
        (ArrowKind::Data, _) => quoted(&story.data(from), longest),
        (ArrowKind::End, _)
            if from.meaning == Meaning::TellAll && story.call(from).name() == "write" =>
        {
            "1 byte".into()
        }
        (ArrowKind::End, Lang::Es) => "fin de archivo".into(),
        (ArrowKind::End, Lang::En) => "end of file".into(),
        (ArrowKind::Connect, _) => {
            to.end.map_or(String::new(), |end| story.channels[end.channel].ends[0].name.to_string())
        }
        (ArrowKind::Reset | ArrowKind::Signal | ArrowKind::Reap, _) => String::new(),
    };
    shorten_to_cells(&text, longest)
}

/// Data in quotes, in at most this many cells, including the quotes.
fn quoted(data: &Data, most: usize) -> String {
    let mut room = most.saturating_sub(2);
    loop {
        let text = show::quote(data, room);
        // Wide characters take more.
        let over = cells::count(&text).saturating_sub(most);
        if over == 0 || room < 2 {
            return text;
        }
        room -= over.div_ceil(2).min(room - 1);
    }
}
