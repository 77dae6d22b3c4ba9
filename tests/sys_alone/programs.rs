//! What other programs see, and what only they can do.

use crate::support::{Dir, Outcome, connected, own};
use crate::{alone, have};
use enchufe::sys::*;
use std::os::unix::net::UnixDatagram;
use std::process::{Command, Stdio};
use std::time::Duration;

#[test]
fn keepalive_is_a_timer_of_the_connection() -> Outcome {
    let _turn = alone();
    if !have("ss") {
        return Ok(());
    }
    let (client, _server) = connected()?;
    let port = own(&client)?.port();
    let timer = || {
        let line = Command::new("ss").args(["-Htno", &format!("sport = :{port}")]).output()?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&line.stdout).into_owned())
    };
    sockopt::set_keepalive_idle(&client, Duration::from_secs(50))?;
    assert!(!timer()?.contains("timer:"), "{}", timer()?);
    sockopt::set_keepalive(&client, true)?;
    assert!(timer()?.contains("timer:(keepalive,"), "{}", timer()?);
    sockopt::set_keepalive(&client, false)?;
    assert!(!timer()?.contains("timer:"), "{}", timer()?);
    Ok(())
}

/// A path of 108 bytes leaves no room for the NUL at its end. The kernel accepts one, so another program
/// may have one; the standard library's types cannot make one, but can hold one that came with a
/// datagram.
#[test]
fn a_path_without_its_nul() -> Outcome {
    // Python's own bind is as strict as ours.
    const PYTHON: &str = "
import ctypes, signal, socket, struct, sys
signal.alarm(20)
name, stream, ours, others = sys.argv[1:]
def bind(fd, name):
    name = struct.pack('H108s', socket.AF_UNIX, name.encode())
    assert ctypes.CDLL(None).bind(fd.fileno(), name, len(name)) == 0
client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
bind(client, name + 's')
client.connect(stream)
fd = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
bind(fd, name + 'd')
fd.sendto(b'hola', ours)
fd.sendto(b'hola', others)
assert fd.recv(8) == b'adios'
";
    let _turn = alone();
    if !have("python3") {
        return Ok(());
    }
    let dir = Dir::new()?;
    let start = format!("{}/", dir.path().display());
    let (path, name) = (|name| dir.path().join(name), format!("{start:x<107}"));
    let listener = socket(AF_UNIX, SOCK_STREAM, 0)?;
    bind(&listener, &dir.addr("stream"))?;
    listen(&listener, 1)?;
    let ours = socket(AF_UNIX, SOCK_DGRAM, 0)?;
    bind(&ours, &dir.addr("ours"))?;
    let others = UnixDatagram::bind(path("others"))?;
    others.set_read_timeout(Some(crate::support::DEADLINE))?;
    let paths = [path("stream"), path("ours"), path("others")];
    let mut python = Command::new("python3");
    python.args(["-c", PYTHON, &name]).args(paths).stdin(Stdio::null());
    let mut python = python.spawn()?;

    let (_, from) = others.recv_from(&mut [0; 8])?;
    assert_eq!(from.as_pathname().map(|path| path.as_os_str().len()), Some(108));
    assert_eq!(recvfrom(&ours, &mut [0; 8], 0).unwrap_err(), Errno::ENAMETOOLONG);
    assert_eq!(accept(&listener, 0).unwrap_err(), Errno::ENAMETOOLONG);
    assert_eq!(sendto(&ours, b"adios", 0, &from), Ok(5));
    assert!(python.wait()?.success());
    Ok(())
}
