//! How a picture is drawn: a bar for each server, or lines of a figure against the clients
//! connected.

use crate::table::{Table, short};
use plotters::coord::Shift;
use plotters::prelude::*;
use std::error::Error;
use std::ops::Range;
use std::path::Path;

type Drawing<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const SIZE: (u32, u32) = (820, 360);
const OURS: RGBColor = RGBColor(33, 102, 172);
const OTHERS: [RGBColor; 7] = [
    RGBColor(103, 169, 207),
    RGBColor(178, 24, 43),
    RGBColor(40, 40, 40),
    RGBColor(230, 145, 30),
    RGBColor(77, 146, 33),
    RGBColor(118, 42, 131),
    RGBColor(222, 119, 174),
];

/// Of a line or a bar; ours is the first.
fn colour(index: usize) -> RGBColor {
    index.checked_sub(1).map_or(OURS, |other| OTHERS[other % OTHERS.len()])
}

/// A bar for each server, ours on top: the first column of the table.
pub fn bars(path: &Path, title: &str, table: &Table) -> Result<(), Box<dyn Error>> {
    let figures: Vec<_> = table.rows.iter().map(|row| (row.name, row.median(0))).rev().collect();
    let most = figures.iter().map(|&(_, figure)| figure).fold(0.0, f64::max);
    let root = SVGBackend::new(path, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption(title, ("sans-serif", 20))
        .margin(15)
        .x_label_area_size(30)
        .y_label_area_size(170)
        .build_cartesian_2d(0.0..most * 1.1, -0.5..figures.len() as f64 - 0.5)?;
    let name = |at: &f64| {
        let index = (at.fract() == 0.0).then_some(*at as usize);
        index.and_then(|index| figures.get(index)).map_or("", |figure| figure.0).to_owned()
    };
    chart
        .configure_mesh()
        .disable_y_mesh()
        .light_line_style(TRANSPARENT)
        .x_label_formatter(&|figure| format!("{figure:.0}"))
        .y_labels(figures.len())
        .y_label_formatter(&name)
        .label_style(("sans-serif", 14))
        .draw()?;
    for (index, &(_, figure)) in figures.iter().enumerate() {
        let (at, is_ours) = (index as f64, index + 1 == figures.len());
        let colour = if is_ours { OURS } else { RGBColor(160, 160, 160) };
        let bar = Rectangle::new([(0.0, at - 0.3), (figure, at + 0.3)], colour.filled());
        let text = Text::new(short(figure), (figure + most * 0.01, at + 0.13), ("sans-serif", 14));
        chart.draw_series([bar])?;
        chart.draw_series([text])?;
    }
    root.present()?;
    Ok(())
}

/// One of the drawings of a picture, side by side.
#[derive(Debug)]
pub struct Panel {
    title: &'static str,
    /// Servers, each with its figures by clients connected.
    lines: Vec<(&'static str, Vec<(f64, f64)>)>,
}

impl Panel {
    /// A column of these tables, each under the number of clients that were connected.
    pub fn new(title: &'static str, tables: &[(usize, &Table)], column: usize) -> Self {
        let mut lines: Vec<(_, Vec<_>)> = Vec::new();
        for &(clients, table) in tables {
            for row in &table.rows {
                let at = (clients as f64, row.median(column));
                match lines.iter_mut().find(|(name, _)| *name == row.name) {
                    Some((_, points)) => points.push(at),
                    None => lines.push((row.name, vec![at])),
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

/// Draws the panels, on one scale, if each has anything to show, with a legend beside them.
pub fn lines(path: &Path, title: &str, panels: &[Panel]) -> Result<(), Box<dyn Error>> {
    let clients = |panel: &Panel| range(panel.points().map(|(clients, _)| clients));
    let figures = range(panels.iter().flat_map(Panel::points).map(|(_, figure)| figure));
    let clients: Option<Vec<_>> = panels.iter().map(clients).collect();
    let (Some(clients), Some(figures)) = (clients, figures) else {
        return Ok(());
    };
    let root = SVGBackend::new(path, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    // A server has the same colour in all panels, even if another is missing.
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in panels.iter().flat_map(|panel| &panel.lines) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let titled = root.titled(title, ("sans-serif", 20))?;
    let (left, right) = titled.split_horizontally(SIZE.0 - 185);
    for ((area, panel), clients) in
        left.split_evenly((1, panels.len())).iter().zip(panels).zip(clients)
    {
        draw_panel(area, panel, &names, clients, figures.clone())?;
    }
    for (index, name) in names.iter().enumerate() {
        let y = 55 + 22 * index as i32;
        right.draw(&PathElement::new([(0, y), (18, y)], line_style(index)))?;
        right.draw(&Circle::new((9, y), 3, colour(index).filled()))?;
        right.draw(&Text::new(*name, (25, y - 6), ("sans-serif", 13)))?;
    }
    root.present()?;
    Ok(())
}

/// Both axes are logarithmic.
fn draw_panel(
    area: &Drawing<'_>,
    panel: &Panel,
    names: &[&str],
    clients: Range<f64>,
    figures: Range<f64>,
) -> Result<(), Box<dyn Error>> {
    let (x_labels, y_labels) = (labels(&clients, &[1.0]), labels(&figures, &[1.0, 2.0, 5.0]));
    let mut chart = ChartBuilder::on(area)
        .caption(panel.title, ("sans-serif", 15))
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
        .x_desc("clients connected")
        .label_style(("sans-serif", 13))
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
