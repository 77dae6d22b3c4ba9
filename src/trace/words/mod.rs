//! Steps in words: what a call is, what it is for, who calls it.

mod before;
pub mod explain;
pub mod mistakes;
pub mod more;
pub mod names;
pub mod origin;
pub mod show;
mod special;
pub mod stands;
pub mod summary;
pub mod time;
