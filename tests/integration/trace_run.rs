//! `enchufe-trace -o DIR -- COMMAND`: the command runs as it would alone, and the story has
//! everything that ran.

use crate::support::{
    Conn, Process, Program, Server, eventually, have, reserved_port, state, within,
};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::WaitStatus;
use nix::unistd::Pid;
use std::fs;
use std::io::Write;
use std::net::Ipv4Addr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const CTRL_C: &str = "\x03";
const CTRL_Z: &str = "\x1a";

#[test]
fn its_streams_and_its_exit_code_are_its_own() {
    let Some(dir) = scratch("streams") else { return };
    let script = "read line; echo \"out $line\"; echo err >&2; exit 7";
    let mut command = tracer(&dir);
    command.args(["--", "sh", "-c", script]).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    child.stdin.take().expect("a pipe").write_all(b"in\nmore\n").expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(7), "{output:?}");
    assert_eq!(text(&output.stdout), "out in\n");
    assert!(text(&output.stderr).starts_with("err\n"), "{output:?}");
    assert_eq!(logs(&dir), ["sh.strace"]);
}

#[test]
fn a_signal_that_ends_it_ends_both() {
    let Some(dir) = scratch("signals") else { return };
    for signal in [Signal::SIGKILL, Signal::SIGINT, Signal::SIGSEGV] {
        let mut command = tracer(&dir);
        command.args(["--", "sh", "-c", &format!("kill -{} $$", signal as i32)]);
        let process = Process::spawn(command);
        let WaitStatus::Signaled(_, ended, false) = process.ended() else {
            panic!("{:?}", process.ended());
        };
        assert_eq!(ended, signal);
    }
}

#[test]
fn a_failure_is_one_line_and_the_shells_exit_code() {
    let Some(dir) = scratch("failures") else { return };
    let file = |name: &str, mode, content: &str| {
        let path = dir.join(name);
        fs::write(&path, content).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("permissions");
        path.display().to_string()
    };
    let plain = file("plain", 0o644, "");
    let broken = file("broken", 0o755, "#!/no/such/interpreter\n");
    let (dir_name, inside) = (dir.display().to_string(), plain.clone() + "/dir");
    for (args, code, en, es) in [
        (&["--", "no-such-command"][..], 127, "no-such-command: not found", "no se encuentra"),
        (&["--", "./no/such"], 127, "./no/such: not found", "no se encuentra"),
        (&["--", &plain], 126, "plain: cannot be executed: EACCES", "no se puede ejecutar"),
        (&["--", &dir_name], 126, ": cannot be executed: EACCES", "no se puede ejecutar"),
        (&["--", &broken], 126, "broken: cannot be executed: ENOENT", "no se puede ejecutar"),
        (&["-o", &inside, "--", "true"], 125, "write ", "no es un directorio)"),
        (&["--"], 2, "-- needs COMMAND", "-- necesita ORDEN"),
        (&["a.log", "--", "true"], 2, "unexpected argument: 'a.log'", "argumento de más"),
    ] {
        for (lang, expected) in [("en", en), ("es", es)] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_enchufe-trace"));
            let output = run(command.args(["--lang", lang]).args(args).current_dir(&dir));
            assert_eq!(output.status.code(), Some(code), "{args:?}: {output:?}");
            let said = text(&output.stderr);
            let own: Vec<_> = said.lines().filter(|line| !line.starts_with("strace: ")).collect();
            assert!(own.len() == 1 && own[0].contains(expected), "{args:?}: {said}");
        }
    }
    assert_eq!(logs(&dir), [""; 0]);

    let output = run(tracer(&dir).args(["--", "/bin/sh"]).env("PATH", &dir));
    assert_eq!(output.status.code(), Some(125), "{output:?}");
    assert!(text(&output.stderr).starts_with("strace is missing"), "{output:?}");
}

