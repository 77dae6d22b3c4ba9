//! The picture in a page with details: hovering over a call shows strace's line, what it is for,
//! and which function made it. One file, no network.

use super::details;
use super::escape::Escaped;
use super::findings;
use super::picture::Details;
use super::{player, svg};
use crate::screen::Lang;
use crate::trace::layout::geometry::Geometry;
use crate::trace::model::story::Story;
use crate::trace::words::summary;
use std::fmt::{self, Write};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
const PLAYER_STYLE: &str = include_str!("player.css");
const PLAYER_SCRIPT: &str = include_str!("player.js");

/// Writes the page.
///
/// # Errors
///
/// Only those of `out`.
pub fn write(story: &Story, geometry: &Geometry, lang: Lang, out: &mut impl Write) -> fmt::Result {
    let (code, hint) = match lang {
        Lang::Es => {
            ("es", "Pase el ratón por las llamadas y las esperas, o recórralas con el tabulador.")
        }
        Lang::En => (
            "en",
            "Move the mouse over the calls and the waits, or go through them with the Tab key.",
        ),
    };
    let mut findings = String::new();
    findings::write_list(story, lang, &mut findings)?;
    let title = Escaped(&summary::title(story, lang)).to_string();
    write!(
        out,
        "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n<style>\n{STYLE}{PLAYER_STYLE}</style>\n</head>\n<body>\n\
         <header><h1>{title}</h1> <p>{}</p> <p id=\"hint\">{hint}</p></header>\n{findings}\
         <div id=\"picture\" tabindex=\"0\" role=\"region\" aria-label=\"{title}\" \
         style=\"--wide:{:.0}px\">\n",
        Escaped(&geometry.sentence),
        geometry.columns.width
    )?;
    svg::write(story, geometry, lang, Details::Keys, out)?;
    writeln!(out, "</div>")?;
    writeln!(out, "<div id=\"tip\" role=\"status\" hidden></div>\n<div id=\"details\" hidden>")?;
    details::write(story, geometry, lang, out)?;
    writeln!(out, "</div>")?;
    player::write(story, geometry, lang, out)?;
    writeln!(out, "<script>\n{SCRIPT}{PLAYER_SCRIPT}</script>\n</body>\n</html>")
}
