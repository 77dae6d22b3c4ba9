//! The command line: each flag does what its help says, and errors name the mistake.

mod address;
mod addresses;
mod names;
mod pace;
mod room;
mod screens;
mod usage;
