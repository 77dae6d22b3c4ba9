//! The figures as pictures: `benches/results/*.svg`, beside the page with the numbers.

use crate::report::Table;
use plotters::prelude::*;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

const SIZE: (u32, u32) = (800, 450);

/// Writes the pictures and the page.
pub fn draw(tables: &[Table], page: &str) -> Result<(), String> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/results");
    let write = || -> Result<(), Box<dyn Error>> {
        fs::create_dir_all(&dir)?;
        fs::write(dir.join("figures.md"), page)?;
        let short = tables.iter().find(|table| table.title.starts_with("short"));
        if let Some(table) = short {
            bars(&dir.join("short-connections.svg"), "Connections per second", table, 0)?;
        }
        for (name, clients) in [("memory-fork", "100 "), ("memory-select", "10000 ")] {
            let table = tables.iter().find(|t| t.title.starts_with(&format!("memory, {clients}")));
            if let Some(table) = table {
                bars(&dir.join(format!("{name}.svg")), "KiB per idle client", table, 0)?;
            }
        }
        let held: Vec<_> = tables.iter().filter(|table| table.title.ends_with("busy")).collect();
        lines(&dir.join("held-connections.svg"), &held)
    };
    write().map_err(|error| format!("{}: {error}", dir.display()))
}

/// A bar for each server.
fn bars(path: &PathBuf, title: &str, table: &Table, column: usize) -> Result<(), Box<dyn Error>> {
    let figures: Vec<_> = table.rows.iter().map(|row| (row.name, row.median(column))).collect();
    let most = figures.iter().map(|&(_, figure)| figure).fold(0.0, f64::max);
    let root = SVGBackend::new(path, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption(format!("{title}: {}", table.title), ("sans-serif", 20))
        .margin(15)
        .x_label_area_size(35)
        .y_label_area_size(170)
        .build_cartesian_2d(0.0..most * 1.15, (0..figures.len()).into_segmented())?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .y_label_formatter(&|at| match at {
            SegmentValue::CenterOf(index) => figures.get(*index).map_or("", |f| f.0).to_owned(),
            _ => String::new(),
        })
        .draw()?;
    chart.draw_series(figures.iter().enumerate().map(|(index, &(_, figure))| {
        let colour = if index == 0 { RGBColor(33, 102, 172) } else { RGBColor(160, 160, 160) };
        let from = (0.0, SegmentValue::Exact(index));
        let mut bar =
            Rectangle::new([from, (figure, SegmentValue::Exact(index + 1))], colour.filled());
        bar.set_margin(6, 6, 0, 0);
        bar
    }))?;
    chart.draw_series(figures.iter().enumerate().map(|(index, &(_, figure))| {
        let text = if figure >= 100.0 { format!("{figure:.0}") } else { format!("{figure:.1}") };
        Text::new(text, (figure + most * 0.01, SegmentValue::CenterOf(index)), ("sans-serif", 14))
    }))?;
    root.present()?;
    Ok(())
}

/// CPU per message against the measurements, a line for each server.
fn lines(path: &PathBuf, tables: &[&Table]) -> Result<(), Box<dyn Error>> {
    let Some(first) = tables.first() else {
        return Ok(());
    };
    let mut names: Vec<_> = first.rows.iter().map(|row| row.name).collect();
    names.dedup();
    let cpu = |table: &Table, name: &str| {
        table.rows.iter().find(|row| row.name == name).map(|row| row.median(1))
    };
    let figures = || tables.iter().flat_map(|table| &table.rows).map(|row| row.median(1));
    let (least, most) = (figures().fold(f64::MAX, f64::min), figures().fold(0.0, f64::max));
    let root = SVGBackend::new(path, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption("Server CPU, us per message (log scale)", ("sans-serif", 20))
        .margin(15)
        .x_label_area_size(40)
        .y_label_area_size(50)
        .build_cartesian_2d(
            (0..tables.len() - 1).with_key_points((0..tables.len()).collect()),
            (least * 0.8..most * 1.3).log_scale(),
        )?;
    chart
        .configure_mesh()
        .x_label_formatter(&|at| tables.get(*at).map_or(String::new(), |t| t.title.clone()))
        .draw()?;
    for (index, name) in names.iter().enumerate() {
        let colour = Palette99::pick(index).to_rgba();
        let width = if index == 0 { 3 } else { 1 };
        let points: Vec<_> = tables
            .iter()
            .enumerate()
            .filter_map(|(at, table)| Some((at, cpu(table, name)?)))
            .collect();
        chart
            .draw_series(LineSeries::new(points.clone(), colour.stroke_width(width)))?
            .label(*name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(3)));
        chart.draw_series(points.iter().map(|&at| Circle::new(at, 3, colour.filled())))?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.8))
        .border_style(RGBColor(200, 200, 200))
        .draw()?;
    root.present()?;
    Ok(())
}
