//! Several at once, called in all sorts of ways.

use super::{Checkout, fails, text};
use crate::support::{Process, eventually, have};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

#[test]
fn demonstrations_and_traces_run_at_once() {
    if !have("strace") {
        return;
    }
    let checkout = Checkout::new("together");
    let elsewhere = checkout.dir.join("else where");
    fs::create_dir(&elsewhere).expect("a directory");
    let link = elsewhere.join("demo");
    symlink(checkout.dir.join("scripts/demo.sh"), &link).expect("a link");
    let plain = checkout.script("demo.sh");
    let mut linked = Command::new("bash");
    linked.args(["-c", "exec ./demo --no-strace"]).stdin(Stdio::null());
    for (name, value) in plain.get_envs() {
        linked.env(name, value.unwrap_or_default());
    }
    linked.current_dir(&elsewhere).env("CDPATH", &checkout.dir);

    let mut commands = vec![plain, linked];
    for _ in 0..2 {
        let mut trace = checkout.script("trace.sh");
        trace.arg("fork").current_dir("/");
        commands.push(trace);
    }
    let runs: Vec<_> = commands
        .iter_mut()
        .map(|command| command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it"))
        .collect();
    let outputs: Vec<_> =
        runs.into_iter().map(|run| run.wait_with_output().expect("it ends")).collect();
    let mut places = BTreeSet::new();
    for output in &outputs {
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        let said = text(&output.stdout);
        let place = said.lines().rfind(|line| line.contains("/target/"));
        assert!(places.insert(place.expect("a line").to_owned()), "{said}");
    }
    assert_eq!(places.len(), 4, "{places:?}");
}

#[test]
fn a_directory_that_another_script_writes_to_is_refused() {
    let checkout = Checkout::new("taken");
    checkout.program("strace", "");
    let taken = checkout.dir.join("target");
    let packages = taken.join("packages");
    fs::create_dir_all(&packages).expect("a directory");
    fs::create_dir_all(checkout.dir.join("debian")).expect("a directory");
    let mut other = Command::new("flock");
    other.arg(&taken).arg("flock").arg(&packages);
    other.args(["bash", "-c", "echo taken; sleep 60; :"]).stdin(Stdio::null());
    let mut other = Process::spawn(other);
    other.stdout.expect("taken");
    let mut trace = checkout.script("trace.sh");
    fails(trace.args(["fork", "-o"]).arg(&taken), 1, "target: another trace.sh is writing there");
    checkout.program("cargo", "echo cargo 1.99.0");
    fails(&mut checkout.script("test.sh"), 1, "another test.sh is at work in ");
    fails(&mut checkout.script("package.sh"), 1, "packages: another package.sh is writing there");
    drop(other);
    eventually("the place is free", || {
        let free = Command::new("flock").arg("--nonblock").arg(&taken).arg("true").status();
        free.expect("flock starts").success()
    });
}
