//! What descriptors and peers are called: `listener`, `client 1`, `server`.

use crate::screen::Lang;
use crate::trace::model::cast::Role;
use crate::trace::model::story::Story;
use crate::trace::model::topic::On;

/// What some descriptors are to a process, each once; many clients by their number.
#[must_use]
pub fn all(story: &Story, process: usize, all: &[On], lang: Lang) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut clients = Vec::new();
    for &what in all {
        let name = on(story, process, what, lang);
        let list = match what {
            On::Connection(_) => &mut clients,
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

/// What a descriptor is to a process, in words.
#[must_use]
pub fn on(story: &Story, process: usize, on: On, lang: Lang) -> String {
    let (es, en) = match on {
        On::Connection(connection) => return peer(story, process, connection, lang),
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

/// Who is at the other end of a connection.
#[must_use]
pub fn peer(story: &Story, process: usize, connection: usize, lang: Lang) -> String {
    let connection = &story.connections[connection];
    if story.processes[process].role == Role::Client {
        let server = story.processes.iter().find(|p| p.role == Role::Server);
        return server.map_or_else(|| connection.server.to_string(), |server| server.name(lang));
    }
    match connection.owner {
        Some(owner) => {
            let sockets = story.connections.iter().filter(|c| c.owner == Some(owner));
            let name = story.processes[owner].name(lang);
            if sockets.count() == 1 { name } else { format!("{name}:{}", connection.client.port()) }
        }
        None => connection.client.to_string(),
    }
}
