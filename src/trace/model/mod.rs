//! From records to a story: who takes part, what is connected to what, what leads to what.

pub mod aside;
pub mod cast;
pub mod channel;
pub mod data;
pub mod pair;
pub mod story;
pub mod task;
pub mod teller;
pub mod topic;
