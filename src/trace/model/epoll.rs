//! What an epoll instance watches.

use std::collections::{BTreeMap, HashMap};

/// An epoll instance's interest list, as set by `epoll_ctl`.
#[derive(Clone, Debug, Default)]
pub(super) struct InterestList {
    watched: BTreeMap<i32, Interest>,
    /// The descriptor that belongs to the program's data.
    by_data: HashMap<Box<str>, i32>,
}

#[derive(Clone, Debug)]
struct Interest {
    data: Box<str>,
    is_for_writing: bool,
    is_for_reading: bool,
    at: u64,
}

impl InterestList {
    /// `epoll_ctl`: `EPOLL_CTL_ADD`, a descriptor, `{events=EPOLLIN, data={u32=3, u64=3}}`.
    pub fn control(&mut self, operation: &str, number: i32, event: &str, at: u64) {
        if let Some(before) = self.watched.remove(&number) {
            self.by_data.remove(&before.data);
        }
        if operation == "EPOLL_CTL_DEL" {
            return;
        }
        let data: Box<str> = data(event).unwrap_or_default().into();
        self.by_data.insert(data.clone(), number);
        let is_for_writing = event.contains("EPOLLOUT");
        let is_for_reading =
            ["EPOLLIN", "EPOLLPRI", "EPOLLRDHUP"].iter().any(|it| event.contains(it));
        self.watched.insert(number, Interest { data, is_for_writing, is_for_reading, at });
    }

    /// How many are watched.
    pub fn len(&self) -> usize {
        self.watched.len()
    }

    /// The descriptors that are watched: to read or not, to write or not, since when.
    pub fn watched(&self) -> impl Iterator<Item = (i32, [bool; 2], u64)> {
        let watched = self.watched.iter();
        watched.map(|(&number, it)| (number, [it.is_for_reading, it.is_for_writing], it.at))
    }

    /// The descriptors that `epoll_wait` names: `[{events=EPOLLIN, data={u32=3, u64=3}}]`.
    pub fn ready(&self, events: &str) -> Vec<i32> {
        let each = events.split("{events=").skip(1);
        each.filter_map(|event| self.by_data.get(data(event)?).copied()).collect()
    }
}

/// The data of an event, as shown.
fn data(event: &str) -> Option<&str> {
    let (_, data) = event.split_once("data=")?;
    let end = data.find('}').unwrap_or(data.len());
    Some(&data[..end])
}
