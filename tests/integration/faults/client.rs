//! The client's side: a server that resets, or floods. Servers that end, stay silent or are not
//! there are in `client::failures`.

use super::own_server::{REPLY, client, failure, serving};
use super::tools::{peak_memory, reset, tampering};
use crate::support::{Process, Program, have};
use nix::sys::signal::Signal;
use std::io::{self, PipeReader, Read, Write};

#[test]
fn a_reset_with_a_message_unanswered() {
    for args in [&["-m", "Hola"][..], &["-m", "Hola", "--raw"], &["-m", "Hola", "-c", "1"]] {
        let (port, server) = serving(|mut conn| {
            conn.bytes(4);
            reset(conn);
        });
        let said = failure(&client(&port, args));
        assert!(said.contains("ECONNRESET"), "{said}");
        server.join().expect("a client");
    }
}

/// It is shown at once, with nothing typed.
#[test]
fn a_reset_at_the_prompt() {
    let (port, server) = serving(|mut conn| {
        conn.line();
        conn.send(REPLY);
        // Its next prompt is there once it has said more.
        assert_eq!(conn.line(), "dos\n");
        reset(conn);
    });
    let mut client = client(&port, &[]);
    client.type_line("uno");
    client.type_line("dos");
    let said = failure(&client);
    assert!(said.contains("ECONNRESET"), "{said}");
    server.join().expect("a client");
}

/// Only the line ends of a program's output: the rest is much, and all alike.
struct LineEnds(PipeReader);

impl Read for LineEnds {
    fn read(&mut self, line_ends: &mut [u8]) -> io::Result<usize> {
        // As much as a pipe holds: a line may have megabytes, and a busy machine takes its time for each turn.
        let mut bytes = vec![0; 65_536];
        loop {
            let read = self.0.read(&mut bytes)?;
            let count = bytes[..read].iter().filter(|&&byte| byte == b'\n').count();
            let count = count.min(line_ends.len());
            line_ends[..count].fill(b'\n');
            if count > 0 || read == 0 {
                return Ok(count);
            }
        }
    }
}

/// Endless bytes instead of a reply: the client does not keep them all, and still handles other
/// events.
fn flooded(bytes: &'static [u8]) {
    let (port, server) = serving(|mut conn| {
        conn.line();
        let mut stream = conn.stream();
        while stream.write(bytes).is_ok() {}
    });
    let endless = ["-q", "--timeout", "86400", "--repeat", "1000000", "-m", "Hola"];
    let command = Program::Client.command(&[&endless[..], &["127.0.0.1", &port]].concat());
    let (reader, writer) = io::pipe().expect("a pipe");
    let mut client = Process::spawn_into(command, writer, LineEnds(reader));
    // It shows them without waiting for their end.
    client.stdout.expect("\n");
    let peak = peak_memory(client.pid());
    assert!(0 < peak && peak < 64 * 1024, "{peak} KiB");
    client.signal(Signal::SIGINT);
    client.stderr.expect("interrumpido; ");
    client.signal(Signal::SIGTERM);
    // It may have left by itself: the bytes answered its SALIR.
    assert_eq!(client.exit_code(), 1);
    drop(client);
    server.join().expect("a client");
}

#[test]
fn a_flood_of_lines() {
    flooded(&[b'\n'; 65_536]);
}

#[test]
fn a_flood_without_a_line_end() {
    flooded(&[b'x'; 65_536]);
}

/// The simple client waits a second for the end, even if the server always has more for it.
#[test]
fn a_flood_at_the_close_of_the_simple_client() {
    if !have("strace") {
        return;
    }
    let (port, server) = serving(|conn| {
        let mut stream = conn.stream();
        while stream.write(&[b'x'; 65_536]).is_ok() {}
    });
    let command = Program::Client.command(&["--once", "-m", "Hola", "127.0.0.1", &port]);
    // A slow reader: there is always something to be received.
    let client = Process::spawn(tampering(&command, "recvfrom:delay_exit=2000"));
    assert_eq!(client.exit_code(), 0);
    drop(client);
    server.join().expect("a client");
}
