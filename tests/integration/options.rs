//! The command line: each flag changes what it says it changes, and mistakes are named.

mod address;
mod addresses;
mod names;
mod pace;
mod room;
mod screens;
mod usage;
