//! Tells a supervisor how things are going, as sd_notify(3) does: that the server is ready, how many
//! clients there are, that it is leaving. It never waits for the supervisor.

use super::{Pause, earliest};
use crate::clock::Clock;
use crate::net::Error;
use crate::screen::{Line, Screen, Warning};
use crate::sys::{self, AF_UNIX, Errno, MSG_DONTWAIT, SOCK_DGRAM, SockAddr, UnixAddr};
use std::ffi::{OsStr, OsString};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::time::{Duration, Instant};

/// The number of clients is told at most this often.
const INTERVAL: Duration = Duration::from_secs(1);

/// What the supervisor is told.
#[derive(Debug)]
pub struct Notifier {
    /// The socket and the supervisor's address; `None` without a supervisor.
    to: Option<(OwnedFd, UnixAddr)>,
    /// A change of state not yet told.
    news: Option<&'static str>,
    /// The number of clients that the supervisor knows.
    told: Option<usize>,
    /// It was told that number only recently.
    recent: Pause,
    /// It is not reading its socket.
    blocked: Pause,
}

impl Notifier {
    /// For a server that is ready. The socket's `name` is a path, or `@` and an abstract name.
    #[must_use]
    pub fn ready(name: Option<OsString>, screen: &mut Screen, now: Instant) -> Self {
        let to = name.and_then(|name| {
            let failed = |errno| warn(&Error::new("sd_notify", name.display(), errno), screen, now);
            open(&name).map_err(failed).ok()
        });
        let (recent, blocked) = Default::default();
        Self { to, news: Some("READY=1"), told: None, recent, blocked }
    }

    /// The server is leaving.
    pub fn stopping(&mut self) {
        self.news = Some("STOPPING=1");
    }

    /// Tells what is new and due; returns the time at which to call this again anyway.
    pub fn tell(
        &mut self,
        clients: usize,
        screen: &mut Screen,
        clock: &mut Clock,
    ) -> Option<Instant> {
        let now = clock.now.monotonic;
        let is_news = self.news.is_some() || self.told != Some(clients);
        if self.to.is_none() || !is_news {
            return None;
        }
        if self.blocked.end(now).is_none() {
            if let Some(news) = self.news
                && self.send(news, screen, now)
            {
                self.news = None;
            }
            if self.news.is_none() && self.told != Some(clients) && self.recent.end(now).is_none() {
                let status = format!("STATUS={}", screen.words(&Line::Clients { count: clients }));
                if self.send(&status, screen, now) {
                    // This turn of the loop may have begun long ago.
                    clock.tick();
                    self.told = Some(clients);
                    self.recent.last_until(clock.now.monotonic + INTERVAL);
                }
            }
        }
        let recent = self.recent.end(now).filter(|_| self.told != Some(clients));
        earliest([self.blocked.end(now), recent])
    }

    /// Tells what has not been told, for the last time.
    pub fn finish(&mut self, clients: usize, screen: &mut Screen, clock: &mut Clock) {
        (self.recent, self.blocked) = Default::default();
        self.tell(clients, screen, clock);
    }

    /// Sends a state; returns whether it need not be sent again.
    fn send(&mut self, state: &str, screen: &mut Screen, now: Instant) -> bool {
        let Some((socket, addr)) = &self.to else { return true };
        match sys::sendto(socket, state.as_bytes(), MSG_DONTWAIT, addr) {
            Ok(_) => {}
            Err(Errno::EAGAIN) => {
                self.blocked.last_until(now + INTERVAL);
                return false;
            }
            Err(errno) => {
                let on = SockAddr::Unix(addr.clone());
                warn(&Error::new("sendto", on, errno), screen, now);
            }
        }
        true
    }
}

fn open(name: &OsStr) -> Result<(OwnedFd, UnixAddr), Errno> {
    let addr = match name.as_bytes() {
        [b'@', name @ ..] => sys::abstract_addr(name),
        [b'/', ..] => UnixAddr::from_pathname(name),
        _ => return Err(Errno::EAFNOSUPPORT),
    };
    // It can only be too long: a variable contains no NUL.
    let addr = addr.or(Err(Errno::ENAMETOOLONG))?;
    Ok((sys::socket(AF_UNIX, SOCK_DGRAM, 0)?, addr))
}

fn warn(error: &Error, screen: &mut Screen, now: Instant) {
    screen.warn(Warning::NotNotified, &Line::NotNotified { error }, now);
}
