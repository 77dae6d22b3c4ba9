//! Rows, headings and what every task is doing now, as lines of the terminal.

use super::canvas::{Canvas, Style};
use super::columns::{LiveColumns, TIME};
use super::rows::LiveRow;
use crate::trace::layout::cells;

/// What is drawn on the line of a column.
const ALIVE: char = '│';
const WAITS: char = '▒';

/// A line is at least this much longer than the text on it: its ends, its point, blanks, a piece of the line
/// itself.
const EDGES: usize = 6;

/// The name of a task, and its colour.
pub(super) struct ColouredName {
    pub text: String,
    pub colour: &'static str,
}

/// A row. `name` gives the name of any task.
#[must_use]
pub(super) fn row(
    row: &LiveRow,
    columns: &LiveColumns,
    name: impl Fn(usize) -> ColouredName,
) -> Canvas {
    let mut line = Canvas::new(columns.width.saturating_sub(1));
    if let Some(at) = &row.at {
        line.put(0, &format!("{at:>8}"), TIME - 1, Style::dim());
    }
    for (column, &task) in columns.tasks.iter().enumerate() {
        let at = columns.line(column);
        if row.waiting.contains(&task) {
            line.fill(at, at + 1, WAITS, Style::of(name(task).colour));
        } else if columns.was_there(task, row.number) {
            line.fill(at, at + 1, ALIVE, Style::dim());
        }
    }
    let style = Style::of(row.colour);
    let Some(own) = columns.of(row.task) else {
        let text = format!("{}: {}", name(row.task).text, joined(&row.text, &row.data));
        line.put(TIME, &text, columns.width, style);
        return line;
    };
    let at = columns.line(own);
    // An arrow from a task without a column is put in words.
    let from: Vec<_> = row.from.iter().filter_map(|&task| columns.of(task)).collect();
    let others: Vec<_> = row.from.iter().filter(|task| columns.of(**task).is_none()).collect();
    let mut text = row.text.clone();
    if let Some(&&other) = others.first() {
        text = format!("{text} ← {}", name(other).text);
    }
    let made = row.makes.and_then(|task| columns.of(task)).filter(|&made| made != own);
    let comes = from.iter().map(|&column| (columns.line(column), at));
    let goes = made.map(|made| (at, columns.line(made)));
    let lines: Vec<_> = comes.chain(goes).collect();
    let right = lines.iter().map(|&(from, to)| from.max(to)).max().unwrap_or(at);
    let Some(span) = lines.iter().map(|&(from, to)| from.abs_diff(to)).min() else {
        beside(&mut line, at, &joined(&text, &row.data), style);
        line.fill(at, at + 1, if row.is_wait { WAITS } else { '●' }, style.bold());
        return line;
    };
    let room = columns.width.saturating_sub(right + 3);
    let place = if right == at { from_left } else { from_right };
    let (on_line, beside) = place(&text, &row.data, span.saturating_sub(EDGES), room);
    for &ends in &lines {
        arrow(&mut line, ends, &on_line, style);
    }
    let length = line.put(right + 2, &beside, room, style);
    if length > 0 {
        line.fill(right + 2 + length, right + 3 + length, ' ', style);
    }
    line.fill(at, at + 1, '●', style.bold());
    line
}

/// Writes a text right of a cell; or left of it, if it does not fit on the right and there is more
/// room on the left.
fn beside(line: &mut Canvas, at: usize, text: &str, style: Style) {
    let (length, left) = (cells::count(text), at.saturating_sub(TIME + 1));
    let right = line.width().saturating_sub(at + 2);
    if length > right && left > right {
        let length = length.min(left);
        line.fill(at - 2 - length, at, ' ', style);
        line.put(at - 1 - length, text, length, style);
    } else {
        line.put(at + 2, text, right, style);
        line.fill(at + 2 + length, at + 3 + length, ' ', style);
    }
}

/// The texts on an arrow from the left and to the right of it: the call is on the right, the data on the arrow.
/// `span`: how much fits on the arrow; `room`: how much to the right.
fn from_left(text: &str, data: &str, span: usize, room: usize) -> (String, String) {
    let whole = joined(text, data);
    let is_cut = cells::count(&whole) > room && span > room.saturating_sub(cells::count(text) + 1);
    if cells::count(data) <= span || is_cut {
        (cells::shorten_to_cells(data, span), text.into())
    } else {
        (String::new(), whole)
    }
}

/// The same for an arrow from the right, which takes the call's place.
fn from_right(text: &str, data: &str, span: usize, room: usize) -> (String, String) {
    let whole = joined(text, data);
    let is_cut = cells::count(data) > room && span > cells::count(text) + 1 + room;
    if cells::count(&whole) <= span || is_cut {
        (cells::shorten_to_cells(&whole, span), String::new())
    } else if cells::count(text) <= span {
        (text.into(), data.into())
    } else {
        (String::new(), whole)
    }
}

