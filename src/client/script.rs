//! The messages that are sent without asking: a list, some laps of it.

use std::rc::Rc;

/// Gives the messages in turn.
#[derive(Debug)]
pub(super) struct Script {
    messages: Vec<Rc<[u8]>>,
    laps: u64,
    given: u64,
}

/// A message of a [`Script`].
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The message, as it goes over the wire.
    pub(super) message: Rc<[u8]>,
    /// The number of the lap that begins with it, if there are several.
    pub(super) lap: Option<u64>,
}

impl Script {
    /// `messages`, `laps` times.
    pub(super) fn new(messages: impl IntoIterator<Item = Vec<u8>>, laps: u64) -> Self {
        let messages = messages.into_iter().map(Rc::from).collect();
        Self { messages, laps, given: 0 }
    }

    /// How many laps there are.
    pub(super) fn laps(&self) -> u64 {
        self.laps
    }

    /// How many messages it has still to give.
    pub(super) fn left(&self) -> u64 {
        self.messages.len() as u64 * self.laps - self.given
    }
}

impl Iterator for Script {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        if self.left() == 0 {
            return None;
        }
        let length = self.messages.len() as u64;
        let (lap, index) = (self.given / length, self.given % length);
        self.given += 1;
        Some(Entry {
            message: Rc::clone(&self.messages[index as usize]),
            lap: (self.laps > 1 && index == 0).then_some(lap + 1),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_lap_is_the_whole_list() {
        let mut script = Script::new([b"a".to_vec(), b"b".to_vec()], 2);
        assert_eq!(script.left(), 4);
        let given: Vec<_> = script.by_ref().map(|entry| (entry.message[0], entry.lap)).collect();
        let expected = [(b'a', Some(1)), (b'b', None), (b'a', Some(2)), (b'b', None)];
        assert_eq!(given, expected);
        assert_eq!(script.left(), 0);
        assert_eq!(Script::new([b"a".to_vec()], 1).next().unwrap().lap, None);
    }
}
