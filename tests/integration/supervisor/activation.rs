//! Socket activation: sd_listen_fds(3).

use super::activated;
use crate::faults::provoke::{continue_all, stop_all};
use crate::faults::tools::{CHILD, descriptors};
use crate::support::{
    Conn, Process, Program, Server, eventually, have, is_listening, reserved_port, within,
    write_program,
};
use enchufe::sys::{self, AF_INET, SOCK_STREAM, sockopt};
use nix::sys::signal::Signal;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::time::Duration;

fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let addr = listener.local_addr().expect("bound");
    (listener, addr)
}

fn command(program: Program, args: &[&str], listener: &TcpListener) -> Command {
    activated(&program.command(args), listener.try_clone().expect("a descriptor"))
}

fn start(program: Program, args: &[&str], listener: &TcpListener) -> Server {
    Server::of(Process::spawn(command(program, args, listener)))
}

fn it_listens_on_what_it_is_passed(program: Program) {
    let (listener, addr) = listener();
    let args = ["--no-greeting", "--keepalive", "7"];
    let server = start(program, &args, &listener);
    assert_eq!(server.addr, addr);
    assert_eq!(server.listening, format!("escuchando en ('127.0.0.1', {})", addr.port()));
    server.connect().ask("Hola\n");
    // As on a socket that it opens itself.
    assert_eq!(sockopt::nodelay(&listener), Ok(true));
    assert_eq!(sockopt::keepalive(&listener), Ok(true));
    assert_eq!(sockopt::keepalive_idle(&listener), Ok(Duration::from_secs(7)));
    let info = fs::read_to_string(format!("/proc/{}/fdinfo/3", server.pid())).expect("it has it");
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:")).expect("flags");
    let flags = i32::from_str_radix(flags.trim(), 8).expect("octal");
    assert_eq!(flags & libc::O_NONBLOCK, libc::O_NONBLOCK);
    assert_eq!(flags & libc::O_CLOEXEC, libc::O_CLOEXEC);
    let said = server.stop();
    // It has opened nothing itself.
    assert!(!said.contains("Creado") && !said.contains("iniciando"), "{said}");
    assert!(is_listening(addr.port()), "it is ours");
}

#[test]
fn children_do_not_keep_it() {
    let (listener, _) = listener();
    let mut command = Program::Fork.command(&["--no-greeting"]);
    // Nobody listens there, but the server has a socket for it.
    command.env("NOTIFY_SOCKET", "@enchufe-nobody");
    let server = Server::of(Process::spawn(activated(&command, listener)));
    let mut conn = server.connect();
    conn.ask("Hola\n");
    let children = server.children();
    assert_eq!(children.len(), 1);
    let held = descriptors(children[0]);
    assert_eq!(held.len(), CHILD, "{held:?}");
    let sockets = |held: &[(u32, String)]| {
        held.iter().filter(|(_, file)| file.starts_with("socket:")).count()
    };
    assert_eq!(sockets(&held), 1);
    // The listener, and the socket for notifications.
    assert_eq!(sockets(&descriptors(server.pid())), 2);
}

fn an_address_of_one_s_own_is_wrong_usage(program: Program) {
    for (args, flag) in [
        (["--bind", "127.0.0.1"], "--bind"),
        (["-b", "::1"], "--bind"),
        (["--port", "0"], "--port"),
        (["-p", "6667"], "--port"),
    ] {
        let process = Process::spawn(command(program, &args, &listener().0));
        assert_eq!(process.exit_code(), 2);
        let said = process.stderr.all();
        assert_eq!(
            said,
            format!(
                "{0}: {flag} no se puede usar con LISTEN_FDS; pruebe '{0} --help'\n",
                program.name()
            )
        );
        assert_eq!(process.stdout.all(), "");
    }
}

