//! Clients are cut off while others are still being accepted: the server still ends, and prints only
//! how many it has cut off.

use super::tools::{QUIET, have_descriptors, one_at_a_time, stop, stuff};
use crate::support::{Conn, Program, Server};
use nix::sys::signal::Signal;
use std::net::TcpStream;
use std::thread::sleep;
use std::time::Duration;

fn the_second_interrupt_ends_it(program: Program) {
    let _turn = one_at_a_time();
    if !have_descriptors(3000) {
        return;
    }
    for millis in [1, 3, 6, 10] {
        let server = Server::start(program, &[&QUIET[..], &["--grace", "600"]].concat());
        let mut conns: Vec<Conn> = (0..20).map(|_| server.connect()).collect();
        for conn in &mut conns {
            conn.ask("Hola\n");
        }
        stop(&server);
        // The kernel connects them; nobody accepts yet.
        let queue: Vec<_> = (0..400).map(|_| TcpStream::connect(server.addr)).collect();
        assert!(queue.iter().all(Result::is_ok));
        server.signal(Signal::SIGTERM);
        server.signal(Signal::SIGCONT);
        sleep(Duration::from_millis(millis)); // somewhere in the middle of accepting them
        server.signal(Signal::SIGINT);
        drop(queue);
        drop(conns);
        assert!([0, 1].contains(&server.exit_code()), "it ends");
        let said = server.stderr.all();
        assert!(said.lines().all(|line| line.contains("no cerr")), "{said}");
    }
}

/// However long the grace period, a client that is cut off is reported.
#[test]
fn a_client_that_does_not_read_is_reported_as_cut_off() {
    for grace in ["5", "6"] {
        let args = ["--no-greeting", "-q", "--reply", "echo", "--grace", grace];
        let server = Server::start(Program::Select, &args);
        let stubborn = server.connect();
        stuff(&stubborn, &[b'x'; 65_536]);
        server.signal(Signal::SIGTERM);
        server.assert_gone(1);
        assert!(server.stderr.all().contains("1 cliente no cerró a tiempo"));
    }
}

on_both_servers!(the_second_interrupt_ends_it);
