//! However a script ends, it leaves no process and no file of its own in the way.

use super::{Checkout, run, text};
use crate::support::{Process, eventually, have, state, within};
use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use nix::unistd::Pid;
use std::fs;
use std::process::{Command, Stdio};

#[test]
fn ctrl_c_ends_all_that_it_started() {
    if !have("strace") {
        return;
    }
    let checkout = Checkout::new("ctrl-c");
    checkout.program("shellcheck", "");
    checkout.program(
        "cargo",
        "echo cargo 1.99.0; [[ $* != test* && $* != build* ]] || { echo $$ >>pids; sleep 60; }",
    );
    for (name, args, begun) in [
        ("demo.sh", &[][..], "listening on"),
        ("trace.sh", &["select"], "listening on"),
        ("test.sh", &[], "=== env --default-signal cargo test"),
    ] {
        let mut script = checkout.script(name);
        script.args(args).env("NO_COLOR", "1");
        let mut script = Process::spawn_on_terminal(&script);
        script.stdout.expect(begun);
        if name == "test.sh" {
            // One compiles while the other tests.
            eventually("both are there", || cargos(&checkout).len() == 2);
        }
        script.type_keys("\x03");
        assert_eq!(script.exit_code(), 130, "{name}: {}", script.stdout.so_far());
        eventually("all have ended", || script.children().is_empty());
        let is_gone = |&pid: &Pid| state(pid).is_none_or(|state| state == 'Z');
        eventually("no cargo runs", || cargos(&checkout).iter().all(is_gone));
        assert!(!script.stdout.so_far().contains('\x1b'), "{}", script.stdout.so_far());
    }
}

/// The cargo processes that have begun to work.
fn cargos(checkout: &Checkout) -> Vec<Pid> {
    let pids = fs::read_to_string(checkout.dir.join("pids")).unwrap_or_default();
    pids.lines().filter_map(|pid| pid.parse().ok()).map(Pid::from_raw).collect()
}

#[test]
fn a_demonstration_that_is_terminated_ends_all_that_it_started() {
    let checkout = Checkout::new("terminated");
    for signal in [Signal::SIGTERM, Signal::SIGHUP, Signal::SIGKILL] {
        if signal == Signal::SIGKILL && !have("setpriv") {
            continue;
        }
        let mut demo = checkout.script("demo.sh");
        // Killed, it leaves its FIFOs.
        demo.arg("--no-strace").env("TMPDIR", &checkout.dir);
        let mut demo = Process::spawn(demo);
        demo.stdout.expect("connected clients: 1");
        demo.signal(signal);
        let ended = match signal {
            Signal::SIGKILL => WaitStatus::Signaled(demo.pid(), signal, false),
            _ => WaitStatus::Exited(demo.pid(), 128 + signal as i32),
        };
        assert_eq!(demo.ended(), ended, "{}", demo.stderr.so_far());
        eventually("all have ended", || demo.children().is_empty());
    }
}

/// It has room for a file's first page, or not even for that.
#[test]
fn a_full_disk_is_named() {
    if !have("unshare") {
        return;
    }
    let checkout = Checkout::new("full");
    let target = checkout.dir.join("target");
    fs::create_dir(&target).expect("a directory");
    for (fill, words) in [
        (":", "/demo/enchufe-fork: the disk is full"),
        ("echo >\"$0/file\"", ": the disk is full; CARGO_TARGET_DIR=DIRECTORY uses another"),
    ] {
        let mount = format!("mount -t tmpfs -o size=4k none \"$0\" && {fill} && \"$@\"");
        let unshare = || {
            let mut unshare = Command::new("unshare");
            unshare.args(["--map-root-user", "--mount", "sh", "-c", &mount]).arg(&target);
            unshare
        };
        if !run(unshare().arg("true")).status.success() {
            println!("skipped: no mount namespace");
            return;
        }
        let mut demo = checkout.script("demo.sh");
        demo.arg("--no-strace");
        let demo = Process::spawn(within(unshare(), &demo));
        assert_eq!(demo.exit_code(), 1, "{}", demo.stdout.so_far());
        let said = format!("demo.sh: {}{words}\n", target.display());
        assert_eq!(demo.stderr.all(), said, "{}", demo.stdout.so_far());
        eventually("all have ended", || demo.children().is_empty());
    }
}

#[test]
fn nobody_reads_on() {
    let checkout = Checkout::new("head");
    let mut head = Command::new("bash");
    head.args(["-c", "set -o pipefail; \"$0\" --no-strace | head -n 3"]).stdin(Stdio::null());
    let demo = checkout.script("demo.sh");
    head.arg(demo.get_program());
    for (name, value) in demo.get_envs() {
        head.env(name, value.unwrap_or_default());
    }
    let head = Process::spawn(head);
    assert_eq!(head.exit_code(), 141, "{}", head.stderr.so_far());
    assert_eq!(head.stdout.so_far().lines().count(), 3);
    assert_eq!(head.stderr.so_far(), "");
    eventually("all have ended", || head.children().is_empty());
}

#[test]
fn standard_output_is_closed() {
    let checkout = Checkout::new("closed");
    let mut closed = Command::new("bash");
    closed.args(["-c", "exec \"$0\" >&-"]).arg(checkout.script("demo.sh").get_program());
    let output = run(closed.env("LC_ALL", "C"));
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), "demo.sh: standard output is closed\n");
}
