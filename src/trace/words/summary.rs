//! What the picture shows, in a sentence: who waits, and in which call.

use super::more::counted;
use super::names;
use super::show::{c_name, waiting};
use crate::screen::{Lang, Program};
use crate::trace::layout::arrivals::LONG_WAIT;
use crate::trace::model::story::{Step, Story};
use crate::trace::model::task::{Part, Task};

/// `enchufe-fork: one process per client`, `server.py, curl: 2 TCP connections`.
#[must_use]
pub fn title(story: &Story, lang: Lang) -> String {
    ours(story, lang).unwrap_or_else(|| anybody(story, lang))
}

/// The title of a conversation with one of our servers, whose design is known.
fn ours(story: &Story, lang: Lang) -> Option<String> {
    let mut servers = told(story).filter(|task| task.part == Part::Server);
    let server = servers.next().filter(|server| server.is_ours && servers.next().is_none())?;
    let is_fork = server.program == Program::Fork.name();
    let words = match (is_fork, lang) {
        (false, Lang::Es) => "un solo proceso para todos los clientes",
        (false, Lang::En) => "a single process for all clients",
        (true, Lang::Es) => "un proceso por cliente",
        (true, Lang::En) => "one process per client",
    };
    Some(format!("{}: {words}", server.program))
}

