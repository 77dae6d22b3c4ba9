//! How wide a terminal is.

use crate::support::Outcome;
use enchufe::sys::{Errno, pipe, terminal};
use nix::pty::{Winsize, openpty};
use std::fs::File;

#[test]
fn a_terminal_has_its_columns() -> Outcome {
    let of = |ws_col| {
        let size = Winsize { ws_row: 24, ws_col, ws_xpixel: 0, ws_ypixel: 0 };
        let terminal = openpty(&size, None)?;
        assert_eq!(
            terminal::window_columns(&terminal.slave),
            terminal::window_columns(&terminal.master)
        );
        terminal::window_columns(terminal.slave)
    };
    assert_eq!(of(132), Ok(Some(132)));
    assert_eq!(of(u16::MAX), Ok(Some(65_535)));
    assert_eq!(of(0), Ok(None), "it does not say");
    Ok(())
}

#[test]
fn what_is_not_a_terminal() -> Outcome {
    assert_eq!(terminal::window_columns(pipe(0)?.0), Err(Errno::ENOTTY));
    assert_eq!(terminal::window_columns(File::open("/dev/null")?), Err(Errno::ENOTTY));
    Ok(())
}
