//! `EINTR`, from each blocking call; and no SIGPIPE from send. One test: a process has one `Signals`.

use crate::support::{DEADLINE, Dir, Outcome, await_events, connected, fill, listener};
use enchufe::sys::*;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::pthread::{pthread_kill, pthread_self};
use nix::sys::signal::{SigSet, Signal};
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::os::unix::thread::JoinHandleExt;
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn signals() -> Outcome {
    let signals = Signals::catch(&[Signal::SIGUSR1, Signal::SIGPIPE])?;
    a_blocked_call_is_interrupted()?;
    a_connection_goes_on_being_made()?;
    pselect_waits_with_other_signals_blocked()?;
    signals.take();
    send_causes_no_sigpipe(&signals)?;
    Ok(())
}

/// The error of a blocking call, made in its own thread, which is sent signals until it has returned.
fn interrupted<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, Errno> + Send + 'static,
) -> Option<Errno> {
    let waiting = thread::spawn(call);
    let (id, deadline) = (waiting.as_pthread_t() as _, Instant::now() + DEADLINE);
    while !waiting.is_finished() {
        assert!(Instant::now() < deadline, "it waits on");
        pthread_kill(id, Signal::SIGUSR1).expect("a thread");
        // Another, in case it was not blocked yet.
        thread::sleep(Duration::from_millis(1));
    }
    waiting.join().expect("no panic").err()
}

/// For a thread that stays blocked if the test fails.
fn shared(fd: OwnedFd) -> &'static OwnedFd {
    Box::leak(Box::new(fd))
}

fn a_blocked_call_is_interrupted() -> Outcome {
    const EINTR: Option<Errno> = Some(Errno::EINTR);
    let (listener, _) = listener(1)?;
    assert_eq!(interrupted(move || accept(&listener, 0)), EINTR);

    // Nothing to receive, no room to send.
    let (full, _peer) = socketpair(AF_UNIX, SOCK_STREAM, 0)?;
    fill(&full);
    let full = shared(full);
    assert_eq!(interrupted(move || recv(full, &mut [0], 0)), EINTR);
    assert_eq!(interrupted(move || recvfrom(full, &mut [0], 0)), EINTR);
    assert_eq!(interrupted(move || send(full, b"x", 0)), EINTR);
    assert_eq!(interrupted(move || poll(&mut [PollFd::new(full, POLLIN | POLLOUT)], None)), EINTR);
    let set = || {
        let mut set = FdSet::new();
        set.insert(full);
        set
    };
    let (mut read, mut write) = (set(), set());
    assert_eq!(interrupted(move || select(Some(&mut read), None, None, None)), EINTR);
    let mask = SigSet::empty();
    assert_eq!(interrupted(move || pselect(None, Some(&mut write), None, None, &mask)), EINTR);

    let dir = Dir::new()?;
    let (receiver, addr) = (socket(AF_UNIX, SOCK_DGRAM, 0)?, dir.addr("receiver"));
    bind(&receiver, &addr)?;
    let sender = socket(AF_UNIX, SOCK_DGRAM, 0)?;
    while sendto(&sender, b"x", MSG_DONTWAIT, &addr).is_ok() {}
    assert_eq!(interrupted(move || sendto(&sender, b"x", 0, &addr)), EINTR);
    Ok(())
}

fn a_connection_goes_on_being_made() -> Outcome {
    let (listener, addr) = listener(0)?;
    let _first = TcpStream::connect(addr)?;
    let client = shared(socket(AF_INET, SOCK_STREAM, 0)?);
    assert_eq!(
        interrupted(move || connect(client, &addr)),
        Some(Errno::EINTR),
        "the queue is full"
    );
    fcntl(client, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    assert_eq!(connect(client, &addr), Err(Errno::EALREADY));
    accept(&listener, 0)?;
    await_events(client, POLLOUT);
    assert_eq!(sockopt::error(client), Ok(None));
    assert_eq!(getpeername(client)?.inet(), Some(addr));

    // A Unix-domain connect has to be made again.
    let dir = Dir::new()?;
    let (listener, addr) = (socket(AF_UNIX, SOCK_STREAM, 0)?, dir.addr("listener"));
    bind(&listener, &addr)?;
    listen(&listener, 0)?;
    let first = socket(AF_UNIX, SOCK_STREAM, 0)?;
    connect(&first, &addr)?;
    let (client, to) = (shared(socket(AF_UNIX, SOCK_STREAM, 0)?), addr.clone());
    assert_eq!(interrupted(move || connect(client, &to)), Some(Errno::EINTR));
    accept(&listener, 0)?;
    assert_eq!(getpeername(client).unwrap_err(), Errno::ENOTCONN);
    connect(client, &addr)?;
    Ok(())
}

/// A signal that came before the call is not missed.
fn pselect_waits_with_other_signals_blocked() -> Outcome {
    let usr1 = SigSet::from(Signal::SIGUSR1);
    usr1.thread_block()?;
    pthread_kill(pthread_self(), Signal::SIGUSR1)?;
    let none = Some(Duration::from_millis(1));
    assert_eq!(select(None, None, None, none), Ok(0), "it is blocked");
    assert_eq!(pselect(None, None, None, none, &usr1), Ok(0), "it stays so");
    let interrupted = pselect(None, None, None, Some(DEADLINE), &SigSet::empty());
    assert_eq!(interrupted, Err(Errno::EINTR));
    usr1.thread_unblock()?;
    Ok(())
}

fn send_causes_no_sigpipe(signals: &Signals) -> Outcome {
    let (client, _server) = connected()?;
    shutdown(&client, SHUT_WR)?;
    let (unix, peer) = socketpair(AF_UNIX, SOCK_STREAM, 0)?;
    drop(peer);
    assert_eq!(send(&client, b"x", 0), Err(Errno::EPIPE));
    assert_eq!(sendto(&client, b"x", 0, &getpeername(&client)?), Err(Errno::EPIPE));
    assert_eq!(send(&unix, b"x", 0), Err(Errno::EPIPE));
    assert!(!signals.has_come());
    assert_eq!(write(&client, b"x"), Err(Errno::EPIPE));
    assert!(signals.take().contains(Signal::SIGPIPE), "as write does");
    Ok(())
}
