use super::*;

fn options(line: &str) -> ClientOptions {
    let args: Vec<_> = line.split_whitespace().map(String::from).collect();
    match ClientOptions::parse(&args) {
        Ok(Asked::Run(options)) => options,
        other => panic!("{line}: {other:?}"),
    }
}

fn error(lang: &str, args: &[&str]) -> String {
    let args: Vec<_> = ["--lang", lang].iter().chain(args).map(|&arg| arg.into()).collect();
    match ClientOptions::parse(&args) {
        Err(error) => error,
        other => panic!("{args:?}: {other:?}"),
    }
}

#[test]
fn the_default_is_the_interactive_client_of_the_coursework() {
    let options = options("");
    assert_eq!((options.host.as_str(), options.port), ("localhost", 6667));
    assert_eq!(options.mode, Mode::Sockets(1));
    assert!(options.messages.is_empty());
    assert_eq!((options.laps, options.delay), (1, Duration::ZERO));
    assert_eq!(options.timeout, Duration::from_secs(10));
    assert_eq!(options.on_the_wire(b"Hola"), b"Hola\n");
}

#[test]
fn parts_are_two_sockets_on_their_own_port() {
    assert_eq!(options("--parts").port, 10_000);
    let options = options("--parts ::1 6667 --repeat 3");
    assert_eq!((options.host.as_str(), options.port, options.laps), ("::1", 6667, 3));
    assert_eq!(options.messages, PARTS);
    assert_eq!(options.on_the_wire(b"Hola"), b"Hola");
}

#[test]
fn flags_may_come_after_the_address() {
    let options = options("localhost 1234 -m uno -m dos -c 3 --delay 5 --timeout 1 -q");
    assert_eq!(options.messages, ["uno", "dos"]);
    assert_eq!((options.port, options.mode, options.quiet), (1234, Mode::Sockets(3), true));
}

#[test]
fn the_port_may_be_part_of_the_host() {
    for (arguments, host, port) in [
        ("example.org:80", "example.org", 80),
        ("127.0.0.1:10000", "127.0.0.1", 10_000),
        ("[::1]:10000", "::1", 10_000),
        ("[::1]", "::1", 6667),
        ("[::1] 7", "::1", 7),
        ("::1", "::1", 6667),
        ("::1:10000", "::1:10000", 6667),
    ] {
        let options = options(arguments);
        assert_eq!((options.host.as_str(), options.port), (host, port), "{arguments}");
    }
}

#[test]
fn mistakes_are_named() {
    for (args, named) in [
        (&["localhost", "0"][..], "PUERTO: '0'"),
        (&["localhost", "http"], "PUERTO: 'http'"),
        (&["localhost", "1", "dos"], "'dos'"),
        (&["localhost:http"], "PUERTO: 'http'"),
        (&["localhost:"], "PUERTO: ''"),
        (&["[::1]:0"], "PUERTO: '0'"),
        (&["localhost:1", "2"], "'2'"),
        (&[":80"], "SERVIDOR: ''"),
        (&[""], "SERVIDOR: ''"),
        (&["-c", "0"], "--connections: '0'"),
        (&["--repeat", "0", "-m", "a"], "--repeat: '0'"),
        (&["--repeat", "2"], "--repeat necesita --message"),
        (&["--once", "-m", "a", "-m", "b"], "--once lleva un solo --message: sobra 'b'"),
        (&["--once", "-c", "2"], "--connections '2' no se puede usar con --once"),
        (&["--once", "--repeat", "2"], "--repeat '2' no se puede usar con --once"),
        (&["--once", "--parts"], "--once no se puede usar con --parts"),
        (&["--parts", "--raw"], "--raw no se puede usar con --parts"),
        (&["--parts", "-m", "a"], "--message 'a' no se puede usar con --parts"),
        (&["--raw", "-m", ""], "--message: ''"),
    ] {
        let error = error("es", args);
        assert!(error.contains(named), "{error}");
    }
    let error = error("en", &["--once", "-m", "a", "-m", "b"]);
    assert!(error.contains("--once takes one --message: 'b' is one too many"), "{error}");
}
