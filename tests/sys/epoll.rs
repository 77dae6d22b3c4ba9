//! Epoll: finds what select finds, from the kernel's own list.

use crate::support::{DEADLINE, Outcome, await_events, connected, fill, is_closed_on_exec};
use enchufe::sys::*;
use std::fs::File;
use std::os::fd::{AsRawFd, OwnedFd};

const NOTHING: (bool, bool) = (false, false);
const READ: (bool, bool) = (true, false);
const WRITE: (bool, bool) = (false, true);
const BOTH: (bool, bool) = (true, true);

/// What is ready now: to read, and to write.
fn ready(epoll: &mut Epoll) -> Result<(Vec<i32>, Vec<i32>), Errno> {
    let (mut read, mut write) = (FdSet::new(), FdSet::new());
    epoll.ready(&mut read, &mut write)?;
    Ok((read.iter().collect(), write.iter().collect()))
}

#[test]
fn it_waits_for_what_it_was_told() -> Outcome {
    let (client, server) = connected()?;
    let (fd, mut epoll) = (server.as_raw_fd(), Epoll::new()?);
    assert!(is_closed_on_exec(&epoll));
    send(&client, b"x", 0)?;
    await_events(&server, POLLIN);
    let mut before = NOTHING;
    for (now, read, write) in [
        (READ, vec![fd], vec![]),
        (WRITE, vec![], vec![fd]),
        (BOTH, vec![fd], vec![fd]),
        (BOTH, vec![fd], vec![fd]),
        (NOTHING, vec![], vec![]),
        (NOTHING, vec![], vec![]),
        (WRITE, vec![], vec![fd]),
    ] {
        epoll.set(&server, before, now)?;
        assert_eq!(ready(&mut epoll)?, (read, write), "{before:?} {now:?}");
        before = now;
    }
    let duplicate = server.try_clone()?;
    drop(server);
    assert_eq!(ready(&mut epoll)?, (vec![], vec![fd]), "under the number that it had");
    drop(duplicate);
    assert_eq!(ready(&mut epoll)?, (vec![], vec![]), "what is closed has left");
    Ok(())
}

#[test]
fn it_is_readable_when_something_is_ready() -> Outcome {
    let (reader, writer) = pipe(0)?;
    let epoll = Epoll::new()?;
    epoll.set(&reader, NOTHING, READ)?;
    let mut list = [PollFd::new(&epoll, POLLIN)];
    assert_eq!(poll(&mut list, Some(std::time::Duration::ZERO)), Ok(0));
    write(&writer, b"x")?;
    let mut read = FdSet::new();
    read.insert(&epoll);
    assert_eq!(select(Some(&mut read), None, None, Some(DEADLINE)), Ok(1));
    assert!(format!("{epoll:?}").starts_with("Epoll { fd: "));
    Ok(())
}

/// Whether it waits to read or to write.
#[test]
fn a_hang_up_is_reported_to_every_wait() -> Outcome {
    let ((reader, writer), (other_reader, full)) = (pipe(0)?, pipe(O_NONBLOCK)?);
    let mut epoll = Epoll::new()?;
    epoll.set(&reader, NOTHING, READ)?;
    while write(&full, &[0; 4096]).is_ok() {}
    epoll.set(&full, NOTHING, WRITE)?;
    assert_eq!(ready(&mut epoll)?, (vec![], vec![]));
    drop((writer, other_reader));
    assert_eq!(ready(&mut epoll)?, (vec![reader.as_raw_fd()], vec![full.as_raw_fd()]));
    // Here select would wait for ever.
    epoll.set(&full, WRITE, NOTHING)?;
    epoll.set(&reader, READ, WRITE)?;
    assert_eq!(ready(&mut epoll)?, (vec![], vec![reader.as_raw_fd()]));
    Ok(())
}

#[test]
fn it_begins_with_what_two_sets_hold() -> Outcome {
    let (a, b) = socketpair(AF_UNIX, SOCK_STREAM, 0)?;
    let (c, d) = socketpair(AF_UNIX, SOCK_STREAM, 0)?;
    let (mut read, mut write) = (FdSet::new(), FdSet::new());
    [&a, &b].into_iter().for_each(|fd| read.insert(fd));
    [&b, &c].into_iter().for_each(|fd| write.insert(fd));
    let mut epoll = Epoll::of(&read, &write)?;
    send(&a, b"x", 0)?;
    send(&d, b"x", 0)?;
    fill(&c);
    assert_eq!(ready(&mut epoll)?, (vec![b.as_raw_fd()], vec![b.as_raw_fd()]));
    // As if each had been set by itself.
    epoll.set(&a, READ, BOTH)?;
    epoll.set(&b, BOTH, NOTHING)?;
    epoll.set(&c, WRITE, READ)?;
    assert_eq!(ready(&mut epoll)?, (vec![c.as_raw_fd()], vec![a.as_raw_fd()]));
    Ok(())
}

#[test]
fn many_are_told_in_several_calls() -> Outcome {
    let pairs: Vec<(OwnedFd, OwnedFd)> =
        (0..150).map(|_| socketpair(AF_UNIX, SOCK_STREAM, 0)).collect::<Result<_, _>>()?;
    let mut epoll = Epoll::new()?;
    for (fd, _) in &pairs {
        epoll.set(fd, NOTHING, WRITE)?;
    }
    let (mut read, mut write) = (FdSet::new(), FdSet::new());
    assert_eq!(epoll.ready(&mut read, &mut write), Ok(64));
    assert_eq!(epoll.ready(&mut read, &mut write), Ok(128), "with more room, more at a time");
    assert_eq!(write.len(), 150, "the first are told after those that nobody has heard of");
    assert_eq!(epoll.ready(&mut read, &mut write), Ok(150));
    assert!(read.is_empty());
    Ok(())
}

#[test]
fn what_it_cannot_take() -> Outcome {
    let ((fd, _other), epoll) = (pipe(0)?, Epoll::new()?);
    assert_eq!(epoll.set(&fd, READ, WRITE), Err(Errno::ENOENT), "it is not there");
    assert_eq!(epoll.set(&fd, READ, NOTHING), Err(Errno::ENOENT));
    epoll.set(&fd, NOTHING, READ)?;
    assert_eq!(epoll.set(&fd, NOTHING, READ), Err(Errno::EEXIST), "it is there");
    let file = File::open("/proc/self/exe")?;
    assert_eq!(epoll.set(&file, NOTHING, READ), Err(Errno::EPERM));
    assert_eq!(epoll.set(&epoll, NOTHING, READ), Err(Errno::EINVAL));
    let other = Epoll::new()?;
    epoll.set(&other, NOTHING, READ)?;
    assert_eq!(other.set(&epoll, NOTHING, READ), Err(Errno::ELOOP));
    Ok(())
}
