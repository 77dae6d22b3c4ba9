//! What is written about a story: the text, the picture, the page with its player; the mistakes; facts, JSON and a
//! Mermaid diagram for other programs.

mod arrows;
pub(in crate::trace) mod colour;
mod details;
mod escape;
pub mod facts;
mod figures;
pub mod findings;
pub mod html;
pub mod json;
mod legend;
pub mod mermaid;
pub mod picture;
pub mod plain;
pub mod player;
pub mod svg;
