//! From strace's lines to records: calls, signals and ends, each with its process and time.
//!
//! | part | from | to |
//! |---|---|---|
//! | [`line`](mod@line), [`call`] | a line | who, when, what |
//! | `log`, `calls`, `order` | the lines of a log | records, in order |
//! | [`reader`] | logs | records of all of them |
//! | [`follow`] | logs that grow | the same, as they come |
//!
//! Whatever strace's options were, what is there is read; what is missing is in the [`notes`].

pub mod call;
mod calls;
pub mod follow;
pub mod line;
mod lines;
mod log;
pub mod notes;
mod order;
pub mod reader;
pub mod record;
pub mod recorded;
pub(crate) mod scan;
mod tasks;
#[cfg(test)]
mod tests;
pub mod time;
