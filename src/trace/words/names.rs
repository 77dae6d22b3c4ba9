//! What descriptors and peers are called: `listener`, `client 1`, `server`.

use crate::screen::Lang;
use crate::trace::model::channel::{Name, Side};
use crate::trace::model::story::Story;
use crate::trace::model::task::{EndRef, Part};
use crate::trace::model::topic::On;

/// What some descriptors stand for, each once; many clients by their number.
#[must_use]
pub fn all(story: &Story, all: &[On], lang: Lang) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut clients = Vec::new();
    for &what in all {
        let name = on(story, what, lang);
        let list = match what {
            On::End(_) => &mut clients,
            _ => &mut names,
        };
        if !list.contains(&name) {
            list.push(name);
        }
    }
    if clients.len() > FEW {
        let words = match lang {
            Lang::Es => "clientes",
            Lang::En => "clients",
        };
        clients = vec![format!("{} {words}", clients.len())];
    }
    names.append(&mut clients);
    names
}

/// More clients than this are counted, not named.
const FEW: usize = 3;

/// What a descriptor stands for, in words.
#[must_use]
pub fn on(story: &Story, on: On, lang: Lang) -> String {
    let (es, en) = match on {
        On::End(end) => return peer(story, end, lang),
        On::Listener => ("escucha", "listener"),
        On::Socket => ("socket", "socket"),
        On::Pipe => ("señales", "signals"),
        On::Parent => ("padre", "parent"),
        On::Children => ("hijos", "children"),
        On::Lines => ("líneas", "lines"),
        On::Epoll => ("epoll", "epoll"),
        On::Keyboard => ("teclado", "keyboard"),
        On::Screen => ("pantalla", "screen"),
        On::Other => ("otro", "other"),
    };
    match lang {
        Lang::Es => es.into(),
        Lang::En => en.into(),
    }
}

/// Who is at the other end of a channel.
#[must_use]
pub fn peer(story: &Story, end: EndRef, lang: Lang) -> String {
    let channel = &story.channels[end.channel];
    let other = &channel.ends[end.peer().end];
    if other.side == Side::Accepted {
        let server = story.tasks.iter().position(|task| task.part == Part::Server);
        return server.map_or_else(|| other.name.to_string(), |server| task(story, server, lang));
    }
    match (other.tasks.first(), &other.name) {
        (Some(&owner), Name::Inet(addr)) => {
            let owned = story.channels.iter().filter(|c| c.client() == Some(owner));
            let name = task(story, owner, lang);
            if owned.count() == 1 { name } else { format!("{name}:{}", addr.port()) }
        }
        (_, name) => name.to_string(),
    }
}

/// `server`, `child 1`, `client 2`.
#[must_use]
pub fn task(story: &Story, task: usize, lang: Lang) -> String {
    let task = &story.tasks[task];
    let name = match (task.part, lang) {
        (Part::Server, Lang::Es) => "servidor",
        (Part::Server, Lang::En) => "server",
        (Part::Child, Lang::Es) => "hijo",
        (Part::Child, Lang::En) => "child",
        (Part::Client, Lang::Es) => "cliente",
        (Part::Client, Lang::En) => "client",
        (Part::Other, Lang::Es) => "proceso",
        (Part::Other, Lang::En) => "process",
    };
    if task.number == 0 { name.into() } else { format!("{name} {}", task.number) }
}
