//! Steps as people read them: calls under their C names, descriptors by what they stand for.

use super::names;
use super::special::inside;
use crate::repr::Text;
use crate::screen::Lang;
use crate::trace::model::address::{descriptors, sockaddr};
use crate::trace::model::calls::is_interruption;
use crate::trace::model::channel::Name;
use crate::trace::model::data::Data;
use crate::trace::model::story::{Step, Story};
use crate::trace::model::task::Part;
use crate::trace::model::topic::{On, Topic};
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
    match step.topic {
        Topic::Socket => {
            let protocol = match call.arg(2) {
                "IPPROTO_IP" | "" => "0",
                protocol => protocol,
            };
            format!("socket({}, {}, {protocol}) = {returned}", call.arg(0), call.arg(1))
        }
        Topic::DropSyns => format!("setsockopt({fd}, {})", call.arg(2)),
        Topic::ReuseAddr | Topic::NoDelay | Topic::KeepAlive | Topic::SetOption => {
            format!("setsockopt({fd}, {}, {})", call.arg(2), call.arg(3))
        }
        Topic::ConnectDone if call.name() == "connect" => {
            format!("connect({fd}, {}) = {returned}", address(call.arg(1)))
        }
        Topic::ConnectDone | Topic::AskError | Topic::GetOption => {
            let value =
                if step.topic == Topic::GetOption { call.arg(3) } else { inside(call.arg(3)) };
            format!("getsockopt({fd}, {}) = {value}", call.arg(2))
        }
        Topic::Bind => format!("bind({fd}, {})", address(call.arg(1))),
        Topic::Listen => format!("listen({fd}, {})", call.arg(1)),
        Topic::OwnName | Topic::PeerName => format!("{name}({fd}) = {}", address(call.arg(1))),
        Topic::Connect | Topic::SetPeer => {
            format!("connect({fd}, {}) = {returned}", address(call.arg(1)))
        }
        Topic::Select
        | Topic::Look
        | Topic::Woken
        | Topic::Told
        | Topic::LastLook
        | Topic::ConnectWait => select(story, step, lang),
        Topic::Accept => match address(call.arg(1)) {
            from if from.is_empty() => format!("accept({fd}) = {returned}"),
            from => format!("accept({fd}) = {returned}, {from}"),
        },
        Topic::AcceptNobody => format!("accept({fd}) = {returned}"),
        Topic::Fork | Topic::Thread => format!("{name}() = {returned}"),
        Topic::Run => format!("{name}({})", call.arg(usize::from(call.name() == "execveat"))),
        Topic::CloseCopy
        | Topic::CloseInherited
        | Topic::CloseUnused
        | Topic::CloseListener
        | Topic::CloseOne
        | Topic::Close => close(call, &fd),
        Topic::TellAll if call.name() == "close" => close(call, &fd),
        Topic::PipeWrite | Topic::TellAll => format!("write({fd}, 1 byte)"),
        Topic::PipeRead | Topic::TakeOver => format!("read({fd}) = {returned}"),
        Topic::Print | Topic::HandOver => format!("{name}({fd}, {data})"),
        Topic::Send if data.is_empty() => format!("{name}({}) = {returned}", args(call)),
        Topic::Send => format!("{name}({fd}, {data}{}) = {returned}", to(call)),
        Topic::Recv | Topic::Peek | Topic::Input if data.is_empty() => {
            format!("{name}({fd}) = {returned}")
        }
        Topic::Recv | Topic::Input => format!("{name}({fd}) = {returned}, {data}"),
        Topic::Peek => format!("{name}({fd}, MSG_PEEK) = {returned}, {data}"),
        Topic::RecvEnd | Topic::RecvNothing => format!("{name}({fd}) = {returned}"),
        Topic::Shutdown | Topic::ShutdownRead => format!("shutdown({fd}, {})", call.arg(1)),
        Topic::Kill => format!("kill({fd}, {})", signal(call)),
        Topic::Pipe => {
            let made = call.arg(if call.name() == "socketpair" { 3 } else { 0 });
            let ends: Vec<_> = descriptors(made).iter().map(|(fd, _)| fd.to_string()).collect();
            match named(story, step, lang) {
                Some(names) => format!("pipe([{}]): {names}", ends.join(", ")),
                None => format!("{name}([{}])", ends.join(", ")),
            }
        }
        Topic::OpenScreen | Topic::Spare => format!("open({}) = {returned}", call.arg(1)),
        Topic::Arrived | Topic::Unanswered => format!("ioctl({fd}, FIONREAD, {})", call.arg(2)),
        Topic::Terminal => format!("tcsetattr({fd})"),
        Topic::Wait | Topic::WaitNone | Topic::WaitAllGone => format!("{name}({fd}) = {returned}"),
        Topic::Exit if story.tasks[step.task].part == Part::Child => format!("_exit({fd})"),
        Topic::Exit => format!("exit({fd})"),
        Topic::CatchSignals => format!("sigaction({})", signals(story, step)),
        Topic::IgnoreSignal => format!("sigaction({}, SIG_IGN)", call.arg(0)),
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
        Topic::AskEpoll => format!("epoll_wait({fd}) = {returned}"),
        _ => format!("{name}({}) = {returned}", args(call)),
    }
}

