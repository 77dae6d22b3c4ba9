//! The same system calls: name, arguments and result of each, in order, in each process.

use super::{Language, Listening, TempPath, assert_echo, datagrams};
use crate::faults::tools::state;
use crate::support::{Log, Process, eventually, have};
use enchufe::trace::read::call::Call;
use nix::sys::signal::Signal;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Command, Stdio};

/// What is compared.
const CALLS: &str = "%network,%process,select,pselect6,poll,ppoll,close";

/// What ours always adds, and different names of the same call.
const SAME: [(&str, &str); 9] = [
    ("accept4(", "accept("),
    ("pselect6(", "select("),
    ("ppoll(", "poll("),
    ("clone3(", "clone("),
    ("|SOCK_CLOEXEC", ""),
    ("|MSG_NOSIGNAL", ""),
    ("MSG_NOSIGNAL", "0"),
    // Ours has room for any address, and passes no empty set to the kernel.
    ("[128 => ", "["),
    (", [], ", ", NULL, "),
];

/// The text between these differs each time.
const CHOSEN: [(&str, &str); 7] = [
    ("htons(", ")"),
    (", left {", "}"),
    ("child_tidptr=", ""),
    ("sendto(3, \"", " UTC"),
    // C has room for the longest path.
    ("sun_path=", ") ="),
    // C does not ask for the address.
    ("accept(3, ", ") ="),
    ("accept(5, ", ") ="),
];

#[test]
fn echo() {
    compare_servers("echo", "127.0.0.1:0", |server| {
        talk_and_leave(server);
        talk_and_leave(server);
    });
}

#[test]
fn fork() {
    compare_servers("fork", "127.0.0.1:0", |server| {
        let mut first = server.connect();
        assert_echo(&mut first, "first\n");
        talk_and_leave(server);
        assert_echo(&mut first, "first again\n");
        first.half_close();
        assert_eq!(first.rest(), "");
        eventually("the children are gone", || server.children().is_empty());
    });
}

#[test]
fn select() {
    compare_servers("select", "127.0.0.1:0", overlapping);
}

#[test]
fn poll() {
    compare_servers("poll", "127.0.0.1:0", overlapping);
}

#[test]
fn daytime_server() {
    compare_servers("daytime_server", "127.0.0.1:0", |server| {
        let socket = datagrams::socket();
        for question in [&b""[..], b"?"] {
            socket.send_to(question, &server.address).expect("it is sent");
            datagrams::receive(&socket, &mut [0; 64]);
        }
    });
}

#[test]
fn daytime_client() {
    let server = datagrams::socket();
    let address = server.local_addr().expect("an address").to_string();
    compare("daytime_client", &address, |command| {
        let client = Process::spawn(command);
        datagrams::question(&server);
        // The second one is answered.
        let client_at = datagrams::question(&server);
        server.send_to(b"12:34:56 UTC\n", client_at).expect("it is sent");
        client
    });
}

#[test]
fn unix_server() {
    let path = TempPath::new("calls-server");
    compare_servers("unix_server", path.as_str(), |_| {
        for _ in 0..2 {
            let mut client = UnixStream::connect(&path.0).expect("it listens");
            client.write_all(b"hola\n").expect("it reads");
            client.read_exact(&mut [0; 5]).expect("an answer");
            client.shutdown(Shutdown::Write).expect("connected");
            assert_eq!(client.read(&mut [0]).expect("an end"), 0);
        }
    });
}

#[test]
fn unix_client() {
    let path = TempPath::new("calls-client");
    let listener = UnixListener::bind(&path.0).expect("a socket");
    compare("unix_client", path.as_str(), |mut command| {
        command.stdin(Stdio::piped());
        let mut client = Process::spawn(command);
        client.type_line("hola");
        let (mut server, _) = listener.accept().expect("it connects");
        server.read_exact(&mut [0; 5]).expect("a line");
        server.write_all(b"hola\n").expect("it reads");
        client.stdout.expect("hola\n");
        client.end_input();
        client
    });
}

/// Three clients; the first one leaves last.
fn overlapping(server: &Listening) {
    let mut first = server.connect();
    assert_echo(&mut first, "first\n");
    let mut second = server.connect();
    assert_echo(&mut second, "second\n");
    assert_echo(&mut first, "first again\n");
    talk_and_leave(server);
    for conn in [&mut second, &mut first] {
        conn.half_close();
        assert_eq!(conn.rest(), "");
    }
}

fn talk_and_leave(server: &Listening) {
    let mut conn = server.connect();
    assert_echo(&mut conn, "hola\n");
    assert_echo(&mut conn, "adiós\n");
    conn.half_close();
    assert_eq!(conn.rest(), "");
}

/// The same for a server, which is then told to end.
fn compare_servers(example: &str, address: &str, talk: impl Fn(&Listening)) {
    compare(example, address, |command| {
        let server = Listening::of(command);
        talk(&server);
        // Everything is done.
        eventually("it waits", || state(server.pid()) == Some('S'));
        server.signal(Signal::SIGTERM);
        server.process
    });
}

/// Runs the example in each language under strace, and compares the calls of each process.
fn compare(example: &str, argument: &str, run: impl Fn(Command) -> Process) {
    if !(have("strace") && have("cc")) {
        return;
    }
    if !cfg!(target_env = "gnu") {
        // The twin has the C library of the machine, which makes other calls for some functions.
        println!("skipped: another C library");
        return;
    }
    let [rust, c] = [Language::Rust, Language::C].map(|language| {
        let command = language.command(example, &[argument]);
        let (traced, log) = Log::of(&command, &format!("{example}.{language:?}"), CALLS);
        let process = run(traced);
        process.ended();
        log.expect(&process, "+++");
        let mut calls = log.calls(&process);
        // How the program was started is not compared.
        let first = calls[0].iter().position(|call| call.name() == "socket");
        calls[0].drain(..first.expect("a socket"));
        calls
    });
    assert_eq!(rust.len(), c.len(), "{example}: processes");
    for (rust, c) in rust.iter().zip(&c) {
        assert_eq!(comparable(rust), comparable(c), "{example}");
    }
}

/// The calls that were not interrupted, without what is not compared.
fn comparable(calls: &[Call]) -> Vec<String> {
    let was_interrupted =
        |call: &&Call| call.errno().is_some_and(|errno| errno.starts_with("ERESTART"));
    let calls = calls.iter().filter(|call| !was_interrupted(call));
    let comparable = |call: &Call| {
        let replace = |call: String, (ours, theirs): &(&str, &str)| call.replace(ours, theirs);
        let call = SAME.iter().fold(call.text().to_owned(), replace);
        CHOSEN.iter().fold(call, |call, (before, after)| blank(&call, before, after))
    };
    calls.map(comparable).collect()
}

/// `call` without the text between the two, wherever they occur; an empty `after` means the end.
fn blank(call: &str, before: &str, after: &str) -> String {
    let mut parts = call.split(before);
    let mut blanked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = if after.is_empty() { part.len() } else { part.find(after).unwrap_or(0) };
        blanked.extend([before, &part[end..]]);
    }
    blanked
}
