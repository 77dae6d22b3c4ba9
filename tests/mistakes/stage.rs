//! Where a program meets its peers: each runs under strace, with its own log, and what does not end by itself is
//! interrupted.

use crate::support::{Process, eventually, state, within};
use nix::sys::signal::{Signal, killpg};
use std::collections::BTreeSet;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The conversation of one program.
pub(crate) struct Stage {
    dir: PathBuf,
    pub(crate) port: u16,
    actors: Vec<Actor>,
}

/// A program that takes part.
struct Actor {
    name: &'static str,
    process: Process,
    log: PathBuf,
}

/// strace's logs: of the program under test, and of all programs.
pub(crate) struct Logs {
    pub(crate) own: Vec<PathBuf>,
    pub(crate) all: Vec<PathBuf>,
}

/// These calls wait for nothing. If one takes this long, in seconds, it waited for the processor.
const PROMPT: [&str; 4] = ["brk(", "close(", "mmap(", "rt_sigaction("];
const SLOW: f64 = 0.02;

impl Logs {
    /// Whether a program had to wait for the processor.
    pub(crate) fn show_a_slow_machine(&self) -> bool {
        self.all.iter().any(|log| {
            let log = fs::read(log).unwrap_or_default();
            String::from_utf8_lossy(&log).lines().any(is_slow)
        })
    }
}

/// `7 10:00:00.000000 close(3) = 0 <0.031415>`.
fn is_slow(line: &str) -> bool {
    let call = line.split_whitespace().nth(2).unwrap_or_default();
    let took = line.rsplit_once('<').and_then(|(_, took)| took.strip_suffix('>')?.parse().ok());
    PROMPT.iter().any(|name| call.starts_with(name)) && took.is_some_and(|took: f64| took >= SLOW)
}

/// Longer than what counts as a wait in vain.
const FOR_EVER: Duration = Duration::from_millis(1300);

/// The stage's own peers: `talk.py`.
const PEERS: [&str; 4] = ["client", "another", "a third", "service"];

