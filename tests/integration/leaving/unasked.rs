//! Leaving without a terminal, with `--on-exit`, and by the signals that never ask.

use super::{CTRL_C, assert_closed, question, with_clients};
use crate::support::{Conn, Process, Program, Server, eventually};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::process::{Command, Stdio};

/// A server without a terminal, its standard input a pipe, and two clients.
fn on_pipes(program: Program, args: &[&str]) -> (Server, Vec<Conn>) {
    let mut command = Server::command(program, &["--no-greeting"]);
    command.args(args).stdin(Stdio::piped());
    let mut server = Server::of(Process::spawn(command));
    let conns = server.connect_all(2);
    (server, conns)
}

fn assert_closes_unasked(server: &Server, conns: &mut [Conn]) {
    conns.iter_mut().for_each(assert_closed);
    server.assert_gone(0);
    let shown = server.stdout.all();
    assert!(!shown.contains("¿Cerrar"), "{shown}");
}

fn an_interrupt_closes_by_default(program: Program) {
    let (server, mut conns) = on_pipes(program, &[]);
    server.signal(Signal::SIGINT);
    assert_closes_unasked(&server, &mut conns);
}

fn on_exit_close_closes(program: Program) {
    let mut server = Server::on_terminal(program, &["--no-greeting", "--on-exit", "close"]);
    let mut conns = server.connect_all(2);
    server.type_keys(CTRL_C);
    assert_closes_unasked(&server, &mut conns);
}

fn on_exit_wait_waits(program: Program) {
    let (server, mut conns) = on_pipes(program, &["--on-exit", "wait"]);
    server.signal(Signal::SIGINT);
    eventually("nobody listens", || !server.is_listening());
    while let Some(mut conn) = conns.pop() {
        conn.ask("Hola\n");
    }
    server.assert_gone(0);
}

fn a_server_that_waits_can_be_told_to_close(program: Program) {
    let (server, mut conns) = on_pipes(program, &["--on-exit", "wait"]);
    server.signal(Signal::SIGINT);
    eventually("nobody listens", || !server.is_listening());
    conns[0].ask("Hola\n");
    server.signal(Signal::SIGTERM);
    assert_closes_unasked(&server, &mut conns);
}

fn on_exit_ask_asks_on_a_pipe(program: Program) {
    let (mut server, mut conns) = on_pipes(program, &["--on-exit", "ask"]);
    server.signal(Signal::SIGINT);
    server.stdout.expect(&question(2));
    conns[0].ask("Hola\n");
    server.type_line("quizás");
    server.stdout.expect(&question(2));
    server.type_line("s");
    conns.iter_mut().for_each(assert_closed);
    server.assert_gone(0);
}

fn no_on_a_pipe_waits(program: Program) {
    let (mut server, mut conns) = on_pipes(program, &["--on-exit", "ask"]);
    server.signal(Signal::SIGINT);
    server.stdout.expect(&question(2));
    server.type_line("n");
    // After the answer the input may end: it is not needed any more.
    server.end_input();
    eventually("nobody listens", || !server.is_listening());
    while let Some(mut conn) = conns.pop() {
        conn.ask("Hola\n");
    }
    server.assert_gone(0);
}

fn the_end_of_a_pipe_is_yes(program: Program) {
    let (mut server, mut conns) = on_pipes(program, &["--on-exit", "ask"]);
    server.end_input();
    conns[0].ask("Hola\n");
    server.signal(Signal::SIGINT);
    conns.iter_mut().for_each(assert_closed);
    server.assert_gone(0);
}

fn sigterm_and_sighup_never_ask(program: Program) {
    for signal in [Signal::SIGTERM, Signal::SIGHUP] {
        let (server, mut conns) = on_pipes(program, &["--on-exit", "ask"]);
        server.signal(signal);
        assert_closes_unasked(&server, &mut conns);
        let (server, mut conns) = with_clients(program, 2);
        server.signal(signal);
        assert_closes_unasked(&server, &mut conns);
        let (mut server, mut conns) = with_clients(program, 2);
        server.type_keys(CTRL_C);
        server.stdout.expect(&question(2));
        server.signal(signal);
        conns.iter_mut().for_each(assert_closed);
        server.assert_gone(0);
    }
}

fn without_clients_every_signal_ends_it(program: Program) {
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        for on_exit in ["ask", "close", "wait"] {
            let server = Server::start(program, &["--on-exit", on_exit]);
            server.signal(signal);
            server.assert_gone(0);
        }
    }
}

fn what_was_received_is_answered_before_closing(program: Program) {
    let (mut server, mut conns) = on_pipes(program, &["--delay", "600000"]);
    for conn in &mut conns {
        conn.send("Hola\n");
        server.stdout.expect("recibido b'Hola\\n' ");
    }
    server.signal(Signal::SIGTERM);
    for conn in &mut conns {
        conn.reply();
    }
    assert_closes_unasked(&server, &mut conns);
}

fn in_the_background_of_a_terminal_it_closes(program: Program) {
    // A shell with job control has the foreground; the server is its job. The terminal stops jobs that print.
    let server = Server::command(program, &["--no-greeting", "--lang", "es"]);
    let mut shell = Command::new("bash");
    shell.args(["-c", "stty tostop; set -m; \"$@\" & echo \"[$!]\"; wait", "bash"]);
    shell.arg(server.get_program()).args(server.get_args());
    let mut shell = Process::spawn_on_terminal(&shell);
    let job = shell.stdout.expect_line("[");
    let job = Pid::from_raw(job.trim_matches(['[', ']']).parse().expect("a pid"));
    let mut server = Server::of(shell);
    let mut conns = server.connect_all(2);
    // Nobody reads this: the server must not be stopped for trying.
    server.type_line("clientes");
    conns[0].ask("Hola\n");
    kill(job, Signal::SIGINT).expect("it is there");
    assert_closes_unasked(&server, &mut conns);
}

on_both_servers!(
    an_interrupt_closes_by_default,
    on_exit_close_closes,
    on_exit_wait_waits,
    a_server_that_waits_can_be_told_to_close,
    on_exit_ask_asks_on_a_pipe,
    no_on_a_pipe_waits,
    the_end_of_a_pipe_is_yes,
    sigterm_and_sighup_never_ask,
    without_clients_every_signal_ends_it,
    what_was_received_is_answered_before_closing,
    in_the_background_of_a_terminal_it_closes,
);
