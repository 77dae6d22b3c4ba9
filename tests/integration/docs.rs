//! What people read: links lead somewhere, both languages say the same, flags exist, and every example is run.
//!
//! Comments before an example, which readers do not see, say how it is run. Without any, bash runs the block to its
//! end. The examples of a page share a network, a directory with what is at the top of the repository, and
//! whatever is still running:
//!
//! - `not run: REASON`.
//! - `stays: TEXT`: it runs on in a terminal of its own, and the next may come once it has shown this.
//! - `after Ctrl-C`: what is still running is ended first.
//! - `before: COMMAND`: this is run first.
//! - `types: LINE | LINE`: it runs in a terminal, where these are typed, each when something is asked.
//! - `exits with: CODE`, not 0.
//!
//! A block of text is what the example before it has shown, or a part of that ([`compare`] has the placeholders),
//! unless `output of: COMMAND` or `not compared: REASON` says otherwise.

mod compare;
mod examples;
mod flags;
mod links;
mod page;
mod quotes;
mod session;
mod twins;
