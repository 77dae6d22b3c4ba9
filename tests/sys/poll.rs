//! poll. What a signal does to it is in `interrupted.rs`.

use crate::support::{DEADLINE, Outcome, connected, fill};
use enchufe::sys::*;
use std::time::{Duration, Instant};

#[test]
fn each_is_told_what_it_asked_for() -> Outcome {
    let (client, server) = connected()?;
    send(&client, b"x", 0)?;
    let mut list = [
        PollFd::new(&server, POLLIN),
        PollFd::new(&server, POLLIN | POLLOUT),
        PollFd::new(&client, POLLIN),
        PollFd::new(&client, 0),
    ];
    assert_eq!(poll(&mut list, Some(DEADLINE)), Ok(2));
    assert_eq!(list.map(|fd| fd.revents()), [POLLIN, POLLIN | POLLOUT, 0, 0]);

    // `revents` is from the last call, and `events` can be changed.
    recv(&server, &mut [0], 0)?;
    list[3].set_events(POLLOUT);
    assert_eq!(poll(&mut list, Some(DEADLINE)), Ok(2));
    assert_eq!(list.map(|fd| fd.revents()), [0, POLLOUT, 0, POLLOUT]);
    Ok(())
}

#[test]
fn no_room_to_write() -> Outcome {
    let (a, b) = socketpair(AF_UNIX, SOCK_STREAM, 0)?;
    fill(&a);
    let mut list = [PollFd::new(&a, POLLOUT), PollFd::new(&b, POLLOUT)];
    assert_eq!(poll(&mut list, None), Ok(1));
    assert_eq!(list.map(|fd| fd.revents()), [0, POLLOUT]);
    Ok(())
}

#[test]
fn what_is_urgent() -> Outcome {
    let (client, server) = connected()?;
    send(&client, b"!", MSG_OOB)?;
    let mut list = [PollFd::new(&server, POLLPRI | POLLIN)];
    assert_eq!(poll(&mut list, Some(DEADLINE)), Ok(1));
    assert_eq!(list[0].revents(), POLLPRI, "it is not in band");
    Ok(())
}

#[test]
fn what_nobody_asked_for() -> Outcome {
    let (reader, writer) = pipe(0)?;
    drop(reader);
    let mut list = [PollFd::new(&writer, 0)];
    assert_eq!(poll(&mut list, Some(DEADLINE)), Ok(1));
    assert_eq!(list[0].revents(), POLLERR, "nobody reads the pipe");

    let (reader, writer) = pipe(0)?;
    drop(writer);
    let mut list = [PollFd::new(&reader, POLLIN)];
    assert_eq!(poll(&mut list, Some(DEADLINE)), Ok(1));
    assert_eq!(list[0].revents(), POLLHUP, "nobody writes to it");

    let (client, server) = connected()?;
    shutdown(&client, SHUT_WR)?;
    let mut list = [PollFd::new(&server, POLLIN)];
    assert_eq!(poll(&mut list, Some(DEADLINE)), Ok(1));
    assert_eq!(list[0].revents(), POLLIN, "one way only");
    shutdown(&server, SHUT_WR)?;
    let mut list = [PollFd::new(&server, 0)];
    assert_eq!(poll(&mut list, Some(DEADLINE)), Ok(1));
    assert_eq!(list[0].revents(), POLLHUP, "both ways");
    Ok(())
}

#[test]
fn the_time_is_over() -> Outcome {
    let (quiet, _other) = pipe(0)?;
    let (time, start) = (Duration::from_millis(50), Instant::now());
    let mut list = [PollFd::new(&quiet, POLLIN)];
    assert_eq!(poll(&mut list, Some(time)), Ok(0));
    assert!((time..DEADLINE).contains(&start.elapsed()), "{:?}", start.elapsed());
    assert_eq!(list[0].revents(), 0);
    assert_eq!(poll(&mut [], Some(Duration::ZERO)), Ok(0), "nothing to wait for");
    assert!(format!("{:?}", list[0]).starts_with("PollFd { fd: "));
    Ok(())
}