/// Which programs take part, and how many channels of which kind there are between them.
fn anybody(story: &Story, lang: Lang) -> String {
    let mut programs: Vec<&str> = Vec::new();
    for task in told(story).filter(|task| task.about.is_some() || task.part == Part::Server) {
        if !task.program.is_empty()
            && !programs.contains(&task.program.as_str())
            && programs.len() <= MOST
        {
            programs.push(&task.program);
        }
    }
    if programs.len() > MOST {
        programs[MOST] = "…";
    }
    let channels = story.channels.iter().enumerate();
    let used = channels.filter(|(index, channel)| channel.is_used() && story.tells_channel(*index));
    let mut counts = [0_usize; 4];
    used.for_each(|(_, channel)| counts[channel.kind as usize] += 1);
    #[rustfmt::skip] // A table: one and several of each kind, Spanish and English.
    let words = [
        [["conexión TCP", "conexiones TCP"], ["TCP connection", "TCP connections"]],
        [["conexión local", "conexiones locales"], ["local connection", "local connections"]],
        [["par con datagramas", "pares con datagramas"], ["pair with datagrams", "pairs with datagrams"]],
        [["tubería", "tuberías"], ["pipe", "pipes"]],
    ];
    let counts = counts.iter().zip(words).filter(|(count, _)| **count > 0);
    let counted = counts.map(|(&count, words)| counted(count, words, lang));
    let counted: Vec<_> = counted.collect();
    let parts = [programs.join(", "), counted.join(", ")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ")
}

/// The tasks that the story is about.
fn told(story: &Story) -> impl Iterator<Item = &Task> {
    let tasks = story.tasks.iter().enumerate();
    tasks.filter(|(index, _)| story.tells_task(*index)).map(|(_, task)| task)
}

/// How many processes the server is, and where each waits: the waits that are drawn.
#[must_use]
pub fn sentence(story: &Story, waits: &[&Step], left_out: usize, lang: Lang) -> String {
    // The longest of each process that is the server.
    let mut longest: Vec<Option<&Step>> = vec![None; story.tasks.len()];
    let is_ours = ours(story, lang).is_some();
    let counts = |step: &&&Step| !is_ours || story.tasks[step.task].part != Part::Client;
    for &step in waits.iter().filter(counts) {
        let known = &mut longest[step.task];
        if known.is_none_or(|known| known.took() <= step.took()) {
            *known = Some(step);
        }
    }
    let waits: Vec<_> = longest.into_iter().flatten().collect();
    let processes = count(story, Part::Server) + count(story, Part::Child);
    let sentence = match (processes, waits.as_slice(), lang) {
        // In a part of a story it is not known how many others there are.
        _ if !is_ours || story.is_part() => waiters(story, &waits, lang),
        (1, [wait], Lang::Es) => {
            let call = story.call(wait);
            let call = call.name();
            format!("El servidor es 1 proceso, que espera a todos a la vez, en {}.", c_name(call))
        }
        (1, [wait], Lang::En) => {
            let call = story.call(wait);
            let call = call.name();
            format!(
                "The server is 1 process, which waits for everybody at once, in {}.",
                c_name(call)
            )
        }
        (2.., waits, _) => several(story, processes, waits, lang),
        _ => String::new(),
    };
    match (left_out, lang) {
        (0, _) => sentence,
        (_, Lang::Es) => format!(
            "{sentence} (Procesos e hilos que no participan y no se dibujan: {left_out}; véase trace.txt.)"
        ),
        (_, Lang::En) => format!(
            "{sentence} (Processes and threads that take no part and are not drawn: {left_out}; see trace.txt.)"
        ),
    }
}

/// Which tasks wait longest, and in which call.
fn waiters(story: &Story, waits: &[&Step], lang: Lang) -> String {
    let mut waits = waits.to_vec();
    waits.retain(|step| step.took() >= LONG_WAIT);
    waits.sort_by_key(|step| std::cmp::Reverse(step.took()));
    waits.truncate(MOST);
    let named = waits.iter().map(|step| {
        format!("{} ({})", names::task(story, step.task, lang), waiting(story, step, lang))
    });
    let named: Vec<_> = named.collect();
    match (named.is_empty(), lang) {
        (true, _) => String::new(),
        (_, Lang::Es) => format!("Las esperas más largas: {}.", named.join(", ")),
        (_, Lang::En) => format!("The longest waits: {}.", named.join(", ")),
    }
}

fn several(story: &Story, processes: usize, waits: &[&Step], lang: Lang) -> String {
    let (subject, words) = match lang {
        Lang::Es => ("El servidor son", "procesos, y cada uno espera por su cuenta"),
        Lang::En => ("The server is", "processes, and each waits by itself"),
    };
    let named = waits.iter().map(|step| {
        let name = names::task(story, step.task, lang);
        format!("{name} ({})", waiting(story, step, lang))
    });
    let waits: Vec<_> = named.collect();
    if waits.is_empty() || waits.len() > MOST {
        return format!("{subject} {processes} {words}.");
    }
    format!("{subject} {processes} {words}: {}.", waits.join(", "))
}

/// More processes than this are not listed.
const MOST: usize = 5;

fn count(story: &Story, part: Part) -> usize {
    story.tasks.iter().filter(|p| p.part == part).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::choice::Choice;
    use crate::trace::draw::plain;
    use crate::trace::layout::lay_out;
    use crate::trace::model::channel::Name;
    use crate::trace::tests::{FORK, story};

    #[test]
    fn only_what_is_told_is_counted() {
        let mut whole = story(FORK);
        for task in &mut whole.tasks {
            task.is_ours = false;
        }
        let title = super::title(&whole, Lang::En);
        assert!(title.contains("2 TCP connections"), "{}", title);
        let first = whole.channels.iter().find_map(|channel| match &channel.ends[0].name {
            Name::Inet(addr) => Some(addr.port()),
            _ => None,
        });
        let choice = Choice { ports: first.into_iter().collect(), ..Choice::default() };
        let told = whole.clone().only(&choice, (0, u64::MAX));
        let title = super::title(&told, Lang::En);
        assert!(title.contains(": 1 TCP connection"), "{}", title);
        assert!(!title.contains("connections"), "{}", title);
        // A task that does nothing has no lane and no line.
        let server = Choice { pids: vec![whole.tasks[0].pid], ..Choice::default() };
        let told = whole.only(&server, (0, u64::MAX));
        let drawn = lay_out(&told, Lang::En);
        assert_eq!(drawn.lanes.all.iter().map(|lane| lane.task).collect::<Vec<_>>(), [0]);
        assert!(!drawn.sentence.contains("take no part"), "{}", drawn.sentence);
        let mut text = String::new();
        plain::write(&told, Lang::En, &mut text).expect("a String takes all");
        assert_eq!(text.lines().filter(|line| line.starts_with("  ")).count(), 1, "{text}");
    }
}