/// Asserts that it ends with exit code 1, and says why.
fn is_refused(command: Command, why: &str) {
    let process = Process::spawn(command);
    assert_eq!(process.exit_code(), 1);
    let said = process.stderr.all();
    assert!(said.contains(why), "{why}: {said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(!process.stdout.all().contains("escuchando"));
}

fn what_is_no_listener_is_refused(program: Program) {
    let is_refused = |fd: OwnedFd, why: &str| {
        is_refused(activated(&program.command(&[]), fd), &format!("descriptor 3: {why}"));
    };
    let (reader, _writer) = std::io::pipe().expect("a pipe");
    is_refused(reader.into(), "ENOTSOCK");
    is_refused(UdpSocket::bind("127.0.0.1:0").expect("a port").into(), "no es un socket de flujo");
    let path = std::env::temp_dir().join(format!("enchufe.{}.{program:?}", std::process::id()));
    let unix = UnixListener::bind(&path).expect("a path");
    fs::remove_file(path).expect("it is there");
    is_refused(unix.into(), "ni IPv4 ni IPv6");
    let fresh = sys::socket(AF_INET, SOCK_STREAM, 0).expect("a socket");
    is_refused(fresh, "no es un socket de escucha");
    let (listener, addr) = listener();
    is_refused(TcpStream::connect(addr).expect("it listens").into(), "no es un socket de escucha");
    drop(listener);
}

fn variables_that_make_no_sense_are_refused(program: Program) {
    for (name, value) in [
        ("LISTEN_PID", ""),
        ("LISTEN_PID", "uno"),
        ("LISTEN_FDS", "0"),
        ("LISTEN_FDS", "-1"),
        ("LISTEN_FDS", "2147483647"),
    ] {
        let mut inner = program.command(&[]);
        inner.env(name, value);
        is_refused(activated(&inner, listener().0), &format!("{name}=\"{value}\""));
    }
    // One more than it is passed.
    let mut inner = program.command(&[]);
    inner.env("LISTEN_FDS", "1000000");
    is_refused(activated(&inner, listener().0), "EBADF");
}

fn what_is_passed_to_another_is_left_alone(program: Program) {
    let (listener, addr) = listener();
    let mut inner = Server::command(program, &["--no-greeting"]);
    inner.env("LISTEN_PID", "1");
    let server = Server::of(Process::spawn(activated(&inner, listener)));
    assert_ne!(server.addr, addr);
    server.connect().ask("Hola\n");
}

/// getent(1) is the only program that they start.
fn the_variables_are_not_handed_on(program: Program) {
    if !cfg!(all(target_env = "gnu", target_feature = "crt-static")) {
        println!("skipped: not linked statically with glibc");
        return;
    }
    let dir =
        std::env::temp_dir().join(format!("enchufe.getent.{}.{program:?}", std::process::id()));
    fs::create_dir_all(&dir).expect("a directory");
    let (getent, found) = (dir.join("getent"), dir.join("found"));
    let script = format!("#!/bin/sh\nenv >{}\necho 127.0.0.1 STREAM casa\n", found.display());
    write_program(&getent, &script);
    let mut command = program.command(&["--bind", "casa", "-p", "0"]);
    let path = std::env::var("PATH").expect("a path");
    command.env("PATH", format!("{}:{path}", dir.display())).env("KEPT", "this");
    let taken = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PIDFDID", "NOTIFY_SOCKET"];
    for name in taken {
        command.env(name, "1");
    }
    drop(Server::of(Process::spawn(command)));
    let found = fs::read_to_string(found).expect("it has been asked");
    assert!(found.contains("KEPT=this\n"), "{found}");
    assert!(!found.contains("LISTEN_") && !found.contains("NOTIFY_"), "{found}");
    fs::remove_dir_all(dir).expect("ours");
}

fn systemd_passes_several(program: Program) {
    if !have("systemd-socket-activate") {
        return;
    }
    let (port, _reserved) = reserved_port();
    let [first, second] = ["127.0.0.1", "127.0.0.2"].map(|ip| format!("{ip}:{port}"));
    let mut activate = Command::new("systemd-socket-activate");
    activate.args(["-l", &first, "-l", &second]);
    let command = within(activate, &program.command(&["--no-greeting"]));
    let process = Process::spawn(command);
    eventually("it listens", || is_listening(port) && process.stderr.so_far().contains(&second));
    // It starts the server now.
    let mut conn = Conn::to(second.parse().expect("an address"));
    let mut server = Server::of(process);
    assert_eq!(server.addr.to_string(), first);
    server.stdout.expect_line(&format!("escuchando en ('127.0.0.2', {port})"));
    conn.ask("Hola\n");
    server.connect().ask("Hola\n");
    drop(conn);
    server.stop();
}

/// Clients in the queue when the server leaves, and clients that come while there is none, are the next
/// server's.
fn the_queue_is_the_next_server_s(program: Program) {
    let (listener, addr) = listener();
    let server = start(program, &["--no-greeting"], &listener);
    stop_all(&server);
    let mut conns: Vec<_> = (0..5).map(|_| Conn::to(addr)).collect();
    conns.iter_mut().for_each(|conn| conn.send("Hola\n"));
    server.signal(Signal::SIGTERM);
    continue_all(&server);
    assert_eq!(server.exit_code(), 0);
    assert!(server.stdout.all().ends_with("servidor finalizado: 0 clientes atendidos\n"));
    conns.extend((0..5).map(|_| Conn::to(addr)));
    conns[5..].iter_mut().for_each(|conn| conn.send("Hola\n"));
    let next = start(program, &["--no-greeting"], &listener);
    for mut conn in conns {
        conn.reply();
    }
    next.stop();
}

/// While the old server waits for its client, the next one gets all new ones.
fn it_is_closed_at_once_while_a_client_is_waited_for(program: Program) {
    let (listener, addr) = listener();
    let old = start(program, &["--no-greeting", "--on-exit", "wait"], &listener);
    let mut first = old.connect();
    first.ask("Hola\n");
    old.signal(Signal::SIGINT);
    let held = || descriptors(old.pid()).iter().any(|&(number, _)| number == 3);
    eventually("it has closed the listener", || !held());
    let mut next = start(program, &["--no-greeting"], &listener);
    let mut second = Conn::to(addr);
    second.ask("Hola\n");
    next.expect_clients(1);
    first.ask("¿Sigue ahí?\n");
    drop(first);
    assert_eq!(old.exit_code(), 0);
    second.ask("Hola\n");
    drop(second);
    next.stop();
}

on_both_servers!(
    it_listens_on_what_it_is_passed,
    an_address_of_one_s_own_is_wrong_usage,
    what_is_no_listener_is_refused,
    variables_that_make_no_sense_are_refused,
    what_is_passed_to_another_is_left_alone,
    the_variables_are_not_handed_on,
    systemd_passes_several,
    the_queue_is_the_next_server_s,
    it_is_closed_at_once_while_a_client_is_waited_for,
);
