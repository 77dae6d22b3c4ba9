//! Several addresses: given one by one, or all those of a name; one port for all.

use super::names::{ask_getent, with_hosts};
use crate::faults::namespaces::in_its_own_network;
use crate::faults::provoke::{continue_all, stop_all};
use crate::faults::tools::tampering;
use crate::support::{Conn, Process, Program, Server, have, reserved_port};
use enchufe::sys::{self, AF_INET, SOCK_STREAM};
use nix::sys::signal::Signal;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::process::Command;

/// A server on a free port of these.
fn command(program: Program, hosts: &[&str]) -> Command {
    let mut command = program.command(&["-p", "0", "--no-greeting"]);
    command.args(hosts.iter().map(|host| format!("--bind={host}")));
    command
}

fn start(program: Program, hosts: &[&str]) -> Server {
    Server::of(Process::spawn(command(program, hosts)))
}

/// Where it listens, in the order printed.
fn listening(said: &str) -> Vec<&str> {
    said.lines().filter_map(|line| line.strip_prefix("escuchando en ")).collect()
}

fn at(ip: impl Into<IpAddr>, server: &Server) -> SocketAddr {
    SocketAddr::new(ip.into(), server.addr.port())
}

/// Connects, and is answered; returns the line that shows the connection.
fn served(server: &mut Server, ip: impl Into<IpAddr>) -> String {
    let mut conn = Conn::to(at(ip, server));
    conn.ask("Hola\n");
    let port = format!(", {}", conn.stream().local_addr().expect("connected").port());
    server.stdout.expect_line(&port)
}

fn have_ipv6() -> bool {
    let have = TcpListener::bind("[::1]:0").is_ok();
    if !have {
        println!("skipped: no IPv6");
    }
    have
}

fn all_have_the_port_of_the_first(program: Program) {
    let mut server = start(program, &["127.0.0.2", "127.0.0.1"]);
    let port = server.port();
    assert_eq!(server.addr.ip(), Ipv4Addr::new(127, 0, 0, 2));
    server.stdout.expect_line(&format!("escuchando en ('127.0.0.1', {port})"));
    served(&mut server, [127, 0, 0, 1]);
    served(&mut server, [127, 0, 0, 2]);
    assert!(TcpStream::connect(at([127, 0, 0, 3], &server)).is_err(), "not on every address");
    server.stop();
}

fn one_given_twice_is_bound_once(program: Program) {
    // The last is an IPv4 address too.
    let server = start(program, &["127.0.0.1", "127.0.0.1", "::ffff:127.0.0.1"]);
    let expected = [format!("('127.0.0.1', {})", server.port())];
    assert_eq!(listening(&server.stop()), expected);
}

fn those_of_a_name(program: Program) {
    let hosts = "127.0.0.3 casa\n127.0.0.4 casa\n";
    let name = format!("{} all", program.name());
    let Some(command) = with_hosts(&name, hosts, &command(program, &["casa", "127.0.0.4"])) else {
        return;
    };
    let mut server = Server::of(Process::spawn(command));
    server.stdout.expect_line("escuchando en ");
    served(&mut server, [127, 0, 0, 3]);
    served(&mut server, [127, 0, 0, 4]);
    assert_eq!(listening(&server.stop()).len(), 2);
}

/// Reserved for documentation: no machine has it.
const NOBODY_S: &str = "192.0.2.77";

fn those_of_a_name_that_are_another_machine_s_are_warned_of(program: Program) {
    let hosts = format!("{NOBODY_S} casa\n127.0.0.3 casa\n");
    let name = format!("{} some", program.name());
    let Some(command) = with_hosts(&name, &hosts, &command(program, &["casa"])) else { return };
    let mut server = Server::of(Process::spawn(command));
    served(&mut server, [127, 0, 0, 3]);
    let said = server.stderr.expect_line("aviso: ");
    assert!(said.contains(NOBODY_S) && said.contains("EADDRNOTAVAIL"), "{said}");
    assert_eq!(server.stderr.so_far().lines().count(), 1);
    assert_eq!(listening(&server.stop()).len(), 1);
}

