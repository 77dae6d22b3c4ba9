//! The server is restarted again and again while clients come and go; the listening socket is the
//! supervisor's. No client is refused or reset.

use super::activated;
use crate::faults::tools::one_at_a_time;
use crate::support::{DEADLINE, Process, Program, Server, eventually, uninterrupted};
use nix::sys::signal::Signal;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

const RESTARTS: usize = 20;
const CLIENTS: usize = 6;
const CONNECTIONS: usize = 4000;
const SILENCE: Duration = Duration::from_millis(5);

/// One connection, this much silence, and one message; returns what comes back.
fn ask(addr: SocketAddr, silence: Duration) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&addr, DEADLINE)?;
    stream.set_read_timeout(Some(DEADLINE))?;
    thread::sleep(silence);
    stream.write_all(b"Hola\n")?;
    let mut said = Vec::new();
    while !said.ends_with(b"\n") {
        let mut buffer = [0; 256];
        match uninterrupted(|| stream.read(&mut buffer))? {
            0 => break,
            count => said.extend_from_slice(&buffer[..count]),
        }
    }
    Ok(String::from_utf8_lossy(&said).into_owned())
}

fn nobody_is_lost(program: Program) {
    let _turn = one_at_a_time();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let addr = listener.local_addr().expect("bound");
    let start = || {
        let listener = listener.try_clone().expect("a descriptor");
        Server::of(Process::spawn(activated(&program.command(&["-q", "--no-greeting"]), listener)))
    };
    let [begun, done, told] = [const { AtomicUsize::new(0) }; 3];
    let client = |silence| {
        while begun.fetch_add(1, Relaxed) < CONNECTIONS {
            match ask(addr, silence).unwrap_or_else(|error| panic!("{error}")) {
                said if said.starts_with("Servidor: cerrando, ") => told.fetch_add(1, Relaxed),
                said => {
                    assert!(said.ends_with(" secs\n"), "{said:?}");
                    0
                }
            };
            done.fetch_add(1, Relaxed);
        }
    };
    let mut server = start();
    thread::scope(|scope| {
        // The server often closes while it waits for the first of them; never for one of the others.
        let client =
            |nth| scope.spawn(move || client(if nth == 0 { SILENCE } else { Duration::ZERO }));
        let clients: Vec<_> = (0..CLIENTS).map(client).collect();
        for restart in 1..=RESTARTS {
            let enough = restart * CONNECTIONS / (RESTARTS + 1);
            eventually("they are served", || done.load(Relaxed) >= enough);
            server.signal(Signal::SIGTERM);
            assert_eq!(server.exit_code(), 0, "{}", server.stderr.so_far());
            server = start();
        }
        clients.into_iter().for_each(|client| client.join().expect("never lost"));
    });
    server.stop();
    let (done, told) = (done.into_inner(), told.into_inner());
    assert_eq!(done, CONNECTIONS);
    println!("{done} connections, of which {told} met a server that was closing");
    // At each closing, the clients that the old server had accepted but not yet heard from.
    assert!(told <= RESTARTS * CLIENTS, "{told}");
}

on_both_servers!(nobody_is_lost);
