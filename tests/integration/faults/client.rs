//! The client's side: a server that resets, or floods. What a server does that ends, stays silent or
//! is not there is in `client::failures`.

use super::own_server::{REPLY, client, failure, serving};
use super::tools::{peak_memory, reset};
use nix::sys::signal::Signal;
use std::io::Write;

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

/// It shows at once, with nothing typed.
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

/// Bytes without end instead of a reply: the client neither keeps them all nor hears nothing else.
fn flooded(bytes: &'static [u8]) {
    let (port, server) = serving(|mut conn| {
        conn.line();
        let mut stream = conn.stream();
        while stream.write(bytes).is_ok() {}
    });
    let mut client = client(&port, &["-q", "-m", "Hola", "-m", "otra"]);
    // What it shows of it takes its time to be read here: enough that it has begun.
    client.stdout.expect("\n");
    let peak = peak_memory(client.pid());
    assert!(peak < 64 * 1024, "{peak} KiB");
    client.signal(Signal::SIGINT);
    client.signal(Signal::SIGTERM);
    // It says SALIR, and whatever comes is the answer to that.
    assert!([0, 1].contains(&client.exit_code()), "it ends by itself");
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
