//! What descriptors stand for, in words.

use super::names;
use crate::screen::Lang;
use crate::trace::model::channel::{ChannelKind, Name};
use crate::trace::model::ledger::Stands;
use crate::trace::model::story::Story;
use crate::trace::model::task::EndRef;
use crate::trace::profile;

/// What a descriptor stands for: `connection with client 1`, `listens on 127.0.0.1:7000`.
#[must_use]
pub fn words(story: &Story, stands: &Stands, lang: Lang) -> String {
    let in_words = |es: &str, en: &str| (if lang == Lang::Es { es } else { en }).to_owned();
    let to = |words: String, name: &Name| match name {
        Name::Unknown | Name::Inode(_) => words,
        name => format!("{words} {name}"),
    };
    match stands {
        Stands::Standard(0) => in_words("entrada estándar", "standard input"),
        Stands::Standard(1) => in_words("salida estándar", "standard output"),
        Stands::Standard(_) => in_words("salida de errores", "standard error"),
        Stands::Plain(text) if text.is_empty() => in_words("otra cosa", "something else"),
        Stands::Plain(text) => text.to_string(),
        Stands::Unknown => in_words("no se sabe qué es", "unknown"),
        Stands::Socket(Name::Unknown | Name::Inode(_)) => "socket".into(),
        Stands::Socket(name) => to(in_words("socket, con la dirección", "socket, bound to"), name),
        Stands::Connecting(name) => {
            to(in_words("socket, conectándose a", "socket, connecting to"), name)
        }
        Stands::Listener(listener) => {
            let name = &story.listeners[*listener].name;
            to(in_words("escucha en", "listens on"), name)
        }
        Stands::End(end) => channel(story, *end, lang),
        Stands::Pipe(channel) => match story.channels[*channel].known {
            Some(pipe) => profile::name(pipe, 0, lang).into(),
            None => in_words("tubería", "pipe"),
        },
        Stands::Datagrams(ends) => match &**ends {
            [own, Name::Unknown] => to(in_words("datagramas,", "datagrams,"), own),
            [_, peer] => to(in_words("datagramas, con", "datagrams, with"), peer),
        },
        Stands::Epoll => "epoll".into(),
    }
}

/// An end of a channel.
fn channel(story: &Story, end: EndRef, lang: Lang) -> String {
    let channel = &story.channels[end.channel];
    let peer = names::peer(story, end, lang);
    let address = match &channel.ends[end.peer().end].name {
        Name::Inet(addr) if addr.to_string() != peer => format!(" ({addr})"),
        _ => String::new(),
    };
    match (channel.kind, channel.is_two_way, end.end, lang) {
        _ if channel.known.is_some() => peer,
        (ChannelKind::Pipe, true, ..) => peer,
        (ChannelKind::Pipe, false, 0, Lang::Es) => format!("{peer}, para escribir"),
        (ChannelKind::Pipe, false, 0, Lang::En) => format!("{peer}, for writing"),
        (ChannelKind::Pipe, false, _, Lang::Es) => format!("{peer}, para leer"),
        (ChannelKind::Pipe, false, _, Lang::En) => format!("{peer}, for reading"),
        (ChannelKind::Datagram, _, _, Lang::Es) => format!("datagramas, con {peer}{address}"),
        (ChannelKind::Datagram, _, _, Lang::En) => format!("datagrams, with {peer}{address}"),
        (_, _, _, Lang::Es) => format!("conexión con {peer}{address}"),
        (_, _, _, Lang::En) => format!("connection with {peer}{address}"),
    }
}
