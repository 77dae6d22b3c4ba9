//! What repeats in a sequence of calls: a stretch that is the same as the one before it is counted, not drawn. A
//! call made several times in a row counts as one, since the same bytes may be moved by one call or by three.

use std::ops::Range;

/// A part of a sequence that repeats what is before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// Where it is.
    pub hidden: Range<usize>,
    /// How many times what is before it is repeated there.
    pub times: usize,
}

/// The longest stretch that is looked for, in calls.
const LONGEST: usize = 12;

/// What may be left out of a sequence, if the first `kept` of each repetition are shown. A single one is never
/// left out: saying so takes as much room.
#[must_use]
pub fn find(symbols: &[u32], kept: usize) -> Vec<Repeat> {
    beyond(symbols, kept, kept + 2)
}

/// What follows the first `kept` of each repetition of at least `least` times.
fn beyond(symbols: &[u32], kept: usize, least: usize) -> Vec<Repeat> {
    let runs = runs(symbols);
    let heads: Vec<_> = runs.iter().map(|run| symbols[run.start]).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < runs.len() {
        let (period, times) = repeated(&heads[at..], least).unwrap_or((1, 1));
        let shown = times.min(kept);
        for run in &runs[at..at + shown * period] {
            if run.len() >= least {
                found.push(Repeat { hidden: run.start + kept..run.end, times: run.len() - kept });
            }
        }
        if times > shown {
            let hidden = &runs[at + shown * period..at + times * period];
            let hidden = hidden[0].start..hidden[hidden.len() - 1].end;
            found.push(Repeat { hidden, times: times - shown });
        }
        at += times * period;
    }
    found
}

/// A sequence without its repetitions: two that do the same thing, one of them more often, have the same
/// shape.
#[must_use]
pub fn shape(symbols: &[u32]) -> Vec<u32> {
    let mut shape = Vec::new();
    let mut from = 0;
    for Repeat { hidden, .. } in beyond(symbols, 1, 2) {
        shape.extend_from_slice(&symbols[from..hidden.start]);
        from = hidden.end;
    }
    shape.extend_from_slice(&symbols[from..]);
    shape.dedup();
    shape
}

/// The stretches of one symbol.
fn runs(symbols: &[u32]) -> Vec<Range<usize>> {
    let mut start = 0;
    let runs = symbols.chunk_by(|a, b| a == b).map(|run| {
        start += run.len();
        start - run.len()..start
    });
    runs.collect()
}

/// The length of the shortest stretch at the start of a sequence that repeats at once, at least `least` times
/// in all; and how many times.
fn repeated(symbols: &[u32], least: usize) -> Option<(usize, usize)> {
    (2..=LONGEST).find_map(|period| {
        let rest = symbols.get(period..)?;
        let same = symbols.iter().zip(rest).take_while(|(a, b)| a == b).count();
        let times = 1 + same / period;
        (times >= least).then_some((period, times))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(symbols: &str, kept: usize) -> Vec<(usize, usize, usize)> {
        let symbols: Vec<_> = symbols.chars().map(u32::from).collect();
        let found = find(&symbols, kept).into_iter();
        found.map(|repeat| (repeat.hidden.start, repeat.hidden.end, repeat.times)).collect()
    }

    #[test]
    fn an_exchange_that_repeats_is_counted() {
        for (symbols, expected) in [
            ("", vec![]),
            ("csrsrsrx", vec![]),
            ("csrsrsrsrx", vec![(5, 9, 2)]),
            ("csrrsrsrrrsrx", vec![(6, 12, 2)]),
            ("aaa", vec![]),
            ("aaaaa", vec![(2, 5, 3)]),
            ("caaaasrsrsrsr", vec![(3, 5, 2), (9, 13, 2)]),
            ("abcabcabcabcab", vec![(6, 12, 2)]),
        ] {
            assert_eq!(hidden(symbols, 2), expected, "{symbols}");
        }
    }

    #[test]
    fn many_are_counted_exactly_and_soon() {
        let symbols = format!("c{}x", "sr".repeat(1_000_000));
        assert_eq!(hidden(&symbols, 2), [(5, 2_000_001, 999_998)]);
    }

    #[test]
    fn what_differs_in_numbers_alone_has_the_same_shape() {
        let shape = |text: &str| shape(&text.chars().map(u32::from).collect::<Vec<_>>());
        assert_eq!(shape("csrsrsrx"), shape("csrrx"));
        assert_eq!(shape("csrsrsrsrsrx"), shape("csrsrx"));
        assert_ne!(shape("csrx"), shape("crsx"));
    }
}