/// The name that people know the call of a step by.
fn name<'c>(call: &'c Call, step: &Step) -> &'c str {
    let has_address = || !matches!(call.arg(4), "NULL" | "");
    match call.name() {
        "sendto" | "recvfrom" if has_address() => call.name(),
        "clone" | "clone3" if step.topic == Topic::Thread => call.name(),
        name => c_name(name),
    }
}

fn close(call: &Call, fd: &str) -> String {
    match call.name() {
        "close_range" => format!("close_range({fd}, {})", call.arg(1)),
        _ => format!("close({fd})"),
    }
}

/// To where a datagram goes.
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
        _ if arg.starts_with(['"', '{', '[']) => shorten(arg, LONG),
        _ => bare(arg),
    };
    let args: Vec<_> = call.args().take_while(|arg| !arg.starts_with("NULL")).map(short).collect();
    args.join(", ")
}

/// What the ends of a pipe are called, where they have names.
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
    match step.topic {
        Topic::Bind => format!("bind {}", address(call.arg(1))),
        Topic::CloseInherited | Topic::CloseListener => format!("close ({listener})"),
        Topic::CloseCopy if step.end.is_none() => format!("close ({listener})"),
        Topic::CloseCopy => match lang {
            Lang::Es => "close (su copia)".into(),
            Lang::En => "close (its copy)".into(),
        },
        Topic::TellAll | Topic::Told => match lang {
            Lang::Es => format!("{name} (tubería)"),
            Lang::En => format!("{name} (pipe)"),
        },
        Topic::RecvEnd => format!("{name} = 0"),
        Topic::Kill => format!("kill {}", signal(&call)),
        // From the terminal, and not of somebody's kill.
        Topic::Interrupt if story.raw(step).any(|line| line.contains("si_code=SI_KERNEL")) => {
            format!("{name} (Ctrl-C)")
        }
        Topic::Killed => format!("✝ {name}"),
        Topic::Failed | Topic::Reset => format!("{name}: {}", call.errno().unwrap_or("?")),
        Topic::Exit => format!("exit({})", call.arg(0)),
        Topic::Run => format!("exec {}", story.tasks[step.task].program),
        _ => name.into(),
    }
}

/// A step of waiting, for the picture: `select: listener, client 1`.
#[must_use]
pub fn waiting(story: &Story, step: &Step, lang: Lang) -> String {
    let call = story.call(step);
    let name = c_name(call.name());
    let awaited = match step.end {
        // For whoever comes.
        Some(_) if step.topic == Topic::Accept => Vec::new(),
        Some(end) => vec![On::End(end)],
        None => {
            let [read, write] = story.awaited(step);
            let mut all: Vec<_> = read.iter().chain(write).copied().collect();
            // Pipes of ours are in every set; what counts is who is waited for.
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

/// The signals that are caught, each once, one call after the other.
fn signals(story: &Story, step: &Step) -> String {
    let mut names: Vec<String> = Vec::new();
    for call in story.raw(step).filter_map(Call::read) {
        if !names.iter().any(|name| name == call.arg(0)) {
            names.push(call.arg(0).into());
        }
    }
    names.join(", ")
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
    if data.is_empty() { String::new() } else { format!("“{}”", shorten(&text, long)) }
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

/// The address in a `sockaddr`; nothing if there is none.
fn address(arg: &str) -> String {
    match sockaddr(arg) {
        Name::Unknown if arg.contains("sa_family=AF_") => shorten(arg, LONG),
        Name::Unknown => String::new(),
        name => name.to_string(),
    }
}
