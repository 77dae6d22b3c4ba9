//! On the wire: what clients send, and what comes back.

mod clients;
mod echo;
mod greeting;
mod limits;
mod messages;
mod replies;
mod words;
