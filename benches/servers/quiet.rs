//! The quiet load: an open loop. A timer decides when a client asks, not the answers, so that a late
//! server is not spared.

use crate::load::{Done, Held, LIMIT, MESSAGE};
use enchufe::sys::{self, Errno};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::time::TimeSpec;
use nix::sys::timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The event of the timer; the others are clients' numbers.
const TICK: u64 = u64::MAX;

/// At intervals of `every` a random client sends a message, `count` times in all; then waits until
/// all are answered. The choice depends only on `count`.
pub fn one_at_random(clients: &Held, every: Duration, count: usize) -> Result<Done, String> {
    let fail = |errno: Errno| format!("quiet load: {errno}");
    let sockets = &clients.sockets;
    let epoll = Epoll::new(EpollCreateFlags::empty()).map_err(fail)?;
    for (index, socket) in sockets.iter().enumerate() {
        epoll.add(socket, EpollEvent::new(EpollFlags::EPOLLIN, index as u64)).map_err(fail)?;
    }
    let timer = TimerFd::new(ClockId::CLOCK_MONOTONIC, TimerFlags::empty()).map_err(fail)?;
    epoll.add(&timer, EpollEvent::new(EpollFlags::EPOLLIN, TICK)).map_err(fail)?;
    let interval = Expiration::Interval(TimeSpec::from_duration(every));
    // Started before the timer, so that at each tick a message is due.
    let started = Instant::now();
    timer.set(interval, TimerSetTimeFlags::empty()).map_err(fail)?;

    let mut random = Random(count as u64);
    // When each client sent its unanswered messages.
    let mut asked = vec![VecDeque::new(); sockets.len()];
    let (mut said, mut latencies) = (0, Vec::with_capacity(count));
    let mut events = [EpollEvent::empty(); 64];
    let mut answer = [0; 4096];
    while latencies.len() < count {
        let elapsed = started.elapsed();
        if elapsed > LIMIT {
            return Err(format!("{} of {count} answers in {LIMIT:?}", latencies.len()));
        }
        let ready = epoll.wait(&mut events, EpollTimeout::from(1000u16)).map_err(fail)?;
        for event in &events[..ready] {
            if event.data() == TICK {
                timer.wait().map_err(fail)?;
                // More than one if this process was not scheduled in time.
                let due = (started.elapsed().as_nanos() / every.as_nanos()) as usize;
                while said < due.min(count) {
                    let index = random.below(sockets.len());
                    asked[index].push_back(Instant::now());
                    sys::send(&sockets[index], MESSAGE, 0).map_err(fail)?;
                    said += 1;
                }
                continue;
            }
            let index = event.data() as usize;
            let received = sys::recv(&sockets[index], &mut answer, 0).map_err(fail)?;
            if received == 0 {
                return Err("the server closed a quiet connection".to_owned());
            }
            for _ in answer[..received].iter().filter(|&&byte| byte == b'\n') {
                let asked = asked[index].pop_front().ok_or("an answer that nobody asked for")?;
                latencies.push(asked.elapsed());
            }
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    latencies.sort_unstable();
    Ok(Done { operations: count, seconds, latencies })
}

/// The same numbers for the same seed, so that each server is asked by the same clients (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(mixed ^ (mixed >> 31)) * end as u128) >> 64) as usize
    }
}
