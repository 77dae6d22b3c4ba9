//! How wide a terminal is.

use crate::support::Outcome;
use enchufe::sys::{Errno, pipe, terminal};
use nix::pty::{Winsize, openpty};
use std::fs::File;

#[test]
fn a_terminal_has_its_size() -> Outcome {
    let of = |ws_col| {
        let size = Winsize { ws_row: 24, ws_col, ws_xpixel: 0, ws_ypixel: 0 };
        let terminal = openpty(&size, None)?;
        assert_eq!(
            terminal::window_columns(&terminal.slave),
            terminal::window_columns(&terminal.master)
        );
        let size = terminal::window_size(&terminal.slave)?;
        assert_eq!(size.1, Some(24));
        assert_eq!(terminal::window_columns(terminal.slave), Ok(size.0));
        Ok::<_, Errno>(size.0)
    };
    assert_eq!(of(132), Ok(Some(132)));
    assert_eq!(of(u16::MAX), Ok(Some(65_535)));
    assert_eq!(of(0), Ok(None), "it does not say");
    let nothing = Winsize { ws_row: 0, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
    let terminal = openpty(&nothing, None)?;
    assert_eq!(terminal::window_size(terminal.slave), Ok((Some(80), None)));
    Ok(())
}

#[test]
fn what_is_not_a_terminal() -> Outcome {
    assert_eq!(terminal::window_columns(pipe(0)?.0), Err(Errno::ENOTTY));
    assert_eq!(terminal::window_columns(File::open("/dev/null")?), Err(Errno::ENOTTY));
    Ok(())
}
