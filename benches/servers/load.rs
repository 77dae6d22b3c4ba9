//! The load: closed loops, in which a server is asked for more only when it has answered.

use enchufe::sys::{self, Errno, SocketAddr};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What each client sends, and each server answers with a line.
pub const MESSAGE: &[u8] = b"hola\n";

/// A load stops by itself, whatever the server does.
pub const LIMIT: Duration = Duration::from_secs(60);

/// The result of a load.
#[derive(Debug)]
pub struct Done {
    pub operations: usize,
    pub seconds: f64,
    /// Sorted.
    pub latencies: Vec<Duration>,
}

impl Done {
    /// The latency that `per_mille` of the operations did not exceed, if there were enough for one at
    /// least to exceed it.
    pub fn percentile(&self, per_mille: usize) -> Option<Duration> {
        let operations = self.latencies.len();
        let exceed = operations * (1000 - per_mille) / 1000;
        if exceed == 0 { None } else { self.latencies.get(operations - 1 - exceed).copied() }
    }

    /// The same in microseconds, or not a number.
    pub fn micros(&self, per_mille: usize) -> f64 {
        self.percentile(per_mille).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1e6)
    }
}

/// Connects, sends one message after a `header`, reads the answer, closes: `count` times, `in_flight` at a
/// time.
pub fn short(
    server: SocketAddr,
    header: &[u8],
    count: usize,
    in_flight: usize,
) -> Result<Done, String> {
    let said = [header, MESSAGE].concat();
    let (next, started) = (AtomicUsize::new(0), Instant::now());
    let work = || -> std::io::Result<Vec<Duration>> {
        let mut latencies = Vec::with_capacity(count / in_flight + 1);
        while next.fetch_add(1, Ordering::Relaxed) < count && started.elapsed() < LIMIT {
            let began = Instant::now();
            let mut stream = TcpStream::connect(server)?;
            stream.set_read_timeout(Some(LIMIT))?;
            stream.write_all(&said)?;
            let mut answer = [0; 256];
            loop {
                match stream.read(&mut answer)? {
                    0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                    n if answer[..n].ends_with(b"\n") => break,
                    _ => {}
                }
            }
            latencies.push(began.elapsed());
        }
        Ok(latencies)
    };
    let mut latencies = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..in_flight).map(|_| scope.spawn(work)).collect();
        let mut all = Vec::with_capacity(count);
        for worker in workers {
            let mine = worker.join().map_err(|_| "a client panicked".to_owned())?;
            all.extend(mine.map_err(|error| error.to_string())?);
        }
        Ok::<_, String>(all)
    })?;
    let seconds = started.elapsed().as_secs_f64();
    latencies.sort_unstable();
    Ok(Done { operations: latencies.len(), seconds, latencies })
}

/// Connections that are held open.
#[derive(Debug)]
pub struct Held {
    pub sockets: Vec<OwnedFd>,
}

impl Held {
    /// Connects `count` clients.
    pub fn connect(server: SocketAddr, count: usize) -> Result<Self, String> {
        let connect = || -> Result<OwnedFd, Errno> {
            let socket = sys::socket(sys::AF_INET, sys::SOCK_STREAM, 0)?;
            sys::connect(&socket, &server)?;
            Ok(socket)
        };
        let sockets: Result<Vec<_>, _> = (0..count).map(|_| connect()).collect();
        Ok(Self { sockets: sockets.map_err(|errno| format!("connect: {errno}"))? })
    }

    /// Reads until end of file on each; returns how many were told that the server is closing.
    pub fn read_farewells(&self) -> Result<usize, String> {
        let mut told = 0;
        let mut buffer = [0; 4096];
        for socket in &self.sockets {
            let mut last = Vec::new();
            loop {
                match sys::recv(socket, &mut buffer, 0).map_err(|e| format!("farewell: {e}"))? {
                    0 => break,
                    n => last = buffer[..n].to_vec(),
                }
            }
            told += usize::from(last.starts_with(b"Servidor: cerrando"));
            // The server waits for its clients to close.
            sys::shutdown(socket, sys::SHUT_RDWR).ok();
        }
        Ok(told)
    }

    /// Has `active` of the clients, spread evenly, talk without a pause: each sends the next
    /// message when it is answered, until `count` have been sent.
    pub fn busy(&self, active: usize, count: usize) -> Result<Done, String> {
        let fail = |errno: Errno| format!("held connections: {errno}");
        let epoll = Epoll::new(EpollCreateFlags::empty()).map_err(fail)?;
        let step = self.sockets.len() / active;
        let talkers: Vec<_> = self.sockets.iter().step_by(step.max(1)).take(active).collect();
        let mut asked = vec![Instant::now(); talkers.len()];
        for (index, socket) in talkers.iter().enumerate() {
            let event = EpollEvent::new(EpollFlags::EPOLLIN, index as u64);
            epoll.add(socket, event).map_err(fail)?;
        }
        let (started, mut left) = (Instant::now(), count);
        let mut latencies = Vec::with_capacity(count);
        for (index, socket) in talkers.iter().enumerate().take(count) {
            asked[index] = Instant::now();
            sys::send(socket, MESSAGE, 0).map_err(fail)?;
            left -= 1;
        }
        let mut events = vec![EpollEvent::empty(); talkers.len()];
        let mut answer = [0; 4096];
        while latencies.len() < count {
            if started.elapsed() > LIMIT {
                return Err(format!("{} of {count} answers in {LIMIT:?}", latencies.len()));
            }
            let ready = epoll.wait(&mut events, EpollTimeout::from(1000u16)).map_err(fail)?;
            for event in &events[..ready] {
                let index = event.data() as usize;
                let received = sys::recv(talkers[index], &mut answer, 0).map_err(fail)?;
                if received == 0 {
                    return Err("the server closed a held connection".to_owned());
                }
                if !answer[..received].ends_with(b"\n") {
                    continue;
                }
                latencies.push(asked[index].elapsed());
                if left > 0 {
                    left -= 1;
                    asked[index] = Instant::now();
                    sys::send(talkers[index], MESSAGE, 0).map_err(fail)?;
                }
            }
        }
        let seconds = started.elapsed().as_secs_f64();
        latencies.sort_unstable();
        Ok(Done { operations: count, seconds, latencies })
    }
}
