//! What a killed test run would leave behind: a process that outlives it knows the groups that the run has
//! started, and kills them when the run is gone.

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

/// This group is there.
pub(super) fn begun(group: Pid) {
    tell("begun", group);
}

/// This group is no more, and its number may soon be another's.
pub(super) fn ended(group: Pid) {
    tell("ended", group);
}

fn tell(what: &str, group: Pid) {
    let mut guard = GUARD.lock().unwrap_or_else(PoisonError::into_inner);
    // In a group of its own: a Ctrl-C is for the run.
    let start = || {
        let mut bash = Command::new("bash");
        bash.args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        bash.process_group(0).spawn().expect("bash starts").stdin.expect("a pipe")
    };
    writeln!(guard.get_or_insert_with(start), "{what} {group}").expect("it is there");
}
