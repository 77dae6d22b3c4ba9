//! Clients that open, send, half-close, reset, flood and stop reading, at random. In the end the
//! table and the descriptors are as they should be. `ENCHUFE_SEED=N` repeats a run.

use super::tools::{QUIET, assert_well, await_clients, descriptors, reset};
use crate::support::{Conn, Program, Server, eventually};
use std::io::{Read, Write};
use std::time::{SystemTime, UNIX_EPOCH};

const STEPS: usize = 6000;

/// The most at once.
const CROWD: usize = 40;

/// Xorshift: repeatable random numbers.
struct Chance(u64);

impl Chance {
    /// From `ENCHUFE_SEED`, or the time; prints the seed.
    fn new() -> Self {
        let given = std::env::var("ENCHUFE_SEED").ok().and_then(|seed| seed.parse().ok());
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
        let seed = given.unwrap_or(now.as_nanos() as u64).max(1);
        println!("ENCHUFE_SEED={seed}");
        Self(seed)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

/// Clients that may still send, and those that have half-closed and must get an end of file.
#[derive(Default)]
struct Crowd {
    open: Vec<Conn>,
    ending: Vec<Conn>,
}

impl Crowd {
    fn step(&mut self, chance: &mut Chance, server: &Server) {
        if self.open.is_empty() || (self.open.len() < CROWD && chance.below(4) == 0) {
            let conn = server.connect();
            conn.stream().set_nonblocking(true).expect("an option");
            self.open.push(conn);
            return;
        }
        let which = chance.below(self.open.len());
        let mut stream = self.open[which].stream();
        // A failure here is the server's answer to an earlier message that was too long.
        match chance.below(16) {
            0 => reset(self.open.swap_remove(which)),
            1 => drop(self.open.swap_remove(which)),
            2 => {
                let conn = self.open.swap_remove(which);
                if conn.stream().shutdown(std::net::Shutdown::Write).is_ok() {
                    self.ending.push(conn);
                }
            }
            3 => drop(stream.write(&[b'\n'; 16_384])),
            4 => drop(stream.write(&[b'x'; 40_000])),
            5 => drop(stream.write(b"SALIR\n")),
            6..=9 => drop(stream.read(&mut [0; 65_536])),
            10 | 11 => drop(stream.write(b"Ho")),
            _ => drop(stream.write(b"Hola\nCONEXION\r\n")),
        }
        if self.ending.len() > CROWD {
            ended(self.ending.remove(0));
        }
    }
}

/// Reads until the server closes; it may have reset a client that sent on and on.
fn ended(conn: Conn) {
    conn.stream().set_nonblocking(false).expect("an option");
    let mut stream = conn.stream();
    let mut buffer = [0; 65_536];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                assert_ne!(error.kind(), std::io::ErrorKind::WouldBlock, "it never ends");
                return;
            }
        }
    }
}

fn at_random(program: Program) {
    let mut chance = Chance::new();
    let mut server = Server::start(program, &QUIET);
    server.connect().ask("Hola\n");
    await_clients(&mut server, 0);
    let before = descriptors(server.pid());
    let mut crowd = Crowd::default();
    for _ in 0..STEPS {
        crowd.step(&mut chance, &server);
    }
    crowd.ending.into_iter().for_each(ended);
    // The rest are dropped, and ten new ones come.
    drop(crowd.open);
    await_clients(&mut server, 0);
    let mut last: Vec<_> = (0..10).map(|_| server.connect()).collect();
    for conn in &mut last {
        conn.ask("Hola\n");
    }
    await_clients(&mut server, 10);
    let (children, own) = if program == Program::Fork { (10, 0) } else { (0, 10) };
    eventually("the children are the clients'", || server.children().len() == children);
    assert_eq!(descriptors(server.pid()).len(), before.len() + own);
    drop(last);
    await_clients(&mut server, 0);
    eventually("no child is left", || server.children().is_empty());
    assert_eq!(descriptors(server.pid()), before);
    assert_eq!(server.stderr.so_far(), "");
    assert_well(&mut server);
}

on_both_servers!(at_random);
