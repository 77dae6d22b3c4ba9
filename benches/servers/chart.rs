//! How a picture is drawn: bars, a server each, or lines, a figure against the clients connected. In two languages, for
//! light and dark backgrounds.

use crate::printed::Printed;
use crate::table::short;
use plotters::coord::Shift;
use plotters::prelude::*;
use std::error::Error;
use std::ops::Range;

type Drawing<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const SIZE: (u32, u32) = (820, 360);
/// Sizes of text: nothing smaller than 11 pixels, which are 14 of these.
const TITLE: (&str, u32) = ("sans-serif", 21);
const PANEL: (&str, u32) = ("sans-serif", 17);
const TEXT: (&str, u32) = ("sans-serif", 15);

/// A colour, and the one for a dark background.
type Colour = (RGBColor, &'static str);

const PAPER: Colour = (WHITE, "#15181e");
const INK: Colour = (BLACK, "#e4e7ec");
const PALE: Colour = (RGBColor(160, 160, 160), "#7c8492");
/// The colours of the lines, used in turn; ours is the first.
const LINES: [Colour; 8] = [
    (RGBColor(33, 102, 172), "#5aa9f8"),
    (RGBColor(103, 169, 207), "#a9d8f5"),
    (RGBColor(178, 24, 43), "#ff7381"),
    (RGBColor(40, 40, 40), "#c9ced6"),
    (RGBColor(230, 145, 30), "#f2a057"),
    (RGBColor(77, 146, 33), "#86cf5a"),
    (RGBColor(118, 42, 131), "#c08ae8"),
    (RGBColor(222, 119, 174), "#ff9fd0"),
];

fn colour(index: usize) -> RGBColor {
    LINES[index % LINES.len()].0
}

/// The language of the texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    En,
    Es,
}

impl Lang {
    fn figure(self, figure: f64) -> String {
        let figure = short(figure);
        if self == Self::Es { figure.replace('.', ",") } else { figure }
    }

    fn clients(self) -> &'static str {
        if self == Self::Es { "clientes conectados" } else { "clients connected" }
    }

    /// A server. Most are called by their own names.
    fn server(self, name: &str) -> &str {
        match (self, name) {
            (Self::Es, "C fork server") => "fork en C",
            (Self::Es, "static C fork server") => "fork en C, estático",
            (Self::Es, "C select server") => "select en C",
            (Self::Es, "C epoll loop") => "bucle con epoll en C",
            (_, name) => name,
        }
    }
}

/// A bar for each server, ours on top.
pub fn bars<'a>(
    title: &str,
    figures: impl Iterator<Item = (&'a str, f64)>,
    lang: Lang,
) -> Result<String, Box<dyn Error>> {
    let mut figures: Vec<_> = figures.collect();
    figures.reverse();
    let most = figures.iter().map(|&(_, figure)| figure).fold(0.0, f64::max);
    let mut picture = String::new();
    let root = SVGBackend::with_string(&mut picture, SIZE).into_drawing_area();
    root.fill(&PAPER.0)?;
    let mut chart = ChartBuilder::on(&root)
        .caption(title, TITLE)
        .margin(15)
        .x_label_area_size(30)
        .y_label_area_size(170)
        .build_cartesian_2d(0.0..most * 1.1, -0.5..figures.len() as f64 - 0.5)?;
    let name = |at: &f64| {
        let index = (at.fract() == 0.0).then_some(*at as usize);
        let name = index.and_then(|index| figures.get(index)).map_or("", |figure| figure.0);
        lang.server(name).to_owned()
    };
    chart
        .configure_mesh()
        .disable_y_mesh()
        .light_line_style(TRANSPARENT)
        .x_label_formatter(&|figure| format!("{figure:.0}"))
        .y_labels(figures.len())
        .y_label_formatter(&name)
        .label_style(TEXT)
        .draw()?;
    for (index, &(_, figure)) in figures.iter().enumerate() {
        let (at, is_ours) = (index as f64, index + 1 == figures.len());
        let colour = if is_ours { colour(0) } else { PALE.0 };
        let bar = Rectangle::new([(0.0, at - 0.3), (figure, at + 0.3)], colour.filled());
        let text = Text::new(lang.figure(figure), (figure + most * 0.01, at + 0.13), TEXT);
        chart.draw_series([bar])?;
        chart.draw_series([text])?;
    }
    root.present()?;
    drop(chart);
    drop(root);
    Ok(with_dark_colours(&picture))
}

/// The picture with a style for dark backgrounds, which programs that do not know of it pass over.
fn with_dark_colours(picture: &str) -> String {
    let mut style = String::from("<style>\n@media (prefers-color-scheme: dark) {\n");
    for (RGBColor(red, green, blue), dark) in [PAPER, INK, PALE].into_iter().chain(LINES) {
        let light = format!("#{red:02X}{green:02X}{blue:02X}");
        for what in ["fill", "stroke"] {
            style.push_str(&format!("  [{what}=\"{light}\"] {{ {what}: {dark}; }}\n"));
        }
    }
    style.push_str("}\n</style>\n");
    match picture.split_once('\n') {
        Some((head, rest)) => format!("{head}\n{style}{rest}"),
        None => picture.to_owned(),
    }
}

