//! The server and the client of a path.

use super::{Language, Listening, TempPath};
use crate::support::{DEADLINE, Process, eventually};
use nix::sys::signal::Signal;
use std::fs;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::fs::symlink;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Command, Stdio};

fn what_is_typed_comes_back(language: Language) {
    let path = TempPath::new(&format!("typed-{language:?}"));
    let server = start(language, &path);
    assert_eq!(server.address, path.as_str());
    for client in [Language::Rust, Language::C] {
        let mut client = Process::spawn(client_of(client, &path, Stdio::piped()));
        client.type_line("hola");
        client.stdout.expect("hola\n");
        client.type_keys("no newline");
        client.end_input();
        client.stdout.expect("no newline");
        assert_eq!(client.exit_code(), 0, "{}", client.stderr.so_far());
        assert_eq!(client.stdout.all(), "hola\nno newline");
    }
}

fn a_megabyte_comes_back_whole(language: Language) {
    let path = TempPath::new(&format!("megabyte-{language:?}"));
    let _server = start(language, &path);
    let text = TempPath::new(&format!("megabyte-{language:?}.txt"));
    let lines: String = (0..130_000).map(|line| format!("{line:07}\n")).collect();
    fs::write(&text.0, &lines).expect("a file");
    let input = fs::File::open(&text.0).expect("a file");
    let client = Process::spawn(client_of(language, &path, input.into()));
    assert_eq!(client.exit_code(), 0, "{}", client.stderr.so_far());
    assert!(client.stdout.all() == lines);
}

fn a_client_that_reads_late_gets_everything(language: Language) {
    let path = TempPath::new(&format!("late-{language:?}"));
    let _server = start(language, &path);
    let (mut stream, sent) = stuffed(&path);
    stream.set_nonblocking(false).expect("an option");
    stream.set_read_timeout(Some(DEADLINE)).expect("an option");
    stream.shutdown(Shutdown::Write).expect("connected");
    let mut received = Vec::new();
    stream.read_to_end(&mut received).expect("an end");
    assert_eq!(received.len(), sent);
}

/// Whatever it waits for, a connection, bytes or room for them, a signal ends it.
fn its_path_is_removed(language: Language) {
    let path = TempPath::new(&format!("removed-{language:?}"));
    let clients: [fn(&TempPath) -> Option<UnixStream>; 3] =
        [|_| None, |path| Some(served(path)), |path| Some(stuffed(path).0)];
    for client in clients {
        for signal in [Signal::SIGINT, Signal::SIGTERM] {
            let server = start(language, &path);
            let client = client(&path);
            server.signal(signal);
            assert_eq!(server.exit_code(), 0, "{}", server.stderr.so_far());
            assert!(!path.0.exists());
            drop(client);
        }
    }
}

fn what_was_left_is_replaced(language: Language) {
    let path = TempPath::new(&format!("left-{language:?}"));
    let killed = start(language, &path);
    killed.signal(Signal::SIGKILL);
    killed.ended();
    assert!(path.0.exists());
    let server = start(language, &path);
    served(&path);
    server.signal(Signal::SIGINT);
    assert_eq!(server.exit_code(), 0, "{}", server.stderr.so_far());
}

fn what_is_no_socket_stays(language: Language) {
    let file = TempPath::new(&format!("file-{language:?}"));
    fs::write(&file.0, "mine").expect("a file");
    assert_in_the_way(language, &file);
    assert_eq!(fs::read_to_string(&file.0).expect("it is there"), "mine");

    // Not even a link to a socket counts as one.
    let socket = TempPath::new(&format!("socket-{language:?}"));
    let _listener = UnixListener::bind(&socket.0).expect("a socket");
    let link = TempPath::new(&format!("link-{language:?}"));
    symlink(&socket.0, &link.0).expect("a link");
    assert_in_the_way(language, &link);
    assert_eq!(fs::read_link(&link.0).expect("it is there"), socket.0);
    assert!(socket.0.exists());
}

fn assert_in_the_way(language: Language, path: &TempPath) {
    let server = Process::spawn(language.command("unix_server", &[path.as_str()]));
    assert_eq!(server.exit_code(), 1);
    let said = server.stderr.all();
    assert!(said.starts_with("bind: ") && said.ends_with("Address already in use\n"), "{said}");
}

fn one_client_that_is_gone_ends_nothing(language: Language) {
    let path = TempPath::new(&format!("gone-{language:?}"));
    let mut server = start(language, &path);
    // Bytes that it has not read make its close a reset here.
    drop(stuffed(&path));
    server.stderr.expect_line("client: ");
    served(&path);
}

fn a_server_that_closes_is_heard_of(language: Language) {
    let path = TempPath::new(&format!("closes-{language:?}"));
    let listener = UnixListener::bind(&path.0).expect("a socket");
    let mut client = Process::spawn(client_of(language, &path, Stdio::piped()));
    let (mut server, _) = listener.accept().expect("it connects");
    client.type_line("hola");
    server.read_exact(&mut [0; 5]).expect("a line");
    drop(server);
    assert_eq!(client.exit_code(), 1);
    assert_eq!(client.stderr.all(), "the server has closed\n");
}

fn start(language: Language, path: &TempPath) -> Listening {
    Listening::of(language.command("unix_server", &[path.as_str()]))
}

fn client_of(language: Language, path: &TempPath, input: Stdio) -> Command {
    let mut command = language.command("unix_client", &[path.as_str()]);
    command.stdin(input);
    command
}

/// A client that has been answered.
fn served(path: &TempPath) -> UnixStream {
    let mut stream = UnixStream::connect(&path.0).expect("it listens");
    stream.write_all(b"hola\n").expect("it reads");
    let mut answer = [0; 5];
    stream.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, b"hola\n");
    stream
}

/// A client that has sent until nothing more fitted, and reads nothing; and how much it has sent.
fn stuffed(path: &TempPath) -> (UnixStream, usize) {
    let mut stream = UnixStream::connect(&path.0).expect("it listens");
    stream.set_nonblocking(true).expect("an option");
    let mut last = usize::MAX;
    let mut sent = 0;
    eventually("nothing more fits", || {
        while let Ok(count) = stream.write(&[0; 65_536]) {
            sent += count;
        }
        std::mem::replace(&mut last, sent) == sent
    });
    (stream, sent)
}

in_both_languages!(
    what_is_typed_comes_back,
    a_megabyte_comes_back_whole,
    a_client_that_reads_late_gets_everything,
    its_path_is_removed,
    what_was_left_is_replaced,
    what_is_no_socket_stays,
    one_client_that_is_gone_ends_nothing,
    a_server_that_closes_is_heard_of,
);
