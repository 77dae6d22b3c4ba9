//! The figures as pictures: `benches/results/*.svg`, beside the page with the numbers and drawn from it. Each in
//! English and, as `*.es.svg`, in Spanish.

use crate::chart::{Lang, Panel, bars, lines};
use crate::measure::{
    CPU, HELD, IDLE_FORK, QUIET, QUIET_CPU, QUIET_P50, QUIET_P99, RATE, SHORT, held_title,
    quiet_title,
};
use crate::printed::{Printed, tables};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// Memory for each idle client: a column.
const MEMORY: usize = 0;

fn results() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/results")
}

/// Writes the page of what was measured, and its pictures.
pub fn write(page: &str) -> Result<(), String> {
    let dir = results();
    let written = fs::create_dir_all(&dir).and_then(|()| fs::write(dir.join("figures.md"), page));
    written.map_err(|error| format!("{}: {error}", dir.display()))?;
    draw()
}

/// Draws the page that there is.
pub fn draw() -> Result<(), String> {
    let dir = results();
    let draw = || -> Result<(), Box<dyn Error>> {
        let tables = tables(&fs::read_to_string(dir.join("figures.md"))?);
        all(&dir, &tables, Lang::En)?;
        all(&dir, &tables, Lang::Es)
    };
    draw().map_err(|error| format!("{}: {error}", dir.display()))
}

fn all(dir: &Path, tables: &[Printed], lang: Lang) -> Result<(), Box<dyn Error>> {
    let table = |title: &str| tables.iter().find(|table| table.title == title);
    let es = lang == Lang::Es;
    let write = |name: &str, picture: Option<String>| match picture {
        Some(picture) if es => fs::write(dir.join(format!("{name}.es.svg")), picture),
        Some(picture) => fs::write(dir.join(format!("{name}.svg")), picture),
        None => Ok(()),
    };
    let words = |en: &'static str, es: &'static str| if lang == Lang::Es { es } else { en };

    if let Some(table) = table(SHORT) {
        let title = words("Short connections per second", "Conexiones cortas por segundo");
        write("short-connections", Some(bars(title, table.column(RATE), lang)?))?;
    }
    if let Some(table) = table(IDLE_FORK) {
        let title = words(
            "Memory of an idle client, KiB (Pss)",
            "Memoria de un cliente inactivo, KiB (Pss)",
        );
        write("memory", Some(bars(title, table.column(MEMORY), lang)?))?;
    }
    // Each panel's tables, under the number of clients that are connected.
    let held = |is_in: fn(usize, usize) -> bool| -> Vec<_> {
        let held = HELD.into_iter().filter(|&(connected, busy)| is_in(connected, busy));
        held.filter_map(|(n, busy)| Some((n, table(&held_title(n, busy))?))).collect()
    };
    let title = words("all connected are busy", "todos los conectados están activos");
    let all = Panel::new(title, &held(|n, busy| n == busy), CPU);
    let title = words("10 of the connected are busy", "10 de los conectados están activos");
    let ten = Panel::new(title, &held(|_, busy| busy == 10), CPU);
    let cost = words("CPU of the server per message, µs", "CPU del servidor por mensaje, µs");
    write("held-connections", lines(cost, &[all, ten], lang)?)?;

    let quiet = QUIET.into_iter().filter_map(|n| Some((n, table(&quiet_title(n, 1))?)));
    let quiet: Vec<_> = quiet.collect();
    let title = words(
        "one of the connected asks each millisecond",
        "cada milisegundo pregunta uno de los conectados",
    );
    write("quiet-cost", lines(cost, &[Panel::new(title, &quiet, QUIET_CPU)], lang)?)?;
    let title = words("half wait no longer (p50)", "la mitad no espera más (p50)");
    let half = Panel::new(title, &quiet, QUIET_P50);
    let title = words("99 of 100 wait no longer (p99)", "99 de 100 no esperan más (p99)");
    let most = Panel::new(title, &quiet, QUIET_P99);
    let title = words(
        "Wait for an answer, µs, while one of the connected asks each millisecond",
        "Espera de una respuesta, µs, si cada milisegundo pregunta uno de los conectados",
    );
    write("quiet-latency", lines(title, &[half, most], lang)?)?;
    Ok(())
}
