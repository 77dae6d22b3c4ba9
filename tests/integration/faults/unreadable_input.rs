//! Standard input cannot be read. That is reported, and is not its end. If the failure may pass, it is
//! tried again; otherwise the question cannot be answered, and the server closes, as at the end of a
//! pipe.

use super::provoke::{all_are_told, attached_to};
use super::tools::assert_does_not_spin;
use crate::support::{Process, Program, Server, eventually};
use nix::sys::signal::Signal;
use std::fs::{self, File};

fn it_cannot_be_asked(program: Program) {
    for (input, errno) in [("/", "EISDIR"), ("/proc/self/mem", "EIO")] {
        let mut command = Server::command(program, &["--no-greeting", "--on-exit", "ask"]);
        command.stdin(File::open(input).expect("it can be opened"));
        let mut server = Server::of(Process::spawn(command));
        let mut conns = server.connect_all(2);
        for conn in &mut conns {
            conn.ask("Hola\n");
        }
        server.signal(Signal::SIGINT);
        all_are_told(conns);
        server.assert_gone(0);
        let said = server.stderr.all();
        assert!(said.contains(&format!("read stdin: {errno}")), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

/// strace makes it fail, on the terminal.
fn for_a_while(program: Program) {
    let mut server = Server::on_terminal(program, &["--no-greeting"]);
    let mut conns = server.connect_all(2);
    let terminal = fs::read_link(format!("/proc/{}/fd/0", server.pid())).expect("a terminal");
    let path = format!("--trace-path={}", terminal.display());
    let Some(strace) = attached_to(server.pid(), "read:error=ENOMEM", &[&path]) else { return };
    server.type_line("clientes");
    server.stdout.expect_line("read stdin: ENOMEM");
    assert_does_not_spin(server.pid());
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    strace.signal(Signal::SIGTERM);
    strace.ended();
    // What has been typed is still there.
    server.expect_clients(2);
    server.type_keys("\x03");
    server.stdout.expect("¿Cerrar los 2 clientes conectados? ");
    server.type_line("s");
    all_are_told(conns);
    server.assert_gone(0);
    eventually("it is said once", || server.stdout.so_far().matches("ENOMEM").count() == 1);
}

on_both_servers!(it_cannot_be_asked, for_a_while);
