//! What tasks do to tasks: fork, exec, exit, kill, wait; and signals.

use super::calls::Does;
use super::interpret::{CurrentCall, Interpreter};
use super::meaning::Meaning;
use super::story::{Left, Step};
use crate::repr::Text;
use crate::trace::profile;
use crate::trace::read::call;

/// In microseconds: a call that took this long has waited.
pub(super) const MOMENT: u64 = 1000;

impl Interpreter {
    pub(super) fn fork(&mut self, now: &CurrentCall<'_>, child: Option<i32>) {
        let has = |flag: &str| now.call.args().any(|arg| arg.contains(flag));
        // posix_spawn(3) by one of ours: a program that resolves a name.
        if has("CLONE_VFORK") && self.lives[now.task].is_ours {
            return self.begin_aside(now.task, child);
        }
        let Some(pid) = child else {
            self.tell(now, Meaning::Fork);
            return;
        };
        let is_thread = has("CLONE_THREAD");
        let child = self.new_task(pid, Some(now.task), has("CLONE_FILES"));
        if is_thread {
            self.story.tasks[child].leader = self.story.tasks[now.task].leader;
        }
        if !has("CLONE_FILES") {
            self.lives[child].is_unseen = true;
            self.files.mark_unseen(child);
        }
        self.lives[child].is_copy = !is_thread;
        self.lives[child].is_ours = self.lives[now.task].is_ours;
        let meaning = if is_thread { Meaning::Thread } else { Meaning::Fork };
        let step = Step { other: Some(child), ..self.step_of(now, meaning) };
        self.push(step, now.raw);
    }

    /// A program is run for its output: it is no part of the conversation, nor is anything done about it, from the
    /// pipe for its output until it is reaped.
    fn begin_aside(&mut self, task: usize, child: Option<i32>) {
        self.aside.extend(child);
        let life = &mut self.lives[task];
        life.aside = child.map(i64::from);
        life.pipes.pop();
        // The log may not show the pipe: strace -e.
        let Some(pipe) = life.last_pipe else { return };
        for step in self.story.steps[pipe..].iter_mut().filter(|step| step.task == task) {
            step.meaning = Meaning::Aside;
        }
    }

    pub(super) fn run(&mut self, now: &CurrentCall<'_>) {
        if now.call.value != Some(0) {
            return;
        }
        let closed = self.files.exec(now.task);
        let path = usize::from(now.call.name() == "execveat");
        let program = program(now.call.arg(path), now.call.arg(path + 1));
        let life = &mut self.lives[now.task];
        life.is_ours = profile::is_ours(&program);
        life.is_copy = false;
        life.pipes.clear();
        let task = &mut self.story.tasks[now.task];
        task.program = program;
        task.arguments = now.call.arg(path + 1).into();
        // The first execve of a log is not a step.
        if task.parent.is_none() && !life.has_steps {
            return;
        }
        let step = self.tell(now, Meaning::Run);
        for file in closed {
            self.closed(Some(file), Some(step));
        }
    }

    pub(super) fn unshare(&mut self, now: &CurrentCall<'_>) {
        if now.call.value == Some(0) && now.call.arg(0).contains("CLONE_FILES") {
            self.files.unshare(now.task);
        }
    }

    /// The task has ended, with this step; or strace has detached from it.
    pub(super) fn end(&mut self, task: usize, step: Option<usize>) {
        if self.lives[task].is_over {
            return;
        }
        self.lives[task].is_over = true;
        let left = self.files.left(task).into_iter().filter(|(_, file)| self.is_socket(*file));
        let left: Vec<_> = left.map(|(number, _)| Left { task, number }).collect();
        self.story.left.extend(left);
        for file in self.files.exit(task) {
            self.closed(Some(file), step);
        }
    }

    pub(super) fn kill(&mut self, now: &CurrentCall<'_>) {
        let pid = now.call.arg(if now.call.name() == "tgkill" { 1 } else { 0 });
        // pidfd_send_signal names a descriptor.
        let other = self.other(pid.parse().ok().filter(|_| now.call.name() != "pidfd_send_signal"));
        // To itself: abort(3), raise(3).
        if now.call.arg(1) != "0" {
            let step = Step { other, ..self.step_of(now, Meaning::Kill) };
            self.push(step, now.raw);
        }
    }

    pub(super) fn reap(&mut self, now: &CurrentCall<'_>) {
        let shown = call_pid(now);
        let meaning = match (now.call.value, now.call.errno()) {
            (_, Some("ECHILD")) => Meaning::WaitAllGone,
            (Some(0), _) if shown.is_none() => Meaning::WaitNone,
            _ => Meaning::Wait,
        };
        let mut step = self.step_of(now, meaning);
        if meaning == Meaning::WaitAllGone {
            step.meaning = meaning;
        }
        step.other = self.other(shown);
        step.can_wait &= !now.call.args().any(|arg| arg.contains("WNOHANG"));
        self.push(step, now.raw);
        if shown.is_some() && self.lives[now.task].aside == shown {
            self.lives[now.task].aside = None;
        }
    }

    pub(super) fn pause(&mut self, now: &CurrentCall<'_>, does: Does) {
        // The other operations of futex(2), such as waking, do not wait.
        let waits = ["FUTEX_WAIT", "FUTEX_LOCK_PI"];
        let operation = now.call.arg(1);
        if now.call.name() == "futex" && !waits.iter().any(|wait| operation.starts_with(wait)) {
            return;
        }
        let meaning = match does {
            Does::Locks => Meaning::Lock,
            Does::Sleeps => Meaning::Sleep,
            _ => Meaning::Pause,
        };
        // A lock that was free is not interesting.
        if now.call.took.unwrap_or(0) >= MOMENT {
            let mut step = self.step_of(now, meaning);
            step.meaning = meaning;
            step.can_wait = true;
            self.push(step, now.raw);
        }
    }

