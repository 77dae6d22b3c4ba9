//! What a supervisor, such as systemd, has put into the environment: listening sockets, as in
//! sd_listen_fds(3), and the socket for sd_notify(3).

use crate::net::Error;
use crate::reason::Reason;
use crate::sys::{self, Errno};
use std::ffi::{OsStr, OsString};
use std::ops::Range;
use std::os::fd::{OwnedFd, RawFd};
use std::process;

/// The first descriptor that is passed; the others follow.
const FIRST: RawFd = 3;

/// What a supervisor has passed.
#[derive(Debug, Default)]
pub struct Supervisor {
    /// Descriptors to listen on.
    pub listeners: Vec<OwnedFd>,
    /// The socket to notify.
    pub notify: Option<OsString>,
}

impl Supervisor {
    /// Removes it from the environment, whichever process it was for. There must be no other thread.
    ///
    /// # Errors
    ///
    /// A malformed variable, or a descriptor that is not open.
    pub(super) fn take() -> Result<Self, Error> {
        let take = |name| sys::take_var(name).map_err(|errno| Error::new("unsetenv", name, errno));
        let (pid, fds) = (take("LISTEN_PID")?, take("LISTEN_FDS")?);
        let notify = take("NOTIFY_SOCKET")?.filter(|name| !name.is_empty());
        // Not needed: the pid is checked, and all sockets are used alike.
        let _ = (take("LISTEN_PIDFDID")?, take("LISTEN_FDNAMES")?);
        let own = process::id().cast_signed();
        let listeners = passed(pid.as_deref(), fds.as_deref(), own)?
            .map(|fd| sys::take_over(fd).map_err(|errno| error(fd, errno)))
            .collect::<Result<_, _>>()?;
        Ok(Self { listeners, notify })
    }
}

/// A passed descriptor is not what it should be.
pub(super) fn error(fd: RawFd, reason: impl Into<Reason>) -> Error {
    Error::new("sd_listen_fds", format_args!("descriptor {fd}"), reason)
}

/// The descriptors passed to the process `own`.
fn passed(pid: Option<&OsStr>, fds: Option<&OsStr>, own: i32) -> Result<Range<RawFd>, Error> {
    let (Some(pid), Some(fds)) = (pid, fds) else { return Ok(FIRST..FIRST) };
    if number("LISTEN_PID", pid)? != own {
        return Ok(FIRST..FIRST);
    }
    let count = number("LISTEN_FDS", fds)?;
    let end = FIRST.checked_add(count).ok_or_else(|| unusable("LISTEN_FDS", fds))?;
    Ok(FIRST..end)
}

/// The value of a variable, at least 1.
fn number(name: &str, value: &OsStr) -> Result<i32, Error> {
    let digits = value.to_str().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let number = digits.and_then(|digits| digits.parse().ok()).filter(|&number| number > 0);
    number.ok_or_else(|| unusable(name, value))
}

fn unusable(name: &str, value: &OsStr) -> Error {
    Error::new("sd_listen_fds", format_args!("{name}={value:?}"), Errno::EINVAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pid: Option<&str>, fds: Option<&str>) -> Result<Range<RawFd>, String> {
        passed(pid.map(OsStr::new), fds.map(OsStr::new), 42).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_passed_to_us() {
        assert_eq!(of(Some("42"), Some("1")), Ok(3..4));
        assert_eq!(of(Some("42"), Some("7")), Ok(3..10));
        assert_eq!(of(Some("42"), Some("2147483644")), Ok(3..i32::MAX));
    }

    #[test]
    fn what_is_not() {
        for (pid, fds) in
            [(None, None), (Some("42"), None), (None, Some("1")), (Some("43"), Some("1"))]
        {
            assert_eq!(of(pid, fds), Ok(3..3), "{pid:?} {fds:?}");
        }
    }

    #[test]
    fn what_makes_no_sense() {
        let whats =
            ["", "0", "-1", "+1", " 1", "1 ", "0x1", "uno", "2147483648", "99999999999999999999"];
        for what in whats {
            let said = |name| Err(format!("sd_listen_fds {name}={what:?}: {}", Errno::EINVAL));
            assert_eq!(of(Some(what), Some("1")), said("LISTEN_PID"));
            assert_eq!(of(Some("42"), Some(what)), said("LISTEN_FDS"));
        }
        assert!(of(Some("42"), Some("2147483645")).is_err(), "no such descriptor");
    }
}
