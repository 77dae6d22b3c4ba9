//! The names of descriptors, peers and tasks: `listener`, `client 1`, `server.py`.

use crate::screen::Lang;
use crate::trace::model::channel::{ChannelKind, Name, Side};
use crate::trace::model::meaning::On;
use crate::trace::model::story::Story;
use crate::trace::model::task::{Called, EndRef, Part};
use crate::trace::profile;

/// What some descriptors stand for, each once; if there are many peers, their number.
#[must_use]
pub fn all(story: &Story, all: &[On], lang: Lang) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut peers = Vec::new();
    let mut more = 0;
    for &what in all {
        if let On::More(count) = what {
            more = count;
            continue;
        }
        let name = on(story, what, lang);
        let list = if is_peer(story, what) { &mut peers } else { &mut names };
        if !list.contains(&name) {
            list.push(name);
        }
    }
    if peers.len() + more > FEW {
        let words = match (lang, peers.is_empty()) {
            (Lang::Es, false) => "conexiones",
            (Lang::En, false) => "connections",
            (Lang::Es, true) => "más",
            (Lang::En, true) => "more",
        };
        peers = vec![format!("{} {words}", peers.len() + more)];
    }
    names.append(&mut peers);
    names
}

/// More peers than this are counted, not named.
const FEW: usize = 3;

/// Whether it is an end of a connection with a peer.
fn is_peer(story: &Story, on: On) -> bool {
    matches!(on, On::End(end) if story.channels[end.channel].known.is_none())
}

/// What a descriptor stands for, in words.
#[must_use]
pub fn on(story: &Story, on: On, lang: Lang) -> String {
    let (es, en) = match on {
        On::End(end) => return peer(story, end, lang),
        On::Listener(listener) => return self::listener(story, listener, lang),
        On::Socket => ("socket", "socket"),
        On::Datagrams => ("datagramas", "datagrams"),
        On::Epoll => ("epoll", "epoll"),
        On::Input => ("entrada", "input"),
        On::Output => ("salida", "output"),
        On::Keyboard => ("teclado", "keyboard"),
        On::Screen => ("pantalla", "screen"),
        On::Other => ("otro", "other"),
        On::More(_) => ("más", "more"),
    };
    match lang {
        Lang::Es => es.into(),
        Lang::En => en.into(),
    }
}

/// A listening socket; with its address if its task has several.
fn listener(story: &Story, listener: usize, lang: Lang) -> String {
    let word = match lang {
        Lang::Es => "escucha",
        Lang::En => "listener",
    };
    let told = &story.listeners[listener];
    let of_task = story.listeners.iter().filter(|other| other.task == told.task).take(2).count();
    match &told.name {
        Name::Inet(addr) if of_task > 1 => format!("{word} :{}", addr.port()),
        Name::Path(path) if of_task > 1 => format!("{word} {path}"),
        _ => word.into(),
    }
}

/// The other end of a channel: the task that made it or, if that is not in the log, its address.
#[must_use]
pub fn peer(story: &Story, end: EndRef, lang: Lang) -> String {
    let channel = &story.channels[end.channel];
    if let Some(pipe) = channel.known {
        return profile::name(pipe, end.end, lang).into();
    }
    let own = &channel.ends[end.end];
    let other = &channel.ends[end.peer().end];
    let stranger =
        other.tasks.iter().find(|task| !own.tasks.contains(task)).or(other.tasks.first());
    let word = match (channel.is_two_way, lang) {
        (true, Lang::Es) => "par",
        (true, Lang::En) => "pair",
        (false, Lang::Es) => "tubería",
        (false, Lang::En) => "pipe",
    };
    let listens = || {
        let mut all = story.listeners.iter().filter(|_| other.side == Side::Accepted).take(MANY);
        all.find(|listener| listener.kind == channel.kind && listener.name.may_be(&other.name))
    };
    match (stranger, &other.name) {
        (Some(&peer), _) if channel.kind == ChannelKind::Pipe => {
            format!("{word} ({})", task(story, peer, lang))
        }
        (Some(&peer), Name::Inet(addr)) if other.side == Side::Connected => {
            let name = task(story, peer, lang);
            if story.tasks[peer].connected > 1 { format!("{name}:{}", addr.port()) } else { name }
        }
        (Some(&peer), _) => task(story, peer, lang),
        (None, Name::Unknown) if channel.kind == ChannelKind::Pipe => word.into(),
        (None, name) => match listens() {
            Some(listener) if *name != Name::Unknown => task(story, listener.task, lang),
            _ => name.to_string(),
        },
    }
}

/// How many listeners are searched for an address.
const MANY: usize = 64;

/// The name of a task whose program is not known: its pid, or the number of its log without one.
fn nameless(pid: i32, lang: Lang) -> String {
    let word = match lang {
        Lang::Es => "programa",
        Lang::En => "program",
    };
    match pid {
        1.. => format!("pid {pid}"),
        0 => word.into(),
        stands_for => format!("{word} {}", 1 - i64::from(stands_for)),
    }
}

/// The name of a task: `server`, `child 1`, `nginx 2`.
#[must_use]
pub fn task(story: &Story, index: usize, lang: Lang) -> String {
    let told = &story.tasks[index];
    let word = match (told.called, told.part, lang) {
        (Called::Program, ..) if told.program.is_empty() => return nameless(told.pid, lang),
        (Called::Program, ..) => &told.program,
        (Called::Part, Part::Server, Lang::Es) => "servidor",
        (Called::Part, Part::Server, Lang::En) => "server",
        (Called::Part, Part::Client, Lang::Es) => "cliente",
        (Called::Part, Part::Client, Lang::En) => "client",
        (Called::Child | Called::Part, _, Lang::Es) => "hijo",
        (Called::Child | Called::Part, _, Lang::En) => "child",
        (Called::Thread, _, Lang::Es) => "hilo",
        (Called::Thread, _, Lang::En) => "thread",
    };
    let name = if told.number == 0 { word.to_owned() } else { format!("{word} {}", told.number) };
    match told.of {
        Some(owner) => format!("{}, {name}", task(story, owner, lang)),
        None => name,
    }
}
