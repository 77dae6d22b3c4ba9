//! The size of a terminal. See `ioctl_tty`(2).

use super::Errno;
use std::mem;
use std::os::fd::{AsFd, AsRawFd};

/// `ioctl(fd, TIOCGWINSZ, struct winsize *size)`: how many columns the terminal has; `None` if it does
/// not say.
///
/// # Errors
///
/// `ENOTTY`: not a terminal.
pub fn window_columns(fd: impl AsFd) -> Result<Option<usize>, Errno> {
    window_size(fd).map(|size| size.0)
}

/// The same call: the terminal's columns and lines; `None` for what it does not say.
///
/// # Errors
///
/// `ENOTTY`: not a terminal.
pub fn window_size(fd: impl AsFd) -> Result<(Option<usize>, Option<usize>), Errno> {
    // SAFETY: all zeros is a valid winsize.
    let mut size: libc::winsize = unsafe { mem::zeroed() };
    let fd = fd.as_fd().as_raw_fd();
    // SAFETY: the pointer is to a live winsize, which is what this request fills in.
    Errno::result(unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut size) })?;
    let said = |count: u16| (count > 0).then_some(count.into());
    Ok((said(size.ws_col), said(size.ws_row)))
}
