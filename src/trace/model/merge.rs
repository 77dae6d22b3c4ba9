//! Merges channels that turned out to be the same one, and leaves out those that no step is about.

use super::book::Book;
use super::meaning::{Meaning, On};
use super::story::Story;
use super::task::EndRef;

/// Puts the channels into the story, and returns where each end is now.
pub(super) fn merge(
    story: &mut Story,
    mut book: Book,
) -> impl Fn(EndRef) -> Option<EndRef> + use<> {
    let target = |mut end: EndRef| {
        while let Some(first) = book.same.get(&end.channel) {
            end = if end.end == 0 { *first } else { first.peer() };
        }
        end
    };
    let mut is_told = vec![false; book.channels.len()];
    for step in story.steps.iter().filter(|step| step.meaning != Meaning::Aside) {
        let sets = step.sets.iter().filter_map(|&set| story.sets.get(set as usize)).flatten();
        let ends = sets.filter_map(|on| match on {
            On::End(end) => Some(*end),
            _ => None,
        });
        for end in ends.chain(step.end) {
            is_told[target(end).channel] = true;
        }
    }
    let mut places = vec![None; is_told.len()];
    let told = is_told.iter().enumerate().filter(|(_, is_told)| **is_told);
    told.enumerate().for_each(|(place, (channel, _))| places[channel] = Some(place));
    let ends: Vec<_> = (0..is_told.len())
        .map(|channel| {
            [0, 1].map(|end| {
                let end = target(EndRef { channel, end });
                places[end.channel].map(|channel| EndRef { channel, ..end })
            })
        })
        .collect();
    for (channel, first) in &book.same {
        for (end, into) in [(0, *first), (1, first.peer())] {
            let tasks = std::mem::take(&mut book.channels[*channel].ends[end].tasks);
            let held = &mut book.channels[into.channel].ends[into.end].tasks;
            for task in tasks {
                if !held.contains(&task) {
                    held.push(task);
                }
            }
        }
    }
    let channels = book.channels.into_iter().zip(&is_told).filter(|(_, is_told)| **is_told);
    story.channels = channels.map(|(channel, _)| channel).collect();
    let place = move |end: EndRef| ends[end.channel][end.end];
    for step in &mut story.steps {
        step.end = step.end.and_then(&place);
    }
    for task in &mut story.tasks {
        task.about = task.about.and_then(&place);
    }
    for on in story.sets.iter_mut().flatten() {
        if let On::End(end) = on {
            *on = place(*end).map_or(On::Other, On::End);
        }
    }
    place
}
