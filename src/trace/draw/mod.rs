//! What is written of a story: the text, the picture, the page.

mod escape;
mod figures;
pub mod html;
pub mod hue;
pub mod picture;
pub mod plain;
pub mod svg;
