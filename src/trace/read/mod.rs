//! From strace's lines to records: calls, signals and ends, each with its process and time.

pub mod call;
pub mod error;
pub mod line;
pub mod log;
mod scan;
