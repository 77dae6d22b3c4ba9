//! Cleans up after a killed test run: a process that outlives the run knows the process groups that it has
//! started, and kills them once it is gone.

use nix::unistd::Pid;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// Its standard input ends with the run.
const SCRIPT: &str = r#"
declare -A groups
while read -r what group; do
    if [[ $what == begun ]]; then groups[$group]=; else unset "groups[$group]"; fi
done
for group in "${!groups[@]}"; do kill -KILL -- "-$group"; done
"#;

static GUARD: Mutex<Option<ChildStdin>> = Mutex::new(None);

/// A group has begun.
pub(super) fn begun(group: Pid) {
    tell("begun", group);
}

/// A group has ended; its number may be reused.
pub(super) fn ended(group: Pid) {
    tell("ended", group);
}

fn tell(what: &str, group: Pid) {
    let mut guard = GUARD.lock().unwrap_or_else(PoisonError::into_inner);
    // In its own group: a Ctrl-C is for the run.
    let start = || {
        let mut bash = Command::new("bash");
        bash.args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        bash.process_group(0).spawn().expect("bash starts").stdin.expect("a pipe")
    };
    writeln!(guard.get_or_insert_with(start), "{what} {group}").expect("it is there");
}
