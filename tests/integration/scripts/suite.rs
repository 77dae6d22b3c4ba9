//! `test.sh`, with a dummy in place of cargo.

use super::{Checkout, run, text};
use crate::support::state;
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, geteuid};
use std::fs;
use std::process::Output;

/// It is asked for its version, and must be refused on NetBSD.
const CARGO: &str = "[[ $* != *--quiet* ]] || printf 'error: enchufe runs on Linux\\nerror: could not compile\\n' >&2
echo cargo 1.99.0";

/// A checkout where everything passes at once, and nothing needs to be installed.
fn suite(name: &str) -> Checkout {
    let checkout = Checkout::new(name);
    checkout.program("cargo", CARGO);
    checkout.program("shellcheck", "");
    let targets = ["x86_64-unknown-linux-gnu", "x86_64-unknown-freebsd", "x86_64-unknown-netbsd"];
    let list = targets.join("\\n");
    checkout.program("rustup", &format!("printf '{list}\\n1.88.0-{}\\n'", targets[0]));
    checkout.program("apt-get", "echo \"$*\" >>\"${0%/bin/*}/apt.log\"");
    let nothing = "#!/bin/bash\necho demonstrated\n";
    fs::write(checkout.dir.join("scripts/demo.sh"), nothing).expect("a script");
    checkout
}

fn last_line(output: &Output) -> String {
    text(&output.stdout).lines().last().unwrap_or_default().to_owned()
}

#[test]
fn each_step_says_how_long_it_took() {
    let checkout = suite("steps");
    let output = run(checkout.script("test.sh").env("LANG", "es"));
    assert!(output.status.success(), "{output:?}");
    let said = text(&output.stdout);
    for step in ["scripts", "cargo fmt --check", "env --default-signal cargo test", "demo"] {
        let after = said.split(&format!("\n=== {step}")).nth(1).expect(step);
        let time = after.lines().find(|line| line.starts_with("--- ")).expect("a time");
        assert!(time.ends_with(" s"), "{time}");
    }
    assert!(last_line(&output).starts_with("=== todo pasó ("), "{said}");
    let left_out = "las pruebas con musl y en otras máquinas, los paquetes (--all)";
    assert!(last_line(&output).contains(left_out), "{said}");
}

#[test]
fn the_step_that_fails_is_named_at_the_end() {
    let checkout = suite("failed");
    checkout.program("cargo", &format!("[[ $1 != doc ]] || exit 7\n{CARGO}"));
    let output = run(&mut checkout.script("test.sh"));
    assert_eq!(output.status.code(), Some(7), "{output:?}");
    let last = last_line(&output);
    assert!(last.starts_with("=== failed (code 7, ") && last.contains(" cargo doc "), "{last}");
}

#[test]
fn a_process_left_behind_is_named_unless_it_is_somebody_elses() {
    let checkout = suite("left");
    // Both end by themselves.
    let leave = r#"
        if [[ $1 == test && ! -e $CARGO_TARGET_DIR/pids ]]; then
            mkdir -p "$CARGO_TARGET_DIR/debug"
            for name in fork select; do cp "$(command -v bash)" "$CARGO_TARGET_DIR/debug/enchufe-$name"; done
            "$CARGO_TARGET_DIR/debug/enchufe-fork" -c 'sleep 30; :' &>/dev/null &
            echo $! >"$CARGO_TARGET_DIR/pids"
            env -u ENCHUFE_SCRIPTS setsid "$CARGO_TARGET_DIR/debug/enchufe-select" -c 'sleep 30; :' &>/dev/null &
            echo $! >>"$CARGO_TARGET_DIR/pids"
        fi"#;
    checkout.program("cargo", &format!("{leave}\n{CARGO}"));
    let output = run(&mut checkout.script("test.sh"));
    let pids = fs::read_to_string(checkout.dir.join("target/pids")).expect("a file");
    let pids: Vec<i32> = pids.lines().map(|pid| pid.parse().expect("a pid")).collect();
    for &pid in &pids {
        assert!(state(Pid::from_raw(pid)).is_some(), "{pid} is there");
        let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
    }
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(text(&output.stderr), format!("left behind: /proc/{}/exe\n", pids[0]));
}

#[test]
fn a_package_that_the_system_lacks_does_not_keep_the_others_away() {
    let lacks =
        "[[ $* != *haproxy* ]] || { echo 'E: Unable to locate package haproxy' >&2; exit 100; }";
    let Some((output, log)) = installing("lacks", lacks) else { return };
    assert!(output.status.success(), "{output:?}");
    let said = text(&output.stdout);
    let reason = "not installed: haproxy (E: Unable to locate package haproxy)\n";
    assert!(said.contains(reason) && said.matches("not installed: ").count() == 1, "{said}");
    assert!(last_line(&output).contains("not checked: what needs haproxy, "), "{said}");
    for package in ["telnet", "strace"] {
        assert!(
            log.lines().any(|line| line.ends_with(&format!("--no-download {package}"))),
            "{log}"
        );
    }
}

#[test]
fn without_a_network_it_does_not_try_one_package_after_the_other() {
    let fails =
        "echo 'E: Failed to fetch http://deb.debian.org: connection timed out' >&2; exit 100";
    let Some((output, log)) = installing("network", fails) else { return };
    assert!(output.status.success(), "{output:?}");
    assert_eq!(log.lines().count(), 2, "{log}");
    assert_eq!(text(&output.stdout).matches("(E: Failed to fetch").count(), 3, "{output:?}");
}

#[test]
fn another_apt_is_waited_for() {
    let locked = "[[ $(wc -l <\"${0%/bin/*}/apt.log\") != 2 ]] ||
        { echo 'E: Could not get lock /var/lib/dpkg/lock-frontend' >&2; exit 100; }";
    let Some((output, log)) = installing("locked", locked) else { return };
    assert!(output.status.success(), "{output:?}");
    assert!(!text(&output.stdout).contains("\nnot installed: "), "{output:?}");
    assert_eq!(log.lines().count(), 4, "{log}");
}

/// Without three programs, which apt-get installs, or fails with this message; returns the output, and
/// what apt-get was asked.
fn installing(name: &str, says: &str) -> Option<(Output, String)> {
    if !geteuid().is_root() {
        println!("skipped: only root installs");
        return None;
    }
    let checkout = suite(name);
    let log = "echo \"$*\" >>\"${0%/bin/*}/apt.log\"";
    checkout.program("apt-get", &format!("{log}\n{says}"));
    let all = ["nc.openbsd", "python3", "chromium", "nginx", "ss", "systemd-socket-activate", "ps"];
    for installed in all {
        checkout.program(installed, "");
    }
    let missing = checkout.without(&["telnet", "strace", "haproxy"]);
    let mut suite = checkout.script_with("test.sh", &missing);
    let output = run(&mut suite);
    let log = fs::read_to_string(checkout.dir.join("apt.log")).unwrap_or_default();
    Some((output, log))
}
