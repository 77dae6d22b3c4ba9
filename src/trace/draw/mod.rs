//! What is written of a story: the text, the picture, the page; facts for scripts.

mod arrows;
mod details;
mod escape;
pub mod facts;
mod figures;
pub mod findings;
pub mod html;
mod hue;
mod legend;
pub mod picture;
pub mod plain;
pub mod svg;
pub mod time;