/// One of the drawings of a picture, side by side.
#[derive(Debug)]
pub struct Panel<'a> {
    title: &'static str,
    /// Servers, each with its figures by clients connected.
    lines: Vec<(&'a str, Vec<(f64, f64)>)>,
}

impl<'a> Panel<'a> {
    /// A column of these tables, each under the number of clients that were connected.
    pub fn new(title: &'static str, tables: &[(usize, &'a Printed)], column: usize) -> Self {
        let mut lines: Vec<(_, Vec<_>)> = Vec::new();
        for &(clients, table) in tables {
            for (name, figure) in table.column(column) {
                let at = (clients as f64, figure);
                match lines.iter_mut().find(|(other, _)| *other == name) {
                    Some((_, points)) => points.push(at),
                    None => lines.push((name, vec![at])),
                }
            }
        }
        // Some had too few messages.
        for (_, points) in &mut lines {
            points.retain(|(_, figure)| figure.is_finite());
        }
        Self { title, lines }
    }

    fn points(&self) -> impl Iterator<Item = (f64, f64)> {
        self.lines.iter().flat_map(|(_, points)| points).copied()
    }
}

/// Draws the panels, on one scale, if each has anything to show, and whose line is which beside them.
pub fn lines(
    title: &str,
    panels: &[Panel<'_>],
    lang: Lang,
) -> Result<Option<String>, Box<dyn Error>> {
    let clients = |panel: &Panel<'_>| range(panel.points().map(|(clients, _)| clients));
    let figures = range(panels.iter().flat_map(Panel::points).map(|(_, figure)| figure));
    let clients: Option<Vec<_>> = panels.iter().map(clients).collect();
    let (Some(clients), Some(figures)) = (clients, figures) else {
        return Ok(None);
    };
    let mut picture = String::new();
    let root = SVGBackend::with_string(&mut picture, SIZE).into_drawing_area();
    root.fill(&PAPER.0)?;
    // A server has the same colour in all panels, even if another is missing.
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in panels.iter().flat_map(|panel| &panel.lines) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let titled = root.titled(title, TITLE)?;
    let (left, right) = titled.split_horizontally(SIZE.0 - 185);
    for ((area, panel), clients) in
        left.split_evenly((1, panels.len())).iter().zip(panels).zip(clients)
    {
        draw_panel(area, panel, &names, (clients, figures.clone()), lang)?;
    }
    for (index, name) in names.iter().enumerate() {
        let y = 55 + 22 * index as i32;
        right.draw(&PathElement::new([(0, y), (18, y)], line_style(index)))?;
        right.draw(&Circle::new((9, y), 3, colour(index).filled()))?;
        right.draw(&Text::new(lang.server(name), (25, y - 6), TEXT))?;
    }
    root.present()?;
    drop((left, right, titled, root));
    Ok(Some(with_dark_colours(&picture)))
}

/// Both axes are logarithmic.
fn draw_panel(
    area: &Drawing<'_>,
    panel: &Panel<'_>,
    names: &[&str],
    (clients, figures): (Range<f64>, Range<f64>),
    lang: Lang,
) -> Result<(), Box<dyn Error>> {
    let (x_labels, y_labels) = (labels(&clients, &[1.0]), labels(&figures, &[1.0, 2.0, 5.0]));
    let mut chart = ChartBuilder::on(area)
        .caption(panel.title, PANEL)
        .margin(12)
        .margin_right(20)
        .x_label_area_size(35)
        .y_label_area_size(45)
        .build_cartesian_2d(
            clients.log_scale().with_key_points(x_labels),
            figures.log_scale().with_key_points(y_labels),
        )?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_label_formatter(&|clients| format!("{clients:.0}"))
        .y_label_formatter(&|figure| format!("{figure:.0}"))
        .x_desc(lang.clients())
        .label_style(TEXT)
        .draw()?;
    for (name, points) in &panel.lines {
        let index = names.iter().position(|other| other == name).unwrap_or(0);
        chart.draw_series(LineSeries::new(points.clone(), line_style(index)))?;
        let points = points.iter().map(|&at| Circle::new(at, 3, colour(index).filled()));
        chart.draw_series(points)?;
    }
    Ok(())
}

fn line_style(index: usize) -> ShapeStyle {
    colour(index).stroke_width(if index == 0 { 3 } else { 1 })
}

/// From the least to the greatest, with a little room, if there are any.
fn range(figures: impl Iterator<Item = f64>) -> Option<Range<f64>> {
    let (least, most) =
        figures.fold((f64::INFINITY, 0.0_f64), |(a, b), figure| (a.min(figure), b.max(figure)));
    (least <= most).then_some(least * 0.8..most * 1.3)
}

/// These times each power of ten, in the range.
fn labels(range: &Range<f64>, times: &[f64]) -> Vec<f64> {
    let powers = (0..9).map(|power| 10_f64.powi(power));
    let labels = powers.flat_map(|power| times.iter().map(move |times| times * power));
    labels.filter(|label| range.contains(label)).collect()
}
