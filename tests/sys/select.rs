//! select, pselect and their sets. What a signal does to them is in `interrupted.rs`; descriptors past
//! FD_SETSIZE are in `tests/sys_alone`.

use crate::support::{DEADLINE, Outcome, bound, connected, fill, listener};
use enchufe::sys::*;
use nix::fcntl::AT_FDCWD;
use nix::sys::signal::SigSet;
use std::net::TcpStream;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

/// A set of these descriptors.
fn set(fds: &[&OwnedFd]) -> FdSet {
    let mut set = FdSet::new();
    fds.iter().for_each(|fd| set.insert(*fd));
    set
}

#[test]
fn a_set_holds_what_was_put_in() -> Outcome {
    let (a, b) = pipe(0)?;
    let mut some = FdSet::new();
    assert!(some.is_empty() && !some.contains(&a));
    some.insert(&a);
    some.set(&b, true);
    some.insert(&a);
    assert_eq!((some.len(), some.contains(&a), some.contains(&b)), (2, true, true));
    let mut numbers = [a.as_raw_fd(), b.as_raw_fd()];
    numbers.sort();
    assert_eq!(some.iter().collect::<Vec<_>>(), numbers);
    some.set(&a, false);
    some.remove(&a);
    assert_eq!((some.len(), some.contains(&a)), (1, false));
    let mut both = set(&[&a]);
    both.unite(&some);
    assert_eq!(both.len(), 2);
    both.clear();
    assert!(both.is_empty() && !both.contains(&b));
    both.insert(&a);
    assert_eq!((both.len(), both.contains(&b)), (1, false), "nothing comes back");
    Ok(())
}

/// AT_FDCWD: safe code can borrow it, and it is a negative number.
#[test]
fn the_working_directory_is_in_no_set() -> Outcome {
    let mut set = FdSet::new();
    set.insert(&AT_FDCWD);
    set.remove(&AT_FDCWD);
    set.set(&AT_FDCWD, true);
    assert!(!set.contains(&AT_FDCWD) && set.is_empty());
    assert_eq!(select(Some(&mut set), None, None, Some(Duration::ZERO)), Ok(0));
    Ok(())
}

#[test]
fn what_can_be_read() -> Outcome {
    let (quiet, _other) = pipe(0)?;
    let (client, server) = connected()?;
    let (listener, addr) = listener(1)?;
    let (udp, to) = bound(SOCK_DGRAM)?;
    let all = set(&[&quiet, &server, &listener, &udp]);
    let ready = || {
        let mut read = all.clone();
        let count = select(Some(&mut read), None, None, Some(Duration::ZERO))?;
        assert_eq!(count, read.len());
        Ok(read.iter().collect::<Vec<_>>())
    };
    let numbers = |fds: &[&OwnedFd]| {
        let mut numbers: Vec<_> = fds.iter().map(|fd| fd.as_raw_fd()).collect();
        numbers.sort();
        numbers
    };
    assert_eq!(ready(), Ok::<_, Errno>(vec![]));
    sendto(&udp, b"", 0, &to)?;
    assert_eq!(ready()?, numbers(&[&udp]), "a datagram, if an empty one");
    send(&client, b"x", 0)?;
    assert_eq!(ready()?, numbers(&[&udp, &server]));
    let _another = TcpStream::connect(addr)?;
    assert_eq!(ready()?, numbers(&[&udp, &server, &listener]), "a connection to accept");
    recv(&server, &mut [0], 0)?;
    assert_eq!(ready()?, numbers(&[&udp, &listener]));
    drop(client);
    assert_eq!(ready()?, numbers(&[&udp, &listener, &server]), "end of file");
    Ok(())
}

#[test]
fn what_can_be_written() -> Outcome {
    let (a, b) = socketpair(AF_UNIX, SOCK_STREAM, 0)?;
    fill(&a);
    let mut write = set(&[&a, &b]);
    assert_eq!(select(None, Some(&mut write), None, None), Ok(1));
    assert!(!write.contains(&a) && write.contains(&b));
    while recv(&b, &mut [0; 4096], MSG_DONTWAIT).is_ok() {}
    let mut write = set(&[&a, &b]);
    assert_eq!(select(None, Some(&mut write), None, None), Ok(2));
    Ok(())
}

/// The third set is for urgent data, and for nothing else.
#[test]
fn what_is_urgent() -> Outcome {
    let (client, server) = connected()?;
    send(&client, b"x", 0)?;
    let mut except = set(&[&server]);
    assert_eq!(select(None, None, Some(&mut except), Some(Duration::ZERO)), Ok(0));
    assert!(except.is_empty());
    send(&client, b"!", MSG_OOB)?;
    let mut except = set(&[&server, &client]);
    assert_eq!(select(None, None, Some(&mut except), Some(DEADLINE)), Ok(1));
    assert!(except.contains(&server) && !except.contains(&client));
    Ok(())
}

#[test]
fn three_sets_at_once() -> Outcome {
    let (client, server) = connected()?;
    send(&client, b"x", 0)?;
    send(&client, b"!", MSG_OOB)?;
    let all = set(&[&client, &server]);
    let (mut read, mut write, mut except) = (all.clone(), all.clone(), all);
    let (read, write, except) = (&mut read, &mut write, &mut except);
    let ready = pselect(Some(read), Some(write), Some(except), Some(DEADLINE), &SigSet::empty());
    assert_eq!(ready, Ok(4), "one that is in two sets counts twice");
    assert!(read.contains(&server) && !read.contains(&client));
    assert!(write.contains(&server) && write.contains(&client));
    assert!(except.contains(&server) && !except.contains(&client));
    Ok(())
}

#[test]
fn the_time_is_over() -> Outcome {
    let (quiet, _other) = pipe(0)?;
    let time = Duration::from_millis(50);
    let (mut read, start) = (set(&[&quiet]), Instant::now());
    assert_eq!(select(Some(&mut read), None, None, Some(time)), Ok(0));
    assert!((time..DEADLINE).contains(&start.elapsed()), "{:?}", start.elapsed());
    assert!(read.is_empty());

    let (mut read, start) = (set(&[&quiet]), Instant::now());
    assert_eq!(pselect(Some(&mut read), None, None, Some(time), &SigSet::empty()), Ok(0));
    assert!((time..DEADLINE).contains(&start.elapsed()), "{:?}", start.elapsed());
    assert!(read.is_empty());
    Ok(())
}

#[test]
fn a_set_can_be_used_again() -> Outcome {
    let (reader, writer) = pipe(0)?;
    let mut set = FdSet::new();
    for round in 0..3 {
        set.clear();
        set.insert(&reader);
        assert_eq!(select(Some(&mut set), None, None, Some(Duration::ZERO)), Ok(0), "{round}");
        write(&writer, b"x")?;
        set.insert(&reader);
        assert_eq!(select(Some(&mut set), None, None, None), Ok(1), "{round}");
        read(&reader, &mut [0])?;
    }
    Ok(())
}
