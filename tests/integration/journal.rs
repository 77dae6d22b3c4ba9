//! What a server prints: the coursework's screens, the table of clients, the children reaped.

mod events;
mod safety;
mod table;
