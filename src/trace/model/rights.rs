//! Open files passed in messages (`SCM_RIGHTS`).

use super::address::{descriptors, shown};
use super::files::FileKind;
use super::interpret::{CurrentCall, Interpreter};
use super::task::EndRef;

impl Interpreter {
    /// Open files that go with a message that was sent or received.
    pub(super) fn rights(&mut self, now: &CurrentCall<'_>, end: EndRef, is_sent: bool) {
        if now.call.arg(1).contains("SCM_RIGHTS") {
            if is_sent { self.hand_over(now, end) } else { self.take_over(now, end) }
        }
    }

    /// Open files that a message takes along.
    fn hand_over(&mut self, now: &CurrentCall<'_>, end: EndRef) {
        for (number, _) in descriptors(rights(now.call.arg(1))) {
            if let Some(slot) = self.files.slot(now.task, number) {
                self.files.in_message(slot.file, true);
                self.handed.entry(end.peer()).or_default().push_back(slot.file);
            }
        }
    }

    /// Open files that a message delivers.
    fn take_over(&mut self, now: &CurrentCall<'_>, end: EndRef) {
        let closes = now.call.arg(2).contains("MSG_CMSG_CLOEXEC");
        for (number, text) in descriptors(rights(now.call.arg(1))) {
            let handed = self.handed.get_mut(&end).and_then(std::collections::VecDeque::pop_front);
            let file = match (handed, text) {
                (Some(file), _) => file,
                (None, Some(text)) => self.found(&shown(text)),
                (None, None) => self.files.create(FileKind::Unknown),
            };
            self.put(now, number, file, closes);
            if handed.is_some() {
                self.files.in_message(file, false);
            }
        }
    }
}

/// The descriptors in a message's control data.
fn rights(message: &str) -> &str {
    let rights = message.split_once("cmsg_type=SCM_RIGHTS, cmsg_data=");
    rights.map_or("", |(_, rest)| rest.split("]}").next().unwrap_or_default())
}
