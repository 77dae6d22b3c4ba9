//! Steps as people read them: calls under their C names, descriptors by what they stand for.

use super::names;
use super::special::inside;
use crate::repr::Text;
use crate::screen::Lang;
use crate::trace::model::address::{descriptors, sockaddr};
use crate::trace::model::calls::{is_interruption, is_vfork};
use crate::trace::model::channel::Name;
use crate::trace::model::data::Data;
use crate::trace::model::meaning::{Meaning, On};
use crate::trace::model::story::{Step, Story};
use crate::trace::model::task::Part;
use crate::trace::read::call::Call;

/// Data longer than this is shortened.
const LONG: usize = 48;

/// The call of a step with its arguments decoded, and what it returned.
#[must_use]
pub fn call(story: &Story, step: &Step, lang: Lang) -> String {
    let call = &story.call(step);
    let name = name(call, step);
    let fd = bare(call.arg(0));
    let returned = call.errno().map_or_else(|| bare(call.result()), String::from);
    let returned = if returned.is_empty() { "?".into() } else { returned };
    let data = quote(&story.data(step), LONG);
    match step.meaning {
        Meaning::Socket => {
            let protocol = match call.arg(2) {
                "IPPROTO_IP" | "" => "0",
                protocol => protocol,
            };
            format!("socket({}, {}, {protocol}) = {returned}", call.arg(0), call.arg(1))
        }
        Meaning::DropSyns => format!("setsockopt({fd}, {})", call.arg(2)),
        Meaning::ReuseAddr | Meaning::NoDelay | Meaning::KeepAlive | Meaning::SetOption => {
            format!("setsockopt({fd}, {}, {})", call.arg(2), call.arg(3))
        }
        Meaning::ConnectDone if call.name() == "connect" => {
            format!("connect({fd}, {}) = {returned}", address(call.arg(1)))
        }
        Meaning::AskError if call.name().starts_with("recv") => {
            format!("{name}({fd}, MSG_ERRQUEUE) = {returned}")
        }
        Meaning::ConnectDone | Meaning::AskError | Meaning::GetOption => {
            let value =
                if step.meaning == Meaning::GetOption { call.arg(3) } else { inside(call.arg(3)) };
            format!("getsockopt({fd}, {}) = {value}", call.arg(2))
        }
        Meaning::Bind => format!("bind({fd}, {})", address(call.arg(1))),
        Meaning::Listen => format!("listen({fd}, {})", call.arg(1)),
        Meaning::OwnName | Meaning::PeerName => format!("{name}({fd}) = {}", address(call.arg(1))),
        Meaning::Connect | Meaning::SetPeer => {
            format!("connect({fd}, {}) = {returned}", address(call.arg(1)))
        }
        Meaning::Select
        | Meaning::Look
        | Meaning::Woken
        | Meaning::Told
        | Meaning::LastLook
        | Meaning::ConnectWait => select(story, step, lang),
        Meaning::Accept => match address(call.arg(1)) {
            from if from.is_empty() => format!("accept({fd}) = {returned}"),
            from => format!("accept({fd}) = {returned}, {from}"),
        },
        Meaning::AcceptNobody => format!("accept({fd}) = {returned}"),
        Meaning::Fork | Meaning::Thread => format!("{name}() = {returned}"),
        Meaning::Run => format!("{name}({})", call.arg(usize::from(call.name() == "execveat"))),
        Meaning::CloseCopy
        | Meaning::CloseInherited
        | Meaning::CloseUnused
        | Meaning::CloseListener
        | Meaning::CloseOne
        | Meaning::Close => close(call, &fd),
        Meaning::TellAll if call.name() == "close" => close(call, &fd),
        Meaning::PipeWrite | Meaning::TellAll => format!("write({fd}, 1 byte)"),
        Meaning::PipeRead | Meaning::TakeOver => format!("read({fd}) = {returned}"),
        Meaning::Print if step.bytes == Some(0) => format!("{name}({fd}, “”)"),
        Meaning::Print | Meaning::HandOver => format!("{name}({fd}, {data})"),
        Meaning::Send if data.is_empty() => format!("{name}({}) = {returned}", args(call)),
        Meaning::Send => format!("{name}({fd}, {data}{}) = {returned}", to(call)),
        Meaning::Recv | Meaning::Peek | Meaning::Input if data.is_empty() => {
            format!("{name}({fd}) = {returned}")
        }
        Meaning::Recv | Meaning::Input => format!("{name}({fd}) = {returned}, {data}"),
        Meaning::Peek => format!("{name}({fd}, MSG_PEEK) = {returned}, {data}"),
        Meaning::RecvEnd | Meaning::RecvNothing => format!("{name}({fd}) = {returned}"),
        Meaning::Shutdown | Meaning::ShutdownRead => format!("shutdown({fd}, {})", call.arg(1)),
        Meaning::Kill => format!("kill({fd}, {})", signal(call)),
        Meaning::Pipe => {
            let made = call.arg(if call.name() == "socketpair" { 3 } else { 0 });
            let ends: Vec<_> = descriptors(made).iter().map(|(fd, _)| fd.to_string()).collect();
            match named(story, step, lang) {
                Some(names) => format!("pipe([{}]): {names}", ends.join(", ")),
                None => format!("{name}([{}])", ends.join(", ")),
            }
        }
        Meaning::OpenScreen | Meaning::Spare => format!("open({}) = {returned}", call.arg(1)),
        Meaning::Arrived | Meaning::Unanswered => format!("ioctl({fd}, FIONREAD, {})", call.arg(2)),
        Meaning::Terminal => format!("tcsetattr({fd})"),
        Meaning::Wait | Meaning::WaitNone | Meaning::WaitAllGone => {
            format!("{name}({fd}) = {returned}")
        }
        Meaning::Exit if story.tasks[step.task].part == Part::Child => format!("_exit({fd})"),
        Meaning::Exit => format!("exit({fd})"),
        Meaning::CatchSignals => format!("sigaction({})", signals(story, step)),
        Meaning::IgnoreSignal => format!("sigaction({}, SIG_IGN)", call.arg(0)),
        Meaning::Interrupt
        | Meaning::Terminate
        | Meaning::ChildEnded
        | Meaning::ChildChanged
        | Meaning::Continue
        | Meaning::OtherSignal => call.name().into(),
        Meaning::Stopped => format!("--- stopped by {} ---", call.name()),
        Meaning::Killed => format!("+++ {} +++", call.name()),
        Meaning::BlockSignals | Meaning::UnblockSignals => {
            format!("sigprocmask({}, {})", call.arg(0), call.arg(1))
        }
        Meaning::EpollSet => {
            let args: Vec<_> = call.args().take(3).map(bare).collect();
            format!("{}({})", call.name(), args.join(", "))
        }
        Meaning::AskEpoll => format!("epoll_wait({fd}) = {returned}"),
        _ => format!("{name}({}) = {returned}", args(call)),
    }
}

