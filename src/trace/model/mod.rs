//! From records to a story: who takes part, what is connected to what, what leads to what.

pub mod aside;
pub mod cast;
pub mod pair;
pub mod story;
pub mod teller;
pub mod topic;
