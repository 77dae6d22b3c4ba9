//! From records to a story: who takes part, what is connected to what, what leads to what.
//!
//! | part | what it knows |
//! |---|---|
//! | [`task`], [`channel`], [`meaning`], [`data`], [`story`], [`finding`] | what a story is made of |
//! | [`address`], [`calls`] | what strace writes, and what the kernel's calls do |
//! | `files`, `epoll` | which descriptor of which task stands for which open file |
//! | `book` | which ends are those of one channel |
//! | [`interpret`], `descriptors`, `steps` | what each descriptor stands for now; what becomes a step |
//! | `tables`, `rights`, `sockets`, `connections`, `moves`, `waits`, `life` | what each call does to all that |
//! | `ledger`, `flight`, [`state`] | how things stand after any number of steps |
//! | `merge`, `skew` | which channels there really are; when calls really end |
//! | `causality`, `number`, `only` | what leads to what; what tasks are called; what is chosen of all that |
//! | `abridged` | what is kept of strace's lines |

mod abridged;
pub mod address;
mod book;
pub mod calls;
mod causality;
pub mod channel;
mod connections;
pub mod data;
mod descriptors;
mod epoll;
mod files;
pub mod finding;
mod flight;
pub mod interpret;
pub mod ledger;
mod life;
pub mod meaning;
mod merge;
pub mod moves;
mod number;
mod only;
mod rights;
mod skew;
mod sockets;
mod sort;
pub mod state;
mod steps;
pub mod story;
mod tables;
pub mod task;
mod waits;
