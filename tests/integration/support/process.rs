//! A running program, on pipes or on its own terminal.

use super::{Output, eventually, group_members, guard, within};
use enchufe::sys::Errno;
use nix::fcntl::OFlag;
use nix::pty::{grantpt, posix_openpt, ptsname_r, unlockpt};
use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

/// A running program, the leader of its own process group: whatever it forks is in the group, and
/// is killed with it when the test ends.
pub(crate) struct Process {
    child: Child,
    keyboard: Option<Box<dyn Write + Send>>,
    pub(crate) stdout: Output,
    /// Empty on a terminal: everything is on the screen, which is `stdout`.
    pub(crate) stderr: Output,
}

impl Process {
    /// Runs `command` with its output on pipes.
    pub(crate) fn spawn(command: Command) -> Self {
        let (reader, writer) = io::pipe().expect("a pipe");
        Self::spawn_into(command, writer, reader)
    }

    /// Runs `command` with these as its output, read from the other ends.
    pub(crate) fn spawn_into(
        mut command: Command,
        stdout: impl Into<Stdio>,
        from: impl Read + Send + 'static,
    ) -> Self {
        command.process_group(0);
        command.stdout(stdout).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        guard::begun(Pid::from_raw(child.id().cast_signed()));
        Self {
            keyboard: child.stdin.take().map(|pipe| Box::new(pipe) as Box<_>),
            stdout: Output::collect(from),
            stderr: Output::collect(child.stderr.take().expect("a pipe")),
            child,
        }
    }

    /// Runs `command` in the foreground of a new terminal. `setsid --ctty` does this: there is no
    /// safe way to do it here between fork and exec.
    pub(crate) fn spawn_on_terminal(command: &Command) -> Self {
        Self::on_terminal(command, false)
    }

    /// The same, but with standard error on a pipe.
    pub(crate) fn spawn_with_stderr_apart(command: &Command) -> Self {
        Self::on_terminal(command, true)
    }

    fn on_terminal(command: &Command, stderr_apart: bool) -> Self {
        let (screen, slave) = terminal().expect("a pseudo-terminal");
        let keyboard = screen.try_clone().expect("a descriptor");
        let stdio = || slave.try_clone().expect("a descriptor");
        let mut session = Command::new("setsid");
        session.arg("--ctty").env("TERM", "xterm");
        let mut session = within(session, command);
        session.stdin(stdio()).stdout(stdio());
        session.stderr(if stderr_apart { Stdio::piped() } else { stdio().into() });
        let mut child = session.spawn().expect("setsid starts");
        guard::begun(Pid::from_raw(child.id().cast_signed()));
        // Our copies must be closed, so that the screen ends when the program does.
        drop((session, slave));
        let stderr = child.stderr.take();
        Self {
            keyboard: Some(Box::new(keyboard)),
            stdout: Output::collect(screen),
            stderr: stderr.map_or_else(|| Output::collect(io::empty()), Output::collect),
            child,
        }
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(self.pid(), signal).expect("the program is there");
    }

    /// Types these keys, or writes them to the pipe that is its standard input.
    pub(crate) fn type_keys(&mut self, keys: &str) {
        self.try_keys(keys).expect("it reads");
    }

    /// The same for a program that may be gone.
    pub(crate) fn try_keys(&mut self, keys: &str) -> io::Result<()> {
        let keyboard = self.keyboard.as_mut().expect("standard input");
        keyboard.write_all(keys.as_bytes()).and_then(|()| keyboard.flush())
    }

    pub(crate) fn type_line(&mut self, line: &str) {
        self.type_keys(&format!("{line}\n"));
    }

    /// Closes the pipe that is its standard input.
    pub(crate) fn end_input(&mut self) {
        self.keyboard = None;
    }

    /// Waits until it ends, and returns its exit code. It stays a zombie until dropped, so that its
    /// pid is not reused.
    pub(crate) fn exit_code(&self) -> i32 {
        match self.ended() {
            WaitStatus::Exited(_, code) => code,
            status => panic!("{status:?}\n{}", self.stdout.so_far() + &self.stderr.so_far()),
        }
    }

    /// Waits until it ends, and returns how.
    pub(crate) fn ended(&self) -> WaitStatus {
        eventually(&format!("the end of it; so far:\n{}", self.stdout.so_far()), || {
            self.status() != WaitStatus::StillAlive
        });
        self.status()
    }

    /// How it has ended, if it has.
    pub(crate) fn status(&self) -> WaitStatus {
        let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT | WaitPidFlag::WNOHANG;
        waitid(Id::Pid(self.pid()), flags).expect("our child")
    }

    /// The other processes of its group: its children, even after it has ended.
    pub(crate) fn children(&self) -> Vec<Pid> {
        let mut members = group_members(self.pid());
        members.retain(|&pid| pid != self.pid());
        members
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It is not reaped yet, so the pid and the group are still its own.
        if killpg(self.pid(), Signal::SIGKILL) == Err(Errno::ESRCH) {
            let _ = self.child.kill();
        }
        guard::ended(self.pid());
        let _ = self.child.wait();
    }
}

/// A new pseudo-terminal: the user's side and the program's side. Both are close-on-exec from the
/// start: a program of another test must not hold them open.
fn terminal() -> io::Result<(File, File)> {
    let master = posix_openpt(OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let slave = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(libc::O_NOCTTY)
        .open(ptsname_r(&master)?)?;
    // A new one has no size. No line of these tests is wider than this.
    let mut size = Command::new("stty");
    size.args(["rows", "50", "cols", "200"]).stdin(slave.try_clone()?).status()?;
    Ok((File::from(master.as_fd().try_clone_to_owned()?), slave))
}