fn joined(text: &str, data: &str) -> String {
    if data.is_empty() { text.into() } else { format!("{text} {data}") }
}

/// A line with a point, from one cell to another, and a text on it.
fn arrow(line: &mut Canvas, (from, to): (usize, usize), text: &str, style: Style) {
    let (left, right) = (from.min(to), from.max(to));
    line.fill(left + 1, right, '─', style);
    let (start, point, beside) =
        if from < to { ('├', '▶', to - 1) } else { ('┤', '◀', to + 1) };
    line.fill(from, from + 1, start, style);
    line.fill(beside, beside + 1, point, style);
    if !text.is_empty() {
        line.put(left + 2, &format!(" {text} "), right - left, style);
    }
}

/// The names of the columns.
#[must_use]
pub(super) fn names(columns: &LiveColumns, name: impl Fn(usize) -> ColouredName) -> Canvas {
    let mut line = cells(columns, |task| {
        let ColouredName { text, colour } = name(task);
        (text, if columns.is_over(task) { Style::dim() } else { Style::of(colour).bold() })
    });
    let (alive, over) = columns.folded();
    if alive + over > 0 {
        line.put(0, &format!("{:>8}", format!("(+{})", alive + over)), TIME - 1, Style::dim());
    }
    line
}

/// A text for each column.
#[must_use]
pub(super) fn cells(columns: &LiveColumns, of: impl Fn(usize) -> (String, Style)) -> Canvas {
    let mut line = Canvas::new(columns.width.saturating_sub(1));
    for (column, &task) in columns.tasks.iter().enumerate() {
        let (text, style) = of(task);
        let is_last = column + 1 == columns.tasks.len();
        let room = if is_last { columns.width } else { columns.each().saturating_sub(1) };
        line.put(columns.line(column), &text, room, style);
    }
    line
}

/// A remark across the columns.
#[must_use]
pub(super) fn remark(columns: &LiveColumns, text: &str) -> Canvas {
    let mut line = Canvas::new(columns.width.saturating_sub(1));
    line.put(1, text, columns.width, Style::dim());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_fit_whatever_the_width_and_whoever_is_in_them() {
        for width in 0..130 {
            for tasks in 1..6 {
                let mut columns = LiveColumns::new(width);
                let number = columns.next_row();
                (0..tasks).for_each(|task| columns.place(task, &[]));
                let name = |task| ColouredName { text: format!("task {task}"), colour: "c1" };
                for (task, from, data) in [
                    (0, vec![], ""),
                    (4, vec![0], "“漢字漢字”"),
                    (0, vec![3, 1], "“hola”"),
                    (2, vec![9], "“x”"),
                ] {
                    let row = LiveRow {
                        number,
                        at: Some("1.000".into()),
                        task,
                        text: "recv = 1234 and more".into(),
                        data: data.into(),
                        colour: "c1",
                        is_wait: from.is_empty(),
                        is_end: false,
                        makes: from.is_empty().then_some(1),
                        from,
                        waiting: vec![1],
                    };
                    let text = super::row(&row, &columns, name).text(false);
                    assert!(cells::count(&text) < width.max(1), "{width}: {text}");
                    assert!(cells::count(&names(&columns, name).text(false)) < width.max(1));
                }
            }
        }
    }

    #[test]
    fn a_row_is_drawn_as_it_is_meant() {
        let mut columns = LiveColumns::new(70);
        let number = columns.next_row();
        (0..3).for_each(|task| columns.place(task, &[]));
        let drawn = |task, from: &[usize], data: &str| {
            let row = LiveRow {
                number,
                at: Some("1.234".into()),
                task,
                text: "recv".into(),
                data: data.into(),
                colour: "none",
                is_wait: false,
                is_end: false,
                from: from.into(),
                makes: None,
                waiting: vec![1],
            };
            let name = |task| ColouredName { text: format!("task {task}"), colour: "none" };
            super::row(&row, &columns, name).text(false)
        };
        assert_eq!(drawn(0, &[], "“hola”"), "   1.234  ● recv “hola”       ▒                   │");
        assert_eq!(drawn(0, &[2], "“hola”"), "   1.234  ●◀ recv “hola” ─────────────────────────┤");
        assert_eq!(
            drawn(2, &[0], "“hola”"),
            "   1.234  ├─ “hola” ─────────────────────────────▶● recv"
        );
        assert_eq!(
            drawn(1, &[0], "“a message that is long”"),
            "   1.234  ├──────────────────▶● recv “a message that is long”"
        );
        assert_eq!(
            drawn(0, &[1], "“a message that is long”"),
            "   1.234  ●◀ recv ────────────┤ “a message that is long”"
        );
        assert_eq!(
            drawn(2, &[], "“a message that is long”"),
            "   1.234  │         recv “a message that is long” ●"
        );
        assert_eq!(drawn(0, &[7], ""), "   1.234  ● recv ← task 7     ▒                   │");
    }
}