impl Stage {
    /// A stage of this name, with its own port that nothing listens on.
    pub(crate) fn new(name: &str) -> Self {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mistakes").join(name);
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).expect("a directory");
        Self { dir, port: free_port(), actors: Vec::new() }
    }

    /// A program of `tests/mistakes`, in C or Python, with the port as its argument.
    pub(crate) fn program(&self, source: &str) -> Command {
        let path = path(source);
        let mut command = match source.ends_with(".py") {
            true => python(),
            false => Command::new(self.compile(&path)),
        };
        if source.ends_with(".py") {
            command.arg(path);
        }
        command.arg(self.port.to_string());
        command
    }

    /// Starts a server, and waits until it says that it listens.
    pub(crate) fn server(&mut self, program: Command) {
        self.start("server", program);
        self.expect("server", "listening");
    }

    /// Starts a client that connects to this address and does these actions.
    pub(crate) fn client(&mut self, name: &'static str, host: &str, actions: &str) {
        let address = format!("{host}:{}", self.port);
        self.talk(name, "connect", &address, actions);
    }

    /// Starts a server on the port that does these actions for every client.
    pub(crate) fn service(&mut self, actions: &str) {
        let address = format!("127.0.0.1:{}", self.port);
        self.talk("service", "listen", &address, actions);
        self.expect("service", "listening");
    }

    fn talk(&mut self, name: &'static str, role: &str, address: &str, actions: &str) {
        assert!(PEERS.contains(&name), "{name}");
        let mut command = python();
        command.arg(path("talk.py")).args([role, address]).args(actions.split_whitespace());
        self.start(name, command);
    }

    /// Starts a program under strace.
    pub(crate) fn start(&mut self, name: &'static str, command: Command) {
        let log = self.log(name);
        self.spawn(name, traced(&command, &log), log);
    }

    /// The same with these descriptors already open, as in a program with many open files.
    pub(crate) fn crowd(
        &mut self,
        name: &'static str,
        program: &Command,
        fds: RangeInclusive<u32>,
    ) {
        const SCRIPT: &str = r#"
            ulimit -n 4096
            for ((fd = $1; fd <= $2; fd++)); do eval "exec $fd</dev/null"; done
            exec "${@:3}""#;
        let log = self.log(name);
        let mut bash = Command::new("bash");
        bash.args(["-c", SCRIPT, "bash", &fds.start().to_string(), &fds.end().to_string()]);
        self.spawn(name, within(bash, &traced(program, &log)), log);
    }

    fn log(&self, name: &str) -> PathBuf {
        self.dir.join(format!("{}-{name}.log", self.actors.len() + 1))
    }

    fn spawn(&mut self, name: &'static str, mut command: Command, log: PathBuf) {
        command.stdin(Stdio::piped()).current_dir(&self.dir);
        self.actors.push(Actor { name, process: Process::spawn(command), log });
    }

    /// The latest program of this name.
    fn actor(&mut self, name: &str) -> &mut Actor {
        let found = self.actors.iter_mut().rev().find(|actor| actor.name == name);
        found.unwrap_or_else(|| panic!("no {name}"))
    }

    /// Waits until it prints this.
    pub(crate) fn expect(&mut self, name: &str, text: &str) {
        self.actor(name).process.stdout.expect(text);
    }

    /// Types an empty line, which it waits for.
    pub(crate) fn go_on(&mut self, name: &str) {
        self.actor(name).process.type_line("");
    }

    /// Waits until its log has this text this many times.
    pub(crate) fn logged(&mut self, name: &str, text: &str, times: usize) {
        let log = self.actor(name).log.clone();
        eventually(&format!("{times} times {text} in {}", log.display()), || {
            let log = fs::read(&log).unwrap_or_default();
            String::from_utf8_lossy(&log).matches(text).count() >= times
        });
    }

    /// Waits until it sleeps in a call.
    pub(crate) fn sleeps(&mut self, name: &str) {
        let pid = self.actor(name).process.pid();
        eventually(&format!("{name} sleeps"), || state(pid) == Some('S'));
    }

    /// Waits until it ends by itself.
    pub(crate) fn ends(&mut self, name: &str) {
        self.actor(name).process.ended();
    }

    /// Waits so long that a blocked call can only be blocked for ever.
    pub(crate) fn wait_for_ever(&self) {
        sleep(FOR_EVER);
    }

    /// Ends one process, not its children.
    pub(crate) fn end(&mut self, name: &str) {
        let process = &self.actor(name).process;
        process.signal(Signal::SIGTERM);
        process.ended();
    }

    /// Interrupts all that are still running, the last one first.
    pub(crate) fn finish(self) -> Logs {
        for actor in self.actors.iter().rev() {
            let Actor { process, log, .. } = actor;
            let mut told = None::<Instant>;
            eventually(&format!("the end of {}", log.display()), || {
                // Python misses one that comes just before a call that blocks: then another is sent.
                if told.is_none_or(|at| at.elapsed() > Duration::from_secs(5)) {
                    // Those that have ended may have left children.
                    let _ = killpg(process.pid(), Signal::SIGINT);
                    told = Some(Instant::now());
                }
                is_done(log)
            });
        }
        let own = self.actors.iter().filter(|actor| !PEERS.contains(&actor.name));
        Logs {
            own: own.map(|actor| actor.log.clone()).collect(),
            all: self.actors.iter().map(|actor| actor.log.clone()).collect(),
        }
    }

    /// Compiles a program as learners do.
    fn compile(&self, source: &Path) -> PathBuf {
        let program = self.dir.join(source.file_stem().expect("a name"));
        let mut cc = Command::new("cc");
        // With the compiler's checks, where they are the default, a descriptor that does not fit into a set ends
        // the program.
        cc.args(["-O1", "-w", "-U_FORTIFY_SOURCE", "-o"]).arg(&program).arg(source);
        assert!(cc.status().expect("cc runs").success(), "{}", source.display());
        program
    }
}

fn traced(command: &Command, log: &Path) -> Command {
    let mut strace = Command::new("strace");
    // -DD: the program is our own child; strace is its grandchild, in another group.
    strace.args(["-f", "-DD", "-tt", "-T", "-yy", "-s", "200", "-o"]).arg(log);
    within(strace, command)
}

/// Whether a log has the end of every process.
fn is_done(log: &Path) -> bool {
    let log = fs::read(log).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let pid = |line: &str| line.split(' ').next().map(String::from);
    let all: BTreeSet<_> = log.lines().filter_map(pid).collect();
    let ended: BTreeSet<_> =
        log.lines().filter(|line| line.ends_with(" +++")).filter_map(pid).collect();
    log.ends_with('\n') && !all.is_empty() && ended == all
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes").join(name)
}

/// The system's Python, not one that a wrapper script chooses.
fn python() -> Command {
    let own = "/usr/bin/python3";
    Command::new(if Path::new(own).exists() { own } else { "python3" })
}

/// A free port, as is the next one, outside the range that the kernel picks from. With its bytes swapped it is
/// another such port.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = (std::process::id() % 9000) as u16;
    loop {
        let port = 20_000 + (start + NEXT.fetch_add(2, Ordering::Relaxed)) % 10_000;
        let other = port.swap_bytes();
        let is_free = |port| TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok();
        let are_free = [port, port + 1, other].into_iter().all(is_free);
        if (1025..32_768).contains(&other) && other.abs_diff(port) > 1 && are_free {
            return port;
        }
    }
}
