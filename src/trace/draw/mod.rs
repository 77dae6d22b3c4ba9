//! What is written of a story: the text, the picture, the page.

mod arrows;
mod details;
mod escape;
mod figures;
pub mod html;
pub(in crate::trace) mod hue;
mod legend;
pub mod picture;
pub mod plain;
pub mod svg;
pub mod time;