/// The familiar name of a step's call.
fn name<'c>(call: &'c Call, step: &Step) -> &'c str {
    let has_address = || !matches!(call.arg(4), "NULL" | "");
    match call.name() {
        "sendto" | "recvfrom" if has_address() => call.name(),
        "clone" | "clone3" if step.meaning == Meaning::Thread => call.name(),
        _ if is_vfork(call) => "vfork",
        name => c_name(name),
    }
}

fn close(call: &Call, fd: &str) -> String {
    match call.name() {
        "close_range" => format!("close_range({fd}, {})", call.arg(1)),
        _ => format!("close({fd})"),
    }
}

/// Where a datagram goes.
fn to(call: &Call) -> String {
    match address(call.arg(4)) {
        to if call.name() == "sendto" && !to.is_empty() => format!(", {to}"),
        _ => String::new(),
    }
}

/// All arguments, short.
fn args(call: &Call) -> String {
    let short = |arg: &str| match arg {
        _ if arg.starts_with("{sa_family") => address(arg),
        _ if arg.starts_with(['"', '{', '[']) => shorten_to_chars(arg, LONG),
        _ => bare(arg),
    };
    let args: Vec<_> = call.args().take_while(|arg| !arg.starts_with("NULL")).map(short).collect();
    args.join(", ")
}

/// The names of the ends of a pipe, if they have any.
fn named(story: &Story, step: &Step, lang: Lang) -> Option<String> {
    let ends = story.ready(step);
    let is_known =
        |on: &On| matches!(on, On::End(end) if story.channels[end.channel].known.is_some());
    ends.iter().all(is_known).then(|| names::all(story, ends, lang).join(", "))
}

/// The signal that a call sends.
fn signal(call: &Call) -> &str {
    call.args().find(|arg| arg.starts_with("SIG")).unwrap_or("?")
}

