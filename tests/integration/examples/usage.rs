//! Wrong usage: the usage on stderr, and exit code 2. A call that fails: which, why, and exit code 1.

use super::{Language, TempPath};
use crate::support::Process;
use std::net::{TcpListener, UdpSocket};

const TCP: [&str; 4] = ["echo", "fork", "select", "poll"];
const UDP: [&str; 2] = ["daytime_server", "daytime_client"];
const UNIX: [&str; 2] = ["unix_server", "unix_client"];

/// Runs an example that must fail; returns the one line that it prints.
fn complaint(language: Language, example: &str, args: &[&str], exit_code: i32) -> String {
    let process = Process::spawn(language.command(example, args));
    assert_eq!(process.exit_code(), exit_code, "{example} {args:?}");
    assert_eq!(process.stdout.all(), "", "{example} {args:?}");
    let said = process.stderr.all();
    assert_eq!(said.lines().count(), 1, "{example} {args:?}: {said}");
    said.trim_end().to_owned()
}

fn wrong_arguments(language: Language) {
    for example in TCP.into_iter().chain(UDP) {
        for wrong in [
            &["127.0.0.1"][..],
            &["7007"],
            &["localhost:7007"],
            &["127.0.0.1:"],
            &["127.0.0.1:65536"],
            &["127.0.0.1:7007x"],
            &["127.0.0.1:-1"],
            &["127.0.0:7007"],
            &["[::1]:7007"],
            &["--help"],
            &[""],
            &["127.0.0.1:0", "127.0.0.1:0"],
        ] {
            let said = complaint(language, example, wrong, 2);
            assert!(said.starts_with("usage: ") && said.ends_with(" [ADDR:PORT]"), "{said}");
        }
    }
    for example in UNIX {
        for wrong in [&[""][..], &["/tmp/a", "/tmp/b"]] {
            let said = complaint(language, example, wrong, 2);
            assert!(said.starts_with("usage: ") && said.ends_with(" [PATH]"), "{said}");
        }
    }
}

fn an_address_that_is_taken(language: Language) {
    let stream = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let datagrams = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let [stream, datagrams] = [stream.local_addr(), datagrams.local_addr()]
        .map(|addr| addr.expect("an address").to_string());
    for (example, addr) in
        TCP.map(|example| (example, &stream)).into_iter().chain([(UDP[0], &datagrams)])
    {
        let said = complaint(language, example, &[addr], 1);
        assert!(said.starts_with("bind: ") && said.ends_with("Address already in use"), "{said}");
    }
}

fn a_path_that_cannot_be(language: Language) {
    let nobody = TempPath::new("nobody");
    let said = complaint(language, "unix_client", &[nobody.as_str()], 1);
    assert!(said.starts_with("connect: ") && said.ends_with("No such file or directory"), "{said}");
    let said = complaint(language, "unix_server", &["/nowhere/socket"], 1);
    assert!(said.starts_with("bind: ") && said.ends_with("No such file or directory"), "{said}");
    for example in UNIX {
        let said = complaint(language, example, &[&"x".repeat(108)], 1);
        assert!(said.starts_with("path: "), "{said}");
    }
}

in_both_languages!(wrong_arguments, an_address_that_is_taken, a_path_that_cannot_be);
