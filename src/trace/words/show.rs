//! Steps as people read them: calls under their C names, descriptors by what they stand for.

use super::names;
use crate::repr::Text;
use crate::screen::Lang;
use crate::trace::model::data::Data;
use crate::trace::model::story::{Step, Story};
use crate::trace::model::task::Part;
use crate::trace::model::topic::{On, Topic};
use crate::trace::read::call::Call;
use crate::trace::read::fd::fds;

/// Data longer than this is shortened.
const LONG: usize = 48;

/// The call of a step with its arguments decoded, and what it returned.
#[must_use]
pub fn call(story: &Story, step: &Step, lang: Lang) -> String {
    let call = &story.call(step);
    let fd = bare(call.arg(0));
    let returned = call.errno().map(String::from).unwrap_or_else(|| bare(call.result()));
    let data = quote(&story.data(step), LONG);
    match step.topic {
        Topic::Socket => format!("socket({}, {}, 0) = {returned}", call.arg(0), call.arg(1)),
        Topic::DropSyns => format!("setsockopt({fd}, {})", call.arg(2)),
        Topic::ReuseAddr | Topic::NoDelay | Topic::KeepAlive | Topic::SetOption => {
            format!("setsockopt({fd}, {}, {})", call.arg(2), call.arg(3))
        }
        Topic::Bind => format!("bind({fd}, {})", address(call.arg(1))),
        Topic::Listen => format!("listen({fd}, {})", call.arg(1)),
        Topic::OwnName => format!("getsockname({fd}) = {}", address(call.arg(1))),
        Topic::PeerName => format!("getpeername({fd}) = {}", address(call.arg(1))),
        Topic::Connect => format!("connect({fd}, {}) = {returned}", address(call.arg(1))),
        Topic::ConnectDone => format!("getsockopt({fd}, SO_ERROR) = {}", call.arg(3)),
        Topic::Select
        | Topic::Look
        | Topic::Woken
        | Topic::Told
        | Topic::LastLook
        | Topic::ConnectWait => select(story, step, lang),
        Topic::Accept => {
            let from = address(call.arg(1));
            format!("accept({fd}) = {returned}, {from}")
        }
        Topic::AcceptNobody => format!("accept({fd}) = {returned}"),
        Topic::Fork => format!("fork() = {returned}"),
        Topic::CloseCopy
        | Topic::CloseInherited
        | Topic::CloseUnused
        | Topic::CloseListener
        | Topic::Close => format!("close({fd})"),
        Topic::Send => format!("send({fd}, {data}) = {returned}"),
        Topic::Recv => format!("recv({fd}) = {returned}, {data}"),
        Topic::RecvEnd | Topic::RecvNothing => format!("recv({fd}) = {returned}"),
        Topic::Shutdown => format!("shutdown({fd}, {})", call.arg(1)),
        Topic::Kill => format!("kill({fd}, {})", call.arg(1)),
        Topic::Pipe => {
            let ends: Vec<_> = fds(call.arg(0)).iter().map(|fd| fd.number.to_string()).collect();
            let on = names::all(story, story.ready(step), lang);
            format!("pipe([{}]): {}", ends.join(", "), on.join(", "))
        }
        Topic::OpenScreen | Topic::Spare => format!("open({}) = {returned}", call.arg(1)),
        Topic::Arrived => format!("ioctl({fd}, FIONREAD, {})", call.arg(2)),
        Topic::Terminal => format!("tcsetattr({fd})"),
        Topic::TellAll if call.name() == "close" => format!("close({fd})"),
        Topic::PipeWrite | Topic::TellAll => format!("write({fd}, 1 byte)"),
        Topic::PipeRead | Topic::TakeOver => format!("read({fd}) = {returned}"),
        Topic::Keyboard => format!("read({fd}) = {returned}, {data}"),
        Topic::Print | Topic::HandOver => format!("write({fd}, {data})"),
        Topic::Wait | Topic::WaitNone | Topic::WaitAllGone => {
            format!("waitpid({fd}) = {returned}")
        }
        Topic::Exit if story.tasks[step.task].part == Part::Child => {
            format!("_exit({fd})")
        }
        Topic::Exit => format!("exit({fd})"),
        Topic::CatchSignals => format!("sigaction({})", signals(story, step)),
        Topic::Interrupt
        | Topic::Terminate
        | Topic::ChildEnded
        | Topic::Continue
        | Topic::OtherSignal => call.name().into(),
        Topic::Killed => format!("+++ {} +++", call.name()),
        Topic::BlockSignals | Topic::UnblockSignals => {
            format!("sigprocmask({}, {})", call.arg(0), call.arg(1))
        }
        Topic::EpollSet => {
            let args: Vec<_> = call.args().take(3).map(bare).collect();
            format!("{}({})", call.name(), args.join(", "))
        }
        Topic::EpollWait => format!("epoll_wait({fd}) = {returned}"),
        Topic::Failed => {
            let args: Vec<_> = call.args().map(bare).collect();
            format!("{}({}) = {returned}", c_name(call.name()), args.join(", "))
        }
    }
}