    pub(super) fn handler(&mut self, now: &CurrentCall<'_>) {
        // The C library's own.
        let startup = ["SIGSEGV", "SIGBUS", "SIGRT_1", "SIGRTMIN"];
        if startup.contains(&now.call.arg(0)) || now.call.errno().is_some() {
            return;
        }
        let Some((_, action)) = now.call.arg(1).split_once("sa_handler=") else {
            return;
        };
        match action.split([',', '}']).next() {
            Some("SIG_DFL") | None => {}
            // Every program of ours begins like this; it is not a step.
            Some("SIG_IGN") if self.lives[now.task].is_ours => {}
            Some("SIG_IGN") => {
                self.tell(now, Meaning::IgnoreSignal);
            }
            Some(_) => self.catch(now),
        }
    }

    /// A program sets its handlers one after another: one step.
    fn catch(&mut self, now: &CurrentCall<'_>) {
        let last = self.lives[now.task].handlers;
        let step = match last {
            Some(last) => {
                self.story.keep_more(last, now.raw);
                self.story.steps[last].until = now.until;
                last
            }
            None => self.tell(now, Meaning::CatchSignals),
        };
        self.lives[now.task].handlers = Some(step);
    }

    pub(super) fn mask(&mut self, now: &CurrentCall<'_>) {
        if now.call.arg(1) == "NULL" || !self.lives[now.task].is_ours {
            return;
        }
        let is_block = now.call.arg(0) == "SIG_BLOCK";
        self.tell(now, if is_block { Meaning::BlockSignals } else { Meaning::UnblockSignals });
    }
}

/// The process that a wait returned, if any.
fn call_pid(now: &CurrentCall<'_>) -> Option<i64> {
    if now.call.name() == "waitid" {
        let (_, rest) = now.call.arg(2).split_once("si_pid=")?;
        return rest.split([',', '}']).next()?.parse().ok();
    }
    now.call.value.filter(|&pid| pid > 0)
}

/// The name of a program, from its path and its arguments; for an interpreter, that of its script. Control characters
/// are escaped: none reaches a terminal.
fn program(path: &str, args: &str) -> String {
    let text = |arg: &str| Text(&call::bytes(arg)).to_string();
    let is_script = |arg: &String| {
        let suffix = arg.rsplit_once('.').map(|(_, suffix)| suffix);
        !arg.starts_with('-') && suffix.is_some_and(|suffix| SCRIPTS.contains(&suffix))
    };
    let name = |path: &str| path.rsplit('/').next().map(String::from).unwrap_or_default();
    let own = name(&text(path));
    let language = own.trim_end_matches(|char: char| char.is_ascii_digit() || char == '.');
    let is_interpreter = INTERPRETERS.contains(&language);
    // What follows these options is no script of its own: sh -c 'cat a.py', perl -ne '...' a.pl.
    let instead: &[char] = match language {
        "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh" => &['c'],
        "python" | "pypy" => &['c', 'm'],
        "perl" | "ruby" | "node" | "nodejs" => &['e'],
        _ => &[],
    };
    let may_be_next =
        |arg: &String| !arg.starts_with('-') || arg.starts_with("--") || !arg.ends_with(instead);
    let args = args.trim_matches(['[', ']']).split(", ").skip(1).map(text);
    let script = args.take_while(may_be_next).find(is_script);
    script.filter(|_| is_interpreter).map_or(own, |script| name(&script))
}

/// Programs that run scripts, without their versions.
const INTERPRETERS: [&str; 20] = [
    "python", "pypy", "node", "nodejs", "deno", "bun", "ruby", "perl", "sh", "bash", "dash", "ash",
    "zsh", "ksh", "php", "java", "tclsh", "expect", "lua", "luajit",
];

/// How the names of scripts end.
const SCRIPTS: [&str; 10] = ["py", "js", "mjs", "rb", "pl", "sh", "php", "jar", "tcl", "lua"];

#[cfg(test)]
mod tests {
    use super::program;

    #[test]
    fn only_an_interpreter_is_called_as_its_script() {
        for (path, args, expected) in [
            ("/usr/bin/curl", r#"["curl", "http://localhost/index.php"]"#, "curl"),
            ("/usr/bin/python3.11", r#"["python3", "-u", "/srv/server.py"]"#, "server.py"),
            ("/bin/sh", r#"["sh", "-c", "exec python3 server.py"]"#, "sh"),
            ("/bin/sh", r#"["sh", "-ec", "cat server.py"]"#, "sh"),
            ("/bin/sh", r#"["sh", "-e", "x.sh"]"#, "x.sh"),
            ("/usr/bin/php8.2", r#"["php", "-c", "php.ini", "x.php"]"#, "x.php"),
            ("/usr/bin/lua5.4", r#"["lua", "-e", "x=1", "s.lua"]"#, "s.lua"),
            ("/usr/bin/perl", r#"["perl", "-ne", "print", "x.pl"]"#, "perl"),
            ("/usr/bin/node", r#"["node", "server.js", "1.sh"]"#, "server.js"),
            ("./server.py", r#"["./server.py"]"#, "server.py"),
        ] {
            assert_eq!(program(&format!("\"{path}\""), args), expected, "{args}");
        }
    }
}
