//! Which tasks have a column. Columns get narrower as there are more; when they would be too narrow, a task that
//! has ended, or been idle longest, gives its column to the active one.

use std::collections::{HashMap, HashSet};

/// The columns of the time, with the space after it.
pub(super) const TIME: usize = 10;

/// The narrowest a column may be if there are several, and the widest. Before columns get narrower than
/// is comfortable, tasks that have ended are folded.
const NARROWEST: usize = 10;
const COMFORTABLE: usize = 20;
const WIDEST: usize = 44;

/// The columns of the view.
#[derive(Debug)]
pub(super) struct LiveColumns {
    /// Of the terminal.
    pub width: usize,
    /// The task of each column.
    pub tasks: Vec<usize>,
    /// Tasks that had a column and gave it away.
    folded: HashSet<usize>,
    /// In which row each task first did something, and last; rows are counted from 1.
    first: HashMap<usize, usize>,
    last: HashMap<usize, usize>,
    /// In which it ended.
    over: HashMap<usize, usize>,
    rows: usize,
}

impl LiveColumns {
    pub fn new(width: usize) -> Self {
        Self {
            width,
            tasks: Vec::new(),
            folded: HashSet::new(),
            first: HashMap::new(),
            last: HashMap::new(),
            over: HashMap::new(),
            rows: 0,
        }
    }

    /// How many columns fit.
    fn most(&self) -> usize {
        (self.room() / NARROWEST).max(1)
    }

    fn room(&self) -> usize {
        self.width.saturating_sub(TIME)
    }

    /// How wide each is.
    pub fn each(&self) -> usize {
        (self.room() / self.tasks.len().max(1)).min(WIDEST)
    }

    /// The column of a task, from 0.
    pub fn of(&self, task: usize) -> Option<usize> {
        self.tasks.iter().position(|&other| other == task)
    }

    /// Where the line of a column is.
    pub fn line(&self, column: usize) -> usize {
        TIME + column * self.each()
    }

    /// Counts one more row; returns its number.
    pub fn next_row(&mut self) -> usize {
        self.rows += 1;
        self.rows
    }

    /// Gives a column to a task that is active in the last row; not that of a task in `kept`.
    pub fn place(&mut self, task: usize, kept: &[usize]) {
        self.last.insert(task, self.rows);
        self.first.entry(task).or_insert(self.rows);
        if self.of(task).is_some() {
            return;
        }
        self.folded.remove(&task);
        if (self.tasks.len() + 1) * COMFORTABLE > self.room() {
            let (over, tasks) =
                self.tasks.iter().partition(|task| self.is_over(**task) && !kept.contains(task));
            self.tasks = tasks;
            self.folded.extend::<Vec<_>>(over);
        }
        let free = (0..self.tasks.len()).filter(|&column| !kept.contains(&self.tasks[column]));
        match free.min_by_key(|&column| self.worth(self.tasks[column])) {
            Some(column) if self.tasks.len() >= self.most() => {
                let before = std::mem::replace(&mut self.tasks[column], task);
                self.folded.insert(before);
            }
            _ if self.tasks.len() < self.most() => self.tasks.push(task),
            // There is no room for all of them.
            _ => drop(self.folded.insert(task)),
        }
    }

    /// A lower value is folded sooner: first tasks that have ended, then those idle longest.
    fn worth(&self, task: usize) -> (bool, usize) {
        (!self.is_over(task), self.last.get(&task).copied().unwrap_or(0))
    }

    /// A task has ended in the last row.
    pub fn end(&mut self, task: usize) {
        self.over.entry(task).or_insert(self.rows);
    }

    /// Whether a task has ended.
    pub fn is_over(&self, task: usize) -> bool {
        self.over.contains_key(&task)
    }

    /// Whether a task was alive in a row.
    pub fn was_there(&self, task: usize, row: usize) -> bool {
        self.first.get(&task).is_some_and(|&first| first <= row)
            && self.over.get(&task).is_none_or(|&end| row <= end)
    }

    /// How many tasks have lost their column: those alive, and those that have ended.
    pub fn folded(&self) -> (usize, usize) {
        let over = self.folded.iter().filter(|&&task| self.is_over(task)).count();
        (self.folded.len() - over, over)
    }

    /// The terminal's width has changed.
    pub fn resize(&mut self, width: usize) {
        self.width = width;
        while self.tasks.len() > self.most() {
            let all = 0..self.tasks.len();
            let Some(column) = all.min_by_key(|&column| self.worth(self.tasks[column])) else {
                return;
            };
            self.folded.insert(self.tasks.remove(column));
        }
        // There may be room for some of them again.
        while self.tasks.len() < self.most()
            && let Some(&task) = self.folded.iter().max_by_key(|&&task| self.worth(task))
        {
            self.folded.remove(&task);
            self.tasks.push(task);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(columns: &mut LiveColumns, task: usize, kept: &[usize]) {
        columns.next_row();
        columns.place(task, kept);
    }

    #[test]
    fn columns_narrow_and_then_fold() {
        let mut columns = LiveColumns::new(30);
        place(&mut columns, 0, &[]);
        assert_eq!(columns.each(), 20);
        place(&mut columns, 1, &[]);
        assert_eq!((columns.each(), columns.line(1)), (10, 20));
        // There is room for two; the first has been idle for longer.
        place(&mut columns, 2, &[]);
        assert_eq!(columns.tasks, [2, 1]);
        // But it is needed for an arrow.
        place(&mut columns, 3, &[1]);
        assert_eq!((columns.tasks.as_slice(), columns.folded()), (&[3, 1][..], (2, 0)));
        columns.end(3);
        place(&mut columns, 0, &[]);
        assert_eq!((columns.tasks.as_slice(), columns.folded()), (&[1, 0][..], (1, 1)));
        place(&mut columns, 4, &[0, 1]);
        assert_eq!((columns.tasks.as_slice(), columns.folded()), (&[1, 0][..], (2, 1)));
        // A task that has ended makes room before columns get narrow.
        let mut columns = LiveColumns::new(60);
        (0..2).for_each(|task| place(&mut columns, task, &[]));
        columns.end(0);
        place(&mut columns, 2, &[]);
        assert_eq!((columns.tasks.as_slice(), columns.each()), (&[1, 2][..], 25));
    }

    #[test]
    fn a_wider_terminal_has_room_again_and_a_narrower_one_folds_the_ended_first() {
        let mut columns = LiveColumns::new(200);
        (0..5).for_each(|task| place(&mut columns, task, &[]));
        assert_eq!(columns.each(), 38);
        columns.end(4);
        columns.resize(30);
        assert_eq!((columns.tasks.as_slice(), columns.folded()), (&[2, 3][..], (2, 1)));
        columns.resize(60);
        assert_eq!(columns.tasks, [2, 3, 1, 0, 4]);
        columns.resize(10);
        assert_eq!(columns.tasks.len(), 1);
        columns.resize(0);
        assert_eq!(columns.each(), 0);
    }
}
