//! The page in a real browser: what is drawn, what shows under the mouse, that nothing overlaps.

use super::{files, run, sample, scratch, text, tracer};
use crate::support::have;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Added to the page: puts the mouse on each call and each wait, and writes what it found.
const PROBE: &str = include_str!("probe.js");

#[test]
fn the_fork_picture_tells_more_under_the_mouse() {
    if !have("chromium") {
        return;
    }
    let found = look("fork");
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
    if !have("chromium") {
        return;
    }
    let found = look("select");
    assert_eq!(found.matches("lane: ").count(), 3, "{found}");
    for line in [
        "hover: select(signals, listener, client 1, client 2) = 1: client 2|server, ",
        "hover: recv(8) = 22, “Hola soy el cliente 2”|server, ",
        "lit: 1",
    ] {
        assert!(found.contains(line), "{line} in\n{found}");
    }
}

/// What the browser says of the page of a sample.
fn look(server: &str) -> String {
    let dir = scratch(&format!("browser {server}"));
    let output = run(tracer().args(["--lang", "en", "-o"]).arg(&dir).arg(sample(server)));
    assert!(output.status.success(), "{output:?}");
    let page = files(&dir)[2].replace("</body>", &format!("<script>{PROBE}</script></body>"));
    let path = dir.join("probed.html");
    fs::write(&path, page).expect("a file");
    let dom = browse(&path, &dir.join("profile"));
    let (_, found) = dom.split_once("<pre id=\"found\">").expect("the probe ran");
    let (found, _) = found.split_once("</pre>").expect("the probe ended");
    let found = found.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    for wrong in ["overlap: ", "outside: ", "covered: ", "silent: "] {
        assert!(!found.contains(wrong), "{wrong} in\n{found}");
    }
    found
}

/// The page after its scripts have run.
fn browse(page: &Path, profile: &Path) -> String {
    let mut url = String::from("file://");
    for part in page.to_str().expect("a path in UTF-8").split_inclusive('/') {
        url.push_str(&part.replace('%', "%25").replace(' ', "%20").replace('#', "%23"));
    }
    let mut chromium = Command::new("timeout");
    chromium.args(["--kill-after=5", "120", "chromium", "--headless", "--no-sandbox"]);
    chromium.args(["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]);
    chromium.args(["--disable-background-networking", "--disable-component-update"]);
    chromium.args(["--disable-dev-shm-usage", "--window-size=1920,1080", "--dump-dom"]);
    chromium.arg("--virtual-time-budget=5000");
    let mut flag = std::ffi::OsString::from("--user-data-dir=");
    flag.push(profile);
    let output = run(chromium.arg(flag).arg(url));
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}
