//! A table of figures: what the measurements fill, and the targets, the page and the pictures read.

/// One measurement of several servers.
#[derive(Debug)]
pub struct Table {
    pub title: String,
    /// The figures of each run. For the first `compared`, the ratio to ours is shown.
    pub columns: &'static [&'static str],
    pub compared: usize,
    pub rows: Vec<Row>,
}

/// One server's runs, a list of figures each. Run N of every row was done at about the same time.
#[derive(Debug)]
pub struct Row {
    pub name: &'static str,
    pub answers: &'static str,
    pub runs: Vec<Vec<f64>>,
}

impl Table {
    /// The row of a server.
    pub fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.name == name)
    }

    /// One more run of a server.
    pub fn add(&mut self, name: &'static str, answers: &'static str, figures: Vec<f64>) {
        match self.rows.iter_mut().find(|row| row.name == name) {
            Some(row) => row.runs.push(figures),
            None => self.rows.push(Row { name, answers, runs: vec![figures] }),
        }
    }
}

impl Row {
    /// A column, run by run.
    pub fn column(&self, column: usize) -> Vec<f64> {
        self.runs.iter().map(|run| run[column]).collect()
    }

    /// The median of a column.
    pub fn median(&self, column: usize) -> f64 {
        median(&self.column(column))
    }
}

/// The table with this title.
pub fn table<'a>(tables: &'a [Table], title: &str) -> Option<&'a Table> {
    tables.iter().find(|table| table.title == title)
}

/// Figures by others, run by run.
pub fn ratios(of: &[f64], by: &[f64]) -> Vec<f64> {
    // max would replace NaN by the other number.
    of.iter().zip(by).map(|(of, &by)| of / if by < 1e-9 { 1e-9 } else { by }).collect()
}

pub fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let [low, high] = [sorted.len().saturating_sub(1) / 2, sorted.len() / 2];
    sorted.get(low).zip(sorted.get(high)).map_or(0.0, |(low, high)| (low + high) / 2.0)
}

/// The median, with the least and the greatest.
pub fn spread(figures: &[f64]) -> String {
    let least = figures.iter().copied().fold(f64::INFINITY, f64::min);
    let most = figures.iter().copied().fold(0.0, f64::max);
    match median(figures) {
        median if median.is_nan() => short(median),
        median => format!("{} ({}-{})", short(median), short(least), short(most)),
    }
}

/// Three digits, or all before the point; a dash if there were not enough samples.
pub fn short(figure: f64) -> String {
    match figure {
        f if f.is_nan() => "–".to_owned(),
        f if f >= 100.0 => format!("{f:.0}"),
        f if f >= 10.0 => format!("{f:.1}"),
        f => format!("{f:.2}"),
    }
}