/// The name of a call and little more, for the picture.
#[must_use]
pub fn label(story: &Story, step: &Step, lang: Lang) -> String {
    let call = story.call(step);
    let name = c_name(call.name());
    let listener = names::on(story, On::Listener, lang);
    match step.topic {
        Topic::Bind => format!("bind {}", address(call.arg(1))),
        Topic::CloseInherited | Topic::CloseListener => format!("close ({listener})"),
        Topic::CloseCopy => match lang {
            Lang::Es => "close (su copia)".into(),
            Lang::En => "close (its copy)".into(),
        },
        Topic::TellAll | Topic::Told => match lang {
            Lang::Es => format!("{name} (tubería)"),
            Lang::En => format!("{name} (pipe)"),
        },
        Topic::RecvEnd => "recv = 0".into(),
        Topic::Kill => format!("kill {}", call.arg(1)),
        Topic::Interrupt => format!("{name} (Ctrl-C)"),
        Topic::Killed => format!("✝ {name}"),
        Topic::Failed => format!("{name}: {}", call.errno().unwrap_or("?")),
        Topic::Exit => format!("exit({})", call.arg(0)),
        Topic::Wait => "waitpid".into(),
        _ => name.into(),
    }
}

/// A step of waiting, for the picture: `select: listener, client 1`.
#[must_use]
pub fn waiting(story: &Story, step: &Step, lang: Lang) -> String {
    let call = story.call(step);
    let name = c_name(call.name());
    let awaited = match step.end {
        Some(end) => vec![On::End(end)],
        None => {
            let [read, write] = story.awaited(step);
            let mut all: Vec<_> = read.iter().chain(write).copied().collect();
            // Pipes are in every set; what counts is who is waited for.
            let is_pipe = |on: &On| matches!(on, On::Pipe | On::Parent | On::Lines);
            if !all.iter().all(is_pipe) {
                all.retain(|on| !is_pipe(on));
            }
            all
        }
    };
    let awaited = names::all(story, &awaited, lang);
    match awaited.as_slice() {
        [] => name.into(),
        awaited => format!("{name}: {}", awaited.join(", ")),
    }
}

fn select(story: &Story, step: &Step, lang: Lang) -> String {
    let on = |all: &[On]| names::all(story, all, lang).join(", ");
    let [read, write] = story.awaited(step);
    let (call, ready) = (story.call(step), story.ready(step));
    let mut sets = on(read);
    if !write.is_empty() {
        let separator = if sets.is_empty() { "" } else { "; " };
        let words = match lang {
            Lang::Es => "escribir",
            Lang::En => "write",
        };
        sets = format!("{sets}{separator}{words}: {}", on(write));
    }
    let returned = match (call.errno(), call.value, lang) {
        (Some(_), _, _) => "EINTR".into(),
        (_, Some(0), Lang::Es) => "0, plazo vencido".into(),
        (_, Some(0), Lang::En) => "0, time over".into(),
        (_, Some(count), _) if ready.is_empty() => count.to_string(),
        (_, Some(count), _) => format!("{count}: {}", on(ready)),
        (_, None, _) => "?".into(),
    };
    format!("{}({sets}) = {returned}", c_name(call.name()))
}

/// The signals that are caught, one call after the other.
fn signals(story: &Story, step: &Step) -> String {
    let calls = story.raw(step).filter_map(Call::read);
    calls.map(|call| call.arg(0).to_owned()).collect::<Vec<_>>().join(", ")
}

/// The name that people know a call by.
#[must_use]
pub fn c_name(kernel: &str) -> &str {
    match kernel {
        "accept4" => "accept",
        "sendto" => "send",
        "recvfrom" => "recv",
        "pselect6" => "select",
        "clone" | "clone3" | "vfork" => "fork",
        "wait4" => "waitpid",
        "exit_group" => "exit",
        "rt_sigaction" => "sigaction",
        other => other,
    }
}

/// Bytes between quotes, without the line end, at most `long` characters.
#[must_use]
pub fn quote(data: &Data, long: usize) -> String {
    let bytes = data.bytes.as_slice();
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let text = Text(bytes).to_string().replace('\t', " ").replace("\\x0a", "↵");
    format!("“{}”", shorten(&text, long))
}

/// The first `long` characters.
#[must_use]
pub fn shorten(text: &str, long: usize) -> String {
    if text.chars().count() <= long {
        return text.into();
    }
    let start: String = text.chars().take(long.saturating_sub(1)).collect();
    format!("{start}…")
}

/// An argument without what strace adds to it.
fn bare(arg: &str) -> String {
    let number = arg.split(['<', ' ']).next().unwrap_or_default();
    if number.is_empty() { arg } else { number }.into()
}

/// The address in a `sockaddr`.
fn address(arg: &str) -> String {
    let between = |before: &str, after: &str| {
        let (_, rest) = arg.split_once(before)?;
        rest.split_once(after).map(|(inside, _)| inside)
    };
    let port = between("port=htons(", ")").unwrap_or("?");
    if let Some(ip) = between("inet_addr(\"", "\"") {
        return format!("{ip}:{port}");
    }
    match between("inet_pton(AF_INET6, \"", "\"") {
        Some(ip) => format!("[{ip}]:{port}"),
        None => shorten(arg, LONG),
    }
}
