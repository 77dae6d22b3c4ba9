//! The figures as pictures: `benches/results/*.svg`, beside the page with the numbers.

use crate::measure::{CPU, HELD, IDLE_FORK, SHORT, held_title};
use crate::table::{Table, short, table};
use plotters::coord::Shift;
use plotters::prelude::*;
use std::error::Error;
use std::fs;
use std::path::Path;

type Drawing<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const SIZE: (u32, u32) = (820, 360);
const OURS: RGBColor = RGBColor(33, 102, 172);
const OTHERS: [RGBColor; 4] =
    [RGBColor(178, 24, 43), RGBColor(230, 145, 30), RGBColor(77, 146, 33), RGBColor(118, 42, 131)];

/// Writes the pictures of what was measured, and the page.
pub fn draw(tables: &[Table], page: &str) -> Result<(), String> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/results");
    let write = || -> Result<(), Box<dyn Error>> {
        fs::create_dir_all(&dir)?;
        fs::write(dir.join("figures.md"), page)?;
        if let Some(table) = table(tables, SHORT) {
            bars(&dir.join("short-connections.svg"), "Short connections per second", table)?;
        }
        if let Some(table) = table(tables, IDLE_FORK) {
            bars(&dir.join("memory.svg"), "Memory of an idle client, KiB (Pss)", table)?;
        }
        // Each panel's tables, under the number of clients that are connected.
        let panel = |is_in: fn(usize, usize) -> bool| -> Vec<_> {
            let held = HELD.into_iter().filter(|&(connected, busy)| is_in(connected, busy));
            held.filter_map(|(n, busy)| Some((n, table(tables, &held_title(n, busy))?))).collect()
        };
        let panels = [
            ("all connected are busy", panel(|connected, busy| connected == busy)),
            ("10 of the connected are busy", panel(|_, busy| busy == 10)),
        ];
        if panels.iter().any(|(_, panel)| panel.is_empty()) {
            return Ok(());
        }
        lines(&dir.join("held-connections.svg"), &panels)
    };
    write().map_err(|error| format!("{}: {error}", dir.display()))
}

fn colour(index: usize) -> RGBColor {
    index.checked_sub(1).map_or(OURS, |other| OTHERS[other % OTHERS.len()])
}

/// A bar for each server, ours on top: the first column of the table.
fn bars(path: &Path, title: &str, table: &Table) -> Result<(), Box<dyn Error>> {
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

/// CPU per message against the clients connected (a logarithmic scale), a line for each server.
fn lines(path: &Path, panels: &[(&str, Vec<(usize, &Table)>)]) -> Result<(), Box<dyn Error>> {
    let root = SVGBackend::new(path, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let root = root.titled("CPU of the server per message, µs", ("sans-serif", 20))?;
    let tables = panels.iter().flat_map(|(_, panel)| panel);
    let figures = tables.flat_map(|(_, table)| &table.rows).map(|row| row.median(CPU));
    let most = figures.fold(0.0, f64::max);
    let areas = root.split_evenly((1, panels.len()));
    for (index, (area, (title, panel))) in areas.iter().zip(panels).enumerate() {
        draw_panel(area, title, panel, most * 1.1, index == 0)?;
    }
    root.present()?;
    Ok(())
}

fn draw_panel(
    area: &Drawing<'_>,
    title: &str,
    panel: &[(usize, &Table)],
    most: f64,
    with_legend: bool,
) -> Result<(), Box<dyn Error>> {
    let (first, last) = (panel[0].0 as f64, panel[panel.len() - 1].0 as f64);
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 15))
        .margin(12)
        .x_label_area_size(35)
        .y_label_area_size(35)
        .build_cartesian_2d((first * 0.8..last * 1.3).log_scale(), 0.0..most)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_label_formatter(&|clients| format!("{clients:.0}"))
        .y_label_formatter(&|micros| format!("{micros:.0}"))
        .x_desc("clients connected")
        .label_style(("sans-serif", 13))
        .draw()?;
    for (index, row) in panel[0].1.rows.iter().enumerate() {
        let colour = colour(index);
        let style = colour.stroke_width(if index == 0 { 3 } else { 1 });
        let points: Vec<_> = panel
            .iter()
            .filter_map(|&(clients, table)| {
                Some((clients as f64, table.row(row.name)?.median(CPU)))
            })
            .collect();
        chart
            .draw_series(LineSeries::new(points.clone(), style))?
            .label(row.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
        chart.draw_series(points.into_iter().map(|at| Circle::new(at, 3, colour.filled())))?;
    }
    if !with_legend {
        return Ok(());
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .label_font(("sans-serif", 13))
        .background_style(WHITE.mix(0.8))
        .border_style(RGBColor(200, 200, 200))
        .draw()?;
    Ok(())
}