/// The name of a call and little more, for the picture.
#[must_use]
pub fn label(story: &Story, step: &Step, lang: Lang) -> String {
    let call = story.call(step);
    let name = name(&call, step);
    let listener = match lang {
        Lang::Es => "escucha",
        Lang::En => "listener",
    };
    match step.meaning {
        Meaning::Bind => format!("bind {}", address(call.arg(1))),
        Meaning::CloseInherited | Meaning::CloseListener => format!("close ({listener})"),
        Meaning::CloseCopy if step.end.is_none() => format!("close ({listener})"),
        Meaning::CloseCopy => match lang {
            Lang::Es => "close (su copia)".into(),
            Lang::En => "close (its copy)".into(),
        },
        Meaning::TellAll | Meaning::Told => match lang {
            Lang::Es => format!("{name} (tubería)"),
            Lang::En => format!("{name} (pipe)"),
        },
        Meaning::RecvEnd => format!("{name} = 0"),
        Meaning::Kill => format!("kill {}", signal(&call)),
        // From the terminal, not from a kill.
        Meaning::Interrupt if story.raw(step).any(|line| line.contains("si_code=SI_KERNEL")) => {
            format!("{name} (Ctrl-C)")
        }
        Meaning::Stopped => match lang {
            Lang::Es => format!("detenido ({name})"),
            Lang::En => format!("stopped ({name})"),
        },
        Meaning::Killed => format!("✝ {name}"),
        Meaning::Failed | Meaning::Reset => format!("{name}: {}", call.errno().unwrap_or("?")),
        Meaning::Exit => format!("exit({})", call.arg(0)),
        Meaning::Run => format!("exec {}", story.tasks[step.task].program),
        _ => name.into(),
    }
}

/// A step of waiting, for the picture: `select: listener, client 1`.
#[must_use]
pub fn waiting(story: &Story, step: &Step, lang: Lang) -> String {
    let call = story.call(step);
    let name = c_name(call.name());
    let awaited = match step.end {
        // For any client.
        Some(_) if step.meaning == Meaning::Accept => Vec::new(),
        Some(end) => vec![On::End(end)],
        None => {
            let [read, write] = story.awaited(step);
            let mut all: Vec<_> = read.iter().chain(write).copied().collect();
            // Our pipes are in every set; what matters is who is waited for.
            let is_pipe =
                |on: &On| matches!(on, On::End(end) if story.channels[end.channel].known.is_some());
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
        (Some(errno), _, _) if is_interruption(errno) => "EINTR".into(),
        (Some(errno), _, _) => errno.into(),
        (_, Some(0), Lang::Es) => "0, plazo vencido".into(),
        (_, Some(0), Lang::En) => "0, time over".into(),
        (_, Some(count), _) if ready.is_empty() => count.to_string(),
        (_, Some(count), _) => format!("{count}: {}", on(ready)),
        (_, None, _) => "?".into(),
    };
    format!("{}({sets}) = {returned}", c_name(call.name()))
}

/// The signals that are caught, each once, call by call.
fn signals(story: &Story, step: &Step) -> String {
    let mut names: Vec<String> = Vec::new();
    for call in story.raw(step).filter_map(Call::read) {
        if !names.iter().any(|name| name == call.arg(0)) {
            names.push(call.arg(0).into());
        }
    }
    names.join(", ")
}

/// The familiar name of a call.
#[must_use]
pub fn c_name(kernel: &str) -> &str {
    match kernel {
        "accept4" => "accept",
        "sendto" => "send",
        "recvfrom" => "recv",
        "pselect6" => "select",
        "clone" | "clone3" => "fork",
        "wait4" => "waitpid",
        "exit_group" => "exit",
        "rt_sigaction" => "sigaction",
        other => other,
    }
}

/// Bytes between quotes, without the line end, at most `long` characters; dots for what strace does not show.
#[must_use]
pub fn quote(data: &Data, long: usize) -> String {
    let mut text = String::new();
    for (index, part) in data.parts.iter().enumerate() {
        let is_last = index + 1 == data.parts.len() && part.cut == 0;
        let bytes = part.bytes.as_slice();
        let bytes = if is_last { bytes.strip_suffix(b"\n").unwrap_or(bytes) } else { bytes };
        text.push_str(&Text(bytes).to_string().replace('\t', " ").replace("\\x0a", "↵"));
        if part.cut > 0 {
            text.push('…');
        }
    }
    if data.is_empty() { String::new() } else { format!("“{}”", shorten_to_chars(&text, long)) }
}

/// The first `long` characters.
#[must_use]
pub fn shorten_to_chars(text: &str, long: usize) -> String {
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

/// The address in a `sockaddr`; nothing if there is none.
fn address(arg: &str) -> String {
    match sockaddr(arg) {
        Name::Unknown if arg.contains("sa_family=AF_") => shorten_to_chars(arg, LONG),
        Name::Unknown => String::new(),
        name => name.to_string(),
    }
}
