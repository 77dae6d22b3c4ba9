//! The pages in a real browser, in windows of three sizes: what is drawn, what shows under the mouse, that nothing
//! overlaps or runs out. One run of the browser for all of them.

use super::{files, logs, run, scratch, text, tracer};
use crate::support::have;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

/// Added to each page: puts the mouse on its calls and waits, and reports what it finds.
const PROBE: &str = include_str!("probe.js");

/// Those that are looked at also where little room is asked for.
const NARROW: [&str; 4] = ["fork", "select", "nginx", "socat"];

/// The page that shows them all.
const WINDOWS: &str = include_str!("windows.html");

#[test]
fn nothing_overlaps_or_runs_out_in_any_window() {
    let Some(found) = found() else { return };
    let wrong = ["overlap: ", "outside: ", "covered: ", "silent: ", "low: ", "small: ", "wide: "];
    let mut page = "";
    let mut pages = 0;
    let mut all = String::new();
    for line in found.lines() {
        if line.starts_with("page: ") {
            (page, pages) = (line, pages + 1);
        } else if wrong.iter().any(|wrong| line.starts_with(wrong)) {
            all.push_str(&format!("{page}: {line}\n"));
        }
    }
    assert_eq!(pages, 3 * (logs().len() + NARROW.len()), "{found}");
    assert!(all.is_empty(), "{all}");
}

#[test]
fn the_fork_picture_tells_more_under_the_mouse() {
    let Some(found) = found_of("fork") else { return };
    assert_eq!(found.matches("lane: ").count(), 5, "{found}");
    for line in [
        "lane: client 1",
        "lane: child 2",
        "arrow: connect m",
        "arrow: fork m",
        "arrow: reap m",
        // A call, what it is for, who makes it, as strace saw it.
        "hover: listen(9, 1024)|server, ",
        "passive from now on; the kernel queues connections",
        "int listen(int fd, int backlog)",
        "enchufe::sys::listen src/sys/socket.rs",
        "strace listen(9<TCP:[127.0.0.1:",
        "hover: fork() = ",
        "hover: kill(",
        "hover: select(parent, client 2) = 1: parent|child 2, ",
        // A wait.
        "hover: select(lines, signals, listener) = 1: listener|server, ",
    ] {
        assert!(found.contains(line), "{line} in\n{found}");
    }
}

#[test]
fn the_select_picture_tells_more_under_the_mouse() {
    let Some(found) = found_of("select") else { return };
    assert_eq!(found.matches("lane: ").count(), 3, "{found}");
    for line in [
        "hover: select(signals, listener, client 1, client 2) = 1: client 2|server, ",
        "hover: recv(8) = 22, “Hola soy el cliente 2”|server, ",
        "lit: 1",
    ] {
        assert!(found.contains(line), "{line} in\n{found}");
    }
}

/// What the browser reports about a page in the window in which every figure was examined.
fn found_of(name: &str) -> Option<&'static str> {
    let start = format!("page: {name}.html 1280x720\n");
    let (_, rest) = found()?.split_once(&start).expect("the page was shown");
    Some(rest.split("\npage: ").next().unwrap_or(rest))
}

/// What the browser reports about all pages.
fn found() -> Option<&'static str> {
    static FOUND: OnceLock<String> = OnceLock::new();
    have("chromium").then(|| FOUND.get_or_init(look).as_str())
}

fn look() -> String {
    let dir = scratch("browser");
    let mut pages = Vec::new();
    for (name, logs) in logs() {
        let mut draw = |name: String, width: &[&str]| {
            let output =
                run(tracer().args(["--lang", "en", "-o"]).arg(&dir).args(width).args(&logs));
            assert!(output.status.success(), "{output:?}");
            let probe = format!("<script>{PROBE}</script></body>");
            let page = files(&dir)[2].replace("</body>", &probe);
            fs::write(dir.join(format!("{name}.html")), page).expect("a file");
            pages.push(format!("\"{name}.html\""));
        };
        if NARROW.contains(&name.as_str()) {
            draw(format!("{name}-narrow"), &["--width", "830"]);
        }
        draw(name, &[]);
    }
    let sizes = ["1400, 1500, ''", "1280, 720, '#all'", "390, 844, ''"];
    let each = pages.iter().flat_map(|page| sizes.map(|size| format!("[{page}, {size}]")));
    let path = dir.join("windows.html");
    fs::write(&path, windows(&each.collect::<Vec<_>>())).expect("a file");
    escaped_from(&browse(&path, &dir.join("profile")))
}

/// The page that shows these: `[page, width, height, hash]` each.
pub(super) fn windows(views: &[String]) -> String {
    WINDOWS.replace("VIEWS", &format!("[{}]", views.join(", ")))
}

/// The report on a page after its scripts have run.
pub(super) fn escaped_from(dom: &str) -> String {
    let (_, found) = dom.split_once("<pre id=\"found\">").expect("the probes ran");
    let (found, _) = found.split_once("</pre>").expect("the probes ended");
    let found = found.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ");
    found.replace("&amp;", "&")
}

/// The page after its scripts have run.
pub(super) fn browse(page: &Path, profile: &Path) -> String {
    let mut url = String::from("file://");
    for part in page.to_str().expect("a path in UTF-8").split_inclusive('/') {
        url.push_str(&part.replace('%', "%25").replace(' ', "%20").replace('#', "%23"));
    }
    let mut chromium = Command::new("timeout");
    chromium.args(["--kill-after=5", "300", "chromium", "--headless", "--no-sandbox"]);
    chromium.args(["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]);
    chromium.args(["--disable-background-networking", "--disable-component-update"]);
    chromium.args(["--disable-dev-shm-usage", "--window-size=1920,1600", "--dump-dom"]);
    chromium.arg("--virtual-time-budget=600000");
    let mut flag = std::ffi::OsString::from("--user-data-dir=");
    flag.push(profile);
    let output = run(chromium.arg(flag).arg(url));
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}