fn failure(command: Command) -> String {
    let process = Process::spawn(command);
    assert_eq!(process.exit_code(), 1);
    assert!(!process.stdout.all().contains("escuchando"));
    let said = process.stderr.all();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

fn one_of_another_machine_is_a_failure(program: Program) {
    let said = failure(command(program, &["127.0.0.1", NOBODY_S]));
    assert!(said.contains(&format!("bind ('{NOBODY_S}', ")), "{said}");
    assert!(said.contains("EADDRNOTAVAIL"), "{said}");
}

fn a_name_of_which_there_is_none_is_a_failure(program: Program) {
    let hosts = format!("{NOBODY_S} casa\n192.0.2.78 casa\n");
    let name = format!("{} none", program.name());
    let Some(command) = with_hosts(&name, &hosts, &command(program, &["127.0.0.1", "casa"])) else {
        return;
    };
    let said = failure(command);
    assert!(said.contains("bind ('192.0.2.7") && said.contains("EADDRNOTAVAIL"), "{said}");
}

fn a_family_that_is_not_there(program: Program) {
    if !(have("strace") && have_ipv6()) {
        return;
    }
    // The first socket of all is for the first address.
    let no_ipv6 = "socket:error=EAFNOSUPPORT:when=1";
    let said = failure(tampering(&command(program, &["::1", "127.0.0.1"]), no_ipv6));
    assert!(said.contains("socket ('::1', 0, 0, 0): EAFNOSUPPORT"), "{said}");
    // Without getent the resolver in the process makes sockets too.
    if !ask_getent() {
        return;
    }
    let tampered = tampering(&command(program, &["casa"]), no_ipv6);
    let (name, hosts) = (format!("{} IPv4", program.name()), "::1 casa\n127.0.0.3 casa\n");
    let Some(command) = with_hosts(&name, hosts, &tampered) else { return };
    let mut server = Server::of(Process::spawn(command));
    served(&mut server, [127, 0, 0, 3]);
    server.stderr.expect_line("aviso: socket ('::1', ");
}

/// A port that is free on the first address may be taken on the second: others are tried.
fn a_port_that_is_taken_on_the_second(program: Program) {
    if !have("strace") {
        return;
    }
    let hosts = ["127.0.0.1", "127.0.0.2"];
    let taken = "bind:error=EADDRINUSE:when=2..4+2";
    let mut server = Server::of(Process::spawn(tampering(&command(program, &hosts), taken)));
    let port = server.port();
    server.stdout.expect_line(&format!("escuchando en ('127.0.0.2', {port})"));
    served(&mut server, [127, 0, 0, 2]);
    assert_eq!(listening(&server.stop()).len(), 2);
    // Not for ever.
    let taken = "bind:error=EADDRINUSE:when=2+2";
    let said = failure(tampering(&command(program, &hosts), taken));
    assert!(said.contains("bind ('127.0.0.2', ") && said.contains("EADDRINUSE"), "{said}");
    // A port that was asked for is the only one tried.
    let (port, _reserved) = reserved_port();
    let command = program.command(&["-b", hosts[0], "-b", hosts[1], "-p", &port.to_string()]);
    let said = failure(tampering(&command, "bind:error=EADDRINUSE:when=2"));
    assert!(said.contains(&format!("bind ('127.0.0.2', {port})")), "{said}");
}

/// `::` takes IPv4 too, whatever the system's default, except if `0.0.0.0` is bound as well.
fn the_unspecified_address_of_ipv6(program: Program) {
    if !have_ipv6() {
        return;
    }
    in_its_own_network(move || {
        for default in ["0", "1"] {
            // Of this thread's network.
            fs::write("/proc/sys/net/ipv6/bindv6only", default).expect("root may");
            let mut server = start(program, &["::"]);
            let shown = served(&mut server, Ipv4Addr::LOCALHOST);
            assert!(shown.contains("('::ffff:127.0.0.1', "), "{shown}");
            served(&mut server, Ipv6Addr::LOCALHOST);
            assert_eq!(listening(&server.stop()).len(), 1);

            for hosts in [["::", "0.0.0.0"], ["0.0.0.0", "::"]] {
                let mut server = start(program, &hosts);
                let shown = served(&mut server, Ipv4Addr::LOCALHOST);
                assert!(shown.contains("('127.0.0.1', "), "{shown}");
                served(&mut server, Ipv6Addr::LOCALHOST);
                assert_eq!(listening(&server.stop()).len(), 2);
            }
        }
    });
}

fn connect(from: Ipv4Addr, to: SocketAddr) -> Conn {
    let socket = sys::socket(AF_INET, SOCK_STREAM, 0).expect("a socket");
    sys::bind(&socket, &SocketAddr::from((from, 0))).expect("an address of the loopback");
    sys::connect(&socket, &to).expect("the server accepts");
    TcpStream::from(socket).into()
}

/// Many clients at one address do not keep a client at another waiting.
fn each_has_its_turn(program: Program) {
    const FEW: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 9);
    let server = start(program, &["127.0.0.1", "127.0.0.2", "127.0.0.3"]);
    stop_all(&server);
    let mut conns: Vec<_> = (0..40).map(|_| Conn::to(at([127, 0, 0, 1], &server))).collect();
    conns.extend((0..8).map(|_| connect(FEW, at([127, 0, 0, 2], &server))));
    conns.extend((0..8).map(|_| connect(FEW, at([127, 0, 0, 3], &server))));
    continue_all(&server);
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    drop(conns);
    let said = server.stop();
    let came = said.lines().filter(|line| line.contains("con ('") || line.contains("desde: ('"));
    let places: Vec<_> = came.map(|line| line.contains(&FEW.to_string())).collect();
    assert_eq!(places.len(), 56, "{said}");
    // The few get their turn among the many.
    let last = places.iter().rposition(|&is_few| is_few).expect("they came");
    assert!(last < 3 * 8, "{places:?}");
}

/// Every queue is drained when the operator closes.
fn clients_waiting_at_any_address_are_answered(program: Program) {
    let server = start(program, &["127.0.0.1", "127.0.0.2"]);
    stop_all(&server);
    let ips = [[127, 0, 0, 1], [127, 0, 0, 2]];
    let mut conns: Vec<_> = ips.map(|ip| Conn::to(at(ip, &server))).into();
    conns.extend(ips.map(|ip| Conn::to(at(ip, &server))));
    conns.iter_mut().for_each(|conn| conn.send("Hola\n"));
    server.signal(Signal::SIGTERM);
    continue_all(&server);
    for mut conn in conns {
        conn.reply();
        assert!(conn.rest().starts_with("Servidor: cerrando, "));
    }
    server.assert_gone(0);
}

on_both_servers!(
    all_have_the_port_of_the_first,
    one_given_twice_is_bound_once,
    those_of_a_name,
    those_of_a_name_that_are_another_machine_s_are_warned_of,
    one_of_another_machine_is_a_failure,
    a_name_of_which_there_is_none_is_a_failure,
    a_family_that_is_not_there,
    a_port_that_is_taken_on_the_second,
    the_unspecified_address_of_ipv6,
    each_has_its_turn,
    clients_waiting_at_any_address_are_answered,
);
