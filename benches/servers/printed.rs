//! The tables of the page, read back: what the pictures are drawn from, so that they say what the page says.

/// A table as it is printed.
#[derive(Debug)]
pub struct Printed {
    pub title: String,
    /// Each server with its medians, column by column; not a number where there were too few messages.
    pub rows: Vec<(String, Vec<f64>)>,
}

impl Printed {
    /// A column, with the server of each figure.
    pub fn column(&self, column: usize) -> impl Iterator<Item = (&str, f64)> {
        let rows = self.rows.iter();
        rows.filter_map(move |(name, figures)| Some((name.as_str(), *figures.get(column)?)))
    }
}

/// All tables of servers on the page.
pub fn tables(page: &str) -> Vec<Printed> {
    page.split("\n## ").skip(1).filter_map(table).collect()
}

fn table(section: &str) -> Option<Printed> {
    let title = section.lines().next()?.to_owned();
    let mut lines = section.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let head: Vec<_> = lines.next()?.split(" | ").collect();
    let medians: Vec<_> = (2..head.len()).filter(|&cell| head[cell] != RATIO).collect();
    let row = |line: &str| {
        let cells: Vec<_> = line.split(" | ").collect();
        let figure = |&cell: &usize| cells.get(cell)?.parse().ok();
        let figures = medians.iter().map(|cell| figure(cell).unwrap_or(f64::NAN));
        (cells[0].to_owned(), figures.collect())
    };
    (head[..2] == ["server", "answers"]).then(|| Printed { title, rows: lines.map(row).collect() })
}

/// The head of a column that has others' figures by these.
pub const RATIO: &str = "ours / this";
