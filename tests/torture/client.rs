//! The conversation of the client with a healthy server, and the verdict on it.

use crate::case::{Case, Scenario};
use crate::log::Entry;
use crate::report::Verdict;
use crate::support::{Program, Server};
use crate::tracee::{CTRL_C, End, MOMENT, Run, Tracee};
use std::time::Duration;

/// The options of a conversation, how many messages it has, and how many replies are shown.
fn plan(scenario: Scenario) -> (&'static [&'static str], usize, usize) {
    match scenario {
        Scenario::Scripted => (&["-m", "uno", "-m", "dos"], 2, 2),
        Scenario::Many => (&["-c", "3", "-m", "uno"], 3, 3),
        Scenario::Once => (&["--once", "-m", "uno"], 1, 0),
        Scenario::Parts => (&["--parts"], 6, 6),
        _ => (&[], 2, 2),
    }
}

/// Runs the conversation; returns how the client ended, and how many messages the server has seen.
pub(crate) fn talk(scenario: Scenario, run: &Run<'_>) -> (End, usize) {
    let server = Server::start(Program::Select, &["--greeting"]);
    let port = server.port();
    let args = [&["127.0.0.1", &port, "--timeout", "1"], plan(scenario).0].concat();
    let is_interactive = scenario == Scenario::Interactive;
    let mut client = Tracee::start(run, Program::Client, &args, is_interactive);
    if is_interactive {
        type_all(&mut client, &server, run);
    }
    let end = client.finish(run);
    let shown = server.stop();
    let is_message = |line: &&str| line.contains("recibido b'") && !line.contains("b'SALIR");
    (end, shown.lines().filter(is_message).count())
}

/// Two messages, then Ctrl-C and the answer.
fn type_all(client: &mut Tracee, server: &Server, run: &Run<'_>) {
    client.type_keys("uno\ndos\n");
    let has_said = || server.stdout.so_far().matches("recibido b'").count() >= 2;
    // It may have printed everything: then it sleeps for a second.
    for _ in 0..5 {
        if !has_said() && !client.has_ended() {
            client.rests_within(run.patience, 40);
        }
    }
    client.type_keys(CTRL_C);
    client.shows_within(MOMENT, "¿Cerrar ");
    for _ in 0..3 {
        client.type_keys("s\n");
        if client.ends_within(MOMENT) {
            return;
        }
    }
}

/// Runs a case, and reports what is wrong.
pub(crate) fn torture(case: &Case, patience: Duration) -> Verdict {
    let (end, seen) = talk(case.scenario, &Run { case: Some(case), patience });
    // It reports that no reply comes: what was not sent is not answered, on a connection that still
    // works.
    let is_late = case.call == "sendto" && ["EPIPE", "ECONNRESET"].contains(&&*case.what);
    let any_line = is_late || case.what == "short" || case.asks_to_leave();
    let caught = has_begun(&end) && case.scenario != Scenario::Once;
    let exit = end.exit(case, caught, any_line && !end.errors.is_empty());
    let mut problems = end.problems.clone();
    problems.extend(missing(case, &end, seen).filter(|_| exit == Ok(Some(0))));
    Verdict {
        is_reached: end.is_reached(case),
        has_started: has_begun(&end),
        as_ever: exit == Ok(Some(0)) && end.errors.is_empty(),
        problems: problems.into_iter().chain(exit.err()).collect(),
        seen: format!("{}\n{seen} messages seen by the server", end.show()),
    }
}

/// Whether it has caught its signals.
fn has_begun(end: &End) -> bool {
    end.screen.contains("Paso: 0") || end.screen.contains("enviando")
}

/// What is missing, if it reports success.
fn missing(case: &Case, end: &End, seen: usize) -> Option<String> {
    let (_, sent, answered) = plan(case.scenario);
    let shown = end.screen.matches(" secs").count();
    // It leaves when interrupted at its terminal, and when that is gone.
    let may_leave = case.scenario == Scenario::Interactive
        && (case.asks_to_leave() || (&*case.call, &*case.what) == ("read", "EIO"));
    // Its self-pipe is written one byte at a time.
    let is_text = |hit: &&Entry| !hit.call.text().contains("\", 1)");
    let fails = case.call == "write" && case.errno().is_some() && !case.passes();
    match () {
        () if may_leave || case.what == "short" => None,
        () if fails && end.log.hits(case).iter().any(is_text) => {
            Some("exit 0, and what it wrote is lost".into())
        }
        () if seen < sent => Some("exit 0, and the server has not seen all messages".into()),
        () if shown < answered => Some("exit 0, and not all replies are shown".into()),
        () => None,
    }
}
