//! The conversation with a server: three clients, messages, the table, Ctrl-C at a terminal, the answer,
//! closing. And the verdict on it.

use crate::case::{Case, Scenario};
use crate::report::Verdict;
use crate::support::{is_listening, reserved_port};
use crate::talker::{Fate, Talker};
use crate::tracee::{CTRL_C, End, MOMENT, Run, Tracee};
use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use nix::unistd::Pid;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

/// This many more clients, which stay silent, make the select server use epoll.
const CROWD: usize = 70;

/// Runs the conversation; returns how the server ended, and its clients.
pub(crate) fn talk(scenario: Scenario, run: &Run<'_>) -> (End, Vec<Talker>) {
    let (port, reserved) = reserved_port();
    let addr = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    // Telling many clients takes time under strace.
    let (many, grace) = if scenario == Scenario::Crowd { (CROWD, "5") } else { (0, "1") };
    let args = ["--bind", "127.0.0.1", "-p", &port.to_string(), "--grace", grace];
    let mut server = Tracee::start(run, scenario.program(), &args, true);
    let step = || Instant::now() + run.patience;

    let connect = |_| Talker::connect(addr, run.patience, || server.has_ended());
    let mut clients: Vec<_> = (0..3 + many).map(connect).collect();
    clients[0].say("uno\n", 1);
    clients[1].say("uno", 1);
    clients[2].say("uno\nSALIR\n", 2);
    // If a fault lasts, this may fail.
    let lasts = run.case.is_some_and(|case| case.lasts);
    let by = Instant::now() + run.patience / if lasts { 3 } else { 1 };
    clients[..3].iter_mut().for_each(|client| client.hear_replies(by));
    clients[2].leave();
    if !server.rests_within(run.patience, 4) {
        server.problems.push("it does not come to rest".into());
    }

    // The connected clients are shown, and the question counts them.
    let is_heard = run.case.is_none_or(|case| !deafens(case));
    let is_sure = is_heard && clients[..2].iter().any(|client| client.replies() > 0);
    let mut asks = false;
    for (keys, shown) in [("clientes\n", " desde "), (CTRL_C, "¿Cerrar ")] {
        server.type_keys(keys);
        asks = server.shows_within(if is_sure { run.patience } else { MOMENT }, shown);
        if is_sure && !asks && !server.has_ended() {
            server.problems.push(format!("{keys:?} shows no {shown:?}"));
        }
    }
    if asks {
        clients[0].say("y dos\n", 1);
        clients[0].hear_replies(step());
    }
    server.type_keys("s\n");
    if !is_heard && !server.ends_within(MOMENT) {
        server.type_keys("s\n");
        if !server.ends_within(MOMENT) {
            server.signal(Signal::SIGTERM);
        }
    }
    let by = step();
    clients.iter_mut().for_each(|client| client.hear_the_end(by));
    let mut end = server.finish(run);
    if is_listening(port) {
        end.problems.push("the port is left".into());
    }
    drop(reserved);
    (end, clients)
}

/// Whether with this fault the server need not react to the operator, or show anything.
fn deafens(case: &Case) -> bool {
    let calls = ["write", "read", "ioctl", "fcntl"];
    calls.contains(&&*case.call) || is_vain(case) || case.asks_to_leave()
}

/// Whether clients cannot be served from now on.
fn is_vain(case: &Case) -> bool {
    case.lasts && ["pselect6", "recvfrom", "sendto"].contains(&&*case.call)
}

/// Runs a case, and reports what is wrong.
pub(crate) fn torture(case: &Case, patience: Duration) -> Verdict {
    let (end, clients) = talk(case.scenario, &Run { case: Some(case), patience });
    let judge = Judge { case, end: &end, clients: &clients };
    let exit = end.exit(case, judge.has_listened(), judge.cuts_off());
    let failed = exit.is_ok() && exit != Ok(Some(0));
    let served = clients.iter().all(|client| client.fate() == Fate::Served);
    let mut problems = end.problems.clone();
    problems.extend(exit.err());
    problems.extend(judge.children());
    problems.extend(judge.keyboard());
    problems.extend((0..clients.len()).filter_map(|index| judge.client(index, failed)));
    Verdict {
        is_reached: end.is_reached(case),
        has_started: clients[0].is_connected(),
        as_ever: !failed && served,
        problems,
        seen: clients.iter().fold(end.show(), |seen, client| seen + "\n" + &client.show()),
    }
}