#[test]
fn without_ptrace_nothing_is_run() {
    let Some(dir) = scratch("no ptrace") else { return };
    let mut command = tracer(&dir);
    command.args(["--", "sh", "-c", "echo ran"]);
    // A traced process cannot be traced by another.
    let mut strace = Command::new("strace");
    strace.args(["-f", "-o", "/dev/null"]);
    let output = run(&mut within(strace, &command));
    assert_eq!(output.status.code(), Some(125), "{output:?}");
    assert_eq!(text(&output.stdout), "");
    let said = text(&output.stderr);
    assert!(
        said.starts_with("strace does not work: ptrace is not permitted here (ptrace("),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
}

on_both_servers!(ctrl_c_goes_to_the_command, several_recorders_make_one_story);

fn ctrl_c_goes_to_the_command(program: Program) {
    let Some(dir) = scratch(&format!("keyboard {}", program.name())) else { return };
    let mut server =
        Server::of(Process::spawn_on_terminal(&recorded(&dir, program, &["--no-greeting"])));
    let mut conn = server.connect();
    conn.ask("Hola\n");
    server.type_keys(CTRL_C);
    server.stdout.expect("[c]ancelar: ");
    conn.ask("¿Sigue ahí?\n");
    server.type_keys(CTRL_C);
    assert!(conn.rest().contains("Servidor: cerrando"));
    server.stdout.expect("trace.html");
    assert_eq!(server.exit_code(), 0);
    let log = told(&dir, &format!("{}.strace", program.name()));
    let pid = log.split(' ').next().expect("a pid");
    // The keyboard's signal is for the whole group: a child gets its own.
    let own = log.lines().filter(|line| line.starts_with(pid));
    assert_eq!(own.filter(|line| line.contains("--- SIGINT {")).count(), 2, "{log}");
}

fn several_recorders_make_one_story(program: Program) {
    let Some(dir) = scratch(&format!("several {}", program.name())) else { return };
    let mut server = Server::of(Process::spawn(recorded(&dir, program, &["--on-exit", "wait"])));
    let port = server.addr.port().to_string();
    let client = |said: &str| {
        let mut client =
            Process::spawn(recorded(&dir, Program::Client, &["-m", said, "127.0.0.1", &port]));
        client.stdout.expect_line("cerrando socket");
        client
    };
    let clients = [client("uno"), client("dos")];
    for client in &clients {
        assert_eq!(client.exit_code(), 0);
        // The server's log is not complete.
        let said = client.stderr.all();
        assert!(
            said.contains(" is still growing") || said.contains(" are still growing"),
            "{said}"
        );
    }
    server.expect_clients(0);
    // Asked to end, it tells the command.
    server.signal(Signal::SIGTERM);
    assert_eq!(server.exit_code(), 0);
    let said = server.stderr.all();
    assert!(said.ends_with("trace.html\n"), "{said}");
    let name = format!("{}.strace", program.name());
    assert_eq!(logs(&dir), ["enchufe-client-2.strace", "enchufe-client.strace", &name]);
    let story = told(&dir, "trace.txt");
    for said in ["“uno”", "“dos”"] {
        // Sent by the client and received by the server.
        assert!(story.matches(said).count() >= 2, "{said}: {story}");
    }
    // No file is partly written: each ends as it should.
    assert!(told(&dir, "trace.svg").trim_end().ends_with("</svg>"));
    assert!(told(&dir, "trace.html").trim_end().ends_with("</html>"));
    let left: Vec<_> = names(&dir).into_iter().filter(|name| name.contains("new")).collect();
    assert_eq!(left, [""; 0]);
}

#[test]
fn no_log_is_overwritten() {
    let Some(dir) = scratch("kept") else { return };
    fs::write(dir.join("true.strace"), "kept\n").expect("a file");
    for _ in 0..2 {
        assert!(run(tracer(&dir).args(["-q", "--", "true"])).status.code().is_some());
    }
    assert_eq!(logs(&dir), ["true-2.strace", "true-3.strace", "true.strace"]);
    assert_eq!(told(&dir, "true.strace"), "kept\n");
}

#[test]
fn a_shells_job_control_sees_the_command() {
    let Some(dir) = scratch("jobs") else { return };
    let (mut bash, trace) = (interactive_bash(), trace_in(&dir));
    // What it prints is not what is typed. It is one process: a shell that has called vfork(2) does not stop
    // until its child has called execve(2), which it cannot where Ctrl-Z has stopped it.
    bash.type_line(&format!("{trace} sh -c 'echo pid$((0)) $$; exec sleep 1000'"));
    let command = shown_pid(&mut bash);
    bash.type_keys(CTRL_Z);
    bash.stdout.expect("Stopped");
    assert!(matches!(state(command), Some('t' | 'T')), "{:?}", state(command));
    bash.type_line("fg");
    eventually("it goes on", || matches!(state(command), Some('S' | 'R')));
    bash.type_keys(CTRL_C);
    bash.type_line("echo code$((0)) $?");
    bash.stdout.expect("code0 130");
    // In the background it may not read the terminal.
    bash.type_line(&format!("{trace} cat & echo pid$((0)) $!"));
    let tracer = shown_pid(&mut bash);
    eventually("it is stopped", || state(tracer) == Some('T'));
    bash.type_line("jobs");
    bash.stdout.expect("Stopped");
    bash.type_line("fg");
    bash.stdout.expect("fg\r\n");
    bash.stdout.expect("-- cat");
    bash.type_line("read by cat");
    bash.stdout.expect("read by cat\r\nread by cat");
    bash.type_keys("\x04");
    bash.type_line("echo code$((0)) $?");
    bash.stdout.expect("code0 ");
}

/// When both go on, the command has ended already.
#[test]
fn a_stopped_command_that_is_killed_keeps_its_exit_code() {
    let Some(dir) = scratch("killed job") else { return };
    let mut bash = interactive_bash();
    bash.type_line(&format!("{} sh -c 'echo pid$((0)) $$; exec sleep 1000'", trace_in(&dir)));
    let command = shown_pid(&mut bash);
    bash.type_keys(CTRL_Z);
    bash.stdout.expect("Stopped");
    kill(command, Signal::SIGKILL).expect("it is there");
    eventually("it has ended", || matches!(state(command), None | Some('Z')));
    bash.type_line("fg");
    bash.stdout.expect("Killed");
    bash.type_line("echo code$((0)) $?");
    bash.stdout.expect("code0 137");
}

fn interactive_bash() -> Process {
    let mut bash = Command::new("bash");
    bash.args(["--norc", "--noprofile", "-i"]).env("PS1", "$ ").env("HISTFILE", "/dev/null");
    Process::spawn_on_terminal(&bash)
}

/// Runs what follows, with a log in this directory; to be typed.
fn trace_in(dir: &Path) -> String {
    format!("{} -q -o '{}' --", env!("CARGO_BIN_EXE_enchufe-trace"), dir.display())
}

/// The pid that `echo pid$((0)) PID` shows: what is printed is not what is typed.
fn shown_pid(bash: &mut Process) -> Pid {
    let line = bash.stdout.expect_line("pid0 ");
    let pid = line.rsplit(' ').next().and_then(|pid| pid.parse().ok()).map(Pid::from_raw);
    pid.unwrap_or_else(|| panic!("no pid: {line}"))
}

/// Not even a loader closes anything in this program: its log has no close, and shows that there was none.
#[test]
fn what_a_program_never_closes_is_told() {
    let Some(dir) = scratch("never closed") else { return };
    let (port, _reserved) = reserved_port();
    let program = dir.join("never_closed");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes/12_never_closed.c");
    let mut cc = Command::new("cc");
    cc.args(["-static", "-w", "-o"]).arg(&program).arg(source);
    assert!(run(&mut cc).status.success());
    let mut command = tracer(&dir);
    command.arg("--").arg(program).arg(port.to_string());
    let mut server = Process::spawn(command);
    server.stdout.expect("listening");
    let log = dir.join("never_closed.strace");
    let ends =
        || told(&dir, "never_closed.strace").matches(", \"\", 512, 0, NULL, NULL) = 0").count();
    for served in 1..=3 {
        let mut conn = Conn::to((Ipv4Addr::LOCALHOST, port).into());
        conn.send("Hola\n");
        assert_eq!(conn.line(), "Hola\n");
        drop(conn);
        eventually("it hears the end", || ends() == served);
    }
    server.signal(Signal::SIGTERM);
    server.ended();
    let found = text(&run(tracer(&dir).arg("--check").arg(log)).stdout);
    assert!(found.starts_with("mistake 12: "), "{found}");
}

#[test]
fn signals_that_it_was_started_without_stay_ignored() {
    let Some(dir) = scratch("ignored") else { return };
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' INT HUP; exec \"$@\"", "sh"]);
    let mut inner = tracer(&dir);
    inner.args(["--", "sh", "-c", "kill -INT $$; kill -HUP $$; echo alive"]);
    let output = run(&mut within(command, &inner));
    assert_eq!(text(&output.stdout), "alive\n", "{output:?}");
}

#[test]
fn what_it_leaves_behind_is_waited_for_until_ctrl_c() {
    let Some(dir) = scratch("left behind") else { return };
    let mut command = tracer(&dir);
    command.args(["--", "sh", "-c", "sleep 1000 & echo $!; exit 4"]);
    let mut process = Process::spawn(command);
    let pid = process.stdout.expect("\n").parse().map(Pid::from_raw).expect("a pid");
    process.stderr.expect("sh has ended and left processes behind");
    process.signal(Signal::SIGINT);
    assert_eq!(process.exit_code(), 4);
    kill(pid, Signal::SIGKILL).expect("it was left alone");
}

/// `enchufe-trace -o DIR`, without a terminal, in English.
fn tracer(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_enchufe-trace"));
    command.args(["--lang", "en", "-o"]).arg(dir).stdin(Stdio::null());
    command
}

/// A program of ours, run under it.
fn recorded(dir: &Path, program: Program, args: &[&str]) -> Command {
    let mut tracer = tracer(dir);
    tracer.arg("--");
    let command = match program {
        Program::Client => program.command(args),
        _ => Server::command(program, args),
    };
    within(tracer, &command)
}

fn run(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().expect("it runs")
}

/// An empty directory, with a space in its name; `None` without strace.
fn scratch(name: &str) -> Option<PathBuf> {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("run {name}"));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a directory");
    have("strace").then_some(dir)
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).expect("a directory");
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let mut names: Vec<_> = entries.map(|entry| name(entry.expect("an entry"))).collect();
    names.sort();
    names
}

fn logs(dir: &Path) -> Vec<String> {
    names(dir).into_iter().filter(|name| name.ends_with(".strace")).collect()
}

fn told(dir: &Path, name: &str) -> String {
    fs::read_to_string(dir.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
