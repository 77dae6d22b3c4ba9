//! From records to a story: who takes part, what is connected to what, what leads to what.
//!
//! | part | what it knows |
//! |---|---|
//! | [`task`], [`channel`], [`topic`], [`data`], [`story`] | what a story is made of |
//! | [`address`], [`calls`] | what strace writes, and what the kernel's calls do |
//! | `files`, `epoll` | which descriptor of which task stands for which open file |
//! | `book` | which ends are those of one channel |
//! | [`teller`], `descriptors`, `sockets`, `moves`, `waits`, `life` | what each call does to all that |
//! | `ledger`, `flight`, [`state`] | what descriptors stand for, and what is on its way, at any step |
//! | `pair`, `number`, `only` | what leads to what; what tasks are called; what is chosen of all that |

pub mod address;
mod book;
pub mod calls;
pub mod channel;
pub mod data;
mod descriptors;
mod epoll;
mod files;
mod flight;
pub mod ledger;
mod life;
pub mod moves;
mod number;
mod only;
mod pair;
mod settle;
mod sockets;
pub mod state;
pub mod story;
pub mod task;
pub mod teller;
pub mod topic;
mod waits;