struct Judge<'a> {
    case: &'a Case,
    end: &'a End,
    clients: &'a [Talker],
}

impl Judge<'_> {
    fn has_listened(&self) -> bool {
        self.end.screen.contains("escuchando")
    }

    /// Clients were cut off, and it said so: a call that would have closed them was not made.
    fn cuts_off(&self) -> bool {
        let calls = ["close", "wait4", "kill", "shutdown", "pselect6", "recvfrom", "sendto"];
        let may = calls.contains(&&*self.case.call) || self.case.asks_to_leave();
        may && self.end.errors.contains(" no cerr") && !self.end.errors.contains("0 clientes")
    }

    /// A child that fails reports why; its parent, which may have met the fault too, reports
    /// separately.
    fn children(&self) -> Option<String> {
        let Self { case, end, .. } = self;
        let is_own = |pid: Pid| end.log.hits(case).iter().any(|hit| hit.pid == pid.as_raw());
        let own = matches!(end.status, WaitStatus::Exited(pid, 1) if is_own(pid));
        let fails = |line: &&str| line.contains("hijo ") && line.contains(" salida ");
        let failed = end.screen.lines().filter(fails).count();
        let is_silent = failed > 0 && failed + usize::from(own) > end.said(case);
        is_silent.then(|| "a child fails, and no line names the call and the error".into())
    }

    /// An error of standard input is not its end.
    fn keyboard(&self) -> Option<String> {
        let hits = self.end.log.hits(self.case);
        let is_met =
            hits.iter().any(|hit| hit.call.arg(0).starts_with("0<")) && self.case.call == "read";
        let is_silent = is_met && self.case.what == "EINVAL" && !self.end.says(self.case);
        is_silent.then(|| "an error of standard input is not said".into())
    }

    /// What is wrong with the fate of a client.
    fn client(&self, index: usize, failed: bool) -> Option<String> {
        let Self { case, end, clients } = self;
        let client = &clients[index];
        let told = end.says(case) || case.asks_to_leave() || failed;
        let is_good = match client.fate() {
            Fate::Served => true,
            _ if case.passes() => false,
            Fate::Told | Fate::Refused => told,
            // No client is accepted any more.
            Fate::Lost | Fate::Waits if case.call == "accept4" => told,
            // No client can be served any more, and every attempt is reported.
            Fate::Lost | Fate::Waits if is_vain(case) && end.says(case) => true,
            // A client connected by the kernel before the server printed that it listens.
            Fate::Lost if failed && !self.has_listened() => true,
            Fate::Lost => self.cuts_off() || self.concerns(client) && self.mentions(client),
            Fate::Waits => false,
        };
        let mut wrong = format!("client {} is {:?}", index + 1, client.fate());
        match self.shown(client) {
            Some(shown) if shown < client.asked => {
                wrong += &format!(", {shown} of its {} messages shown", client.asked);
            }
            _ if is_good => return None,
            _ => {}
        }
        Some(wrong)
    }

    /// Whether the fault has met this client, or a process that serves it.
    fn concerns(&self, client: &Talker) -> bool {
        let (log, port) = (&self.end.log, client.port);
        log.hits(self.case).iter().any(|hit| hit.names(port) || log.serves(hit.pid, port))
    }

    /// Whether a line says that it was lost, and why.
    fn mentions(&self, client: &Talker) -> bool {
        let name = client.name();
        let tells = |line: &str| line.contains(&name) && line.contains(&self.case.what);
        self.end.screen.lines().any(tells) || self.end.says(self.case) || self.case.mutes()
    }

    /// How many of its messages were shown, if that must be all: they had arrived, and only the answer
    /// failed. (If the greeting failed, nothing need have arrived yet.)
    fn shown(&self, client: &Talker) -> Option<usize> {
        let fails = self.case.call == "sendto" && self.case.errno().is_some() && !self.cuts_off();
        let hits = self.end.log.hits(self.case);
        let greets = hits.iter().any(|hit| hit.call.text().contains("Conectado con cliente"));
        let name = client.name();
        let is_its = |line: &&str| line.contains("recibido b'") && line.contains(&name);
        let counts = fails && !greets && client.is_connected();
        counts.then(|| self.end.screen.lines().filter(is_its).count())
    }
}
