//! The connection by itself: any split, any timing, closed at any point, a peer that reads or does
//! not.

use super::*;
use crate::clock::Clock;
use crate::properties::config;
use proptest::collection::vec;
use proptest::prelude::*;

/// A connection, its peer, and all that either has got.
struct Talk<'r> {
    connection: ServerConnection<'r>,
    now: Now,
    /// What the peer has been sent.
    got: Vec<u8>,
    messages: Vec<Vec<u8>>,
    replies: Vec<u8>,
    /// The other events, in order.
    events: Vec<&'static str>,
}

fn rules(delay: u64, echo: bool) -> ConnectionRules {
    ConnectionRules {
        session: session::SessionRules { echo, silence: Duration::from_millis(50) },
        greeting: false,
        delay: Duration::from_millis(delay),
        idle: None,
        grace: Duration::from_secs(5),
    }
}

impl<'r> Talk<'r> {
    fn new(rules: &'r ConnectionRules) -> Self {
        let now = Clock::new().now;
        let (got, messages, replies) = Default::default();
        Self {
            connection: ServerConnection::new(rules, now, now.monotonic),
            now,
            got,
            messages,
            replies,
            events: vec![],
        }
    }

    fn on(&mut self, input: Input<'_>) {
        let Self { connection, now, messages, replies, events, .. } = self;
        connection.on(input, now, &mut |event| match event {
            ConnectionEvent::Message(bytes) => messages.push(bytes.to_vec()),
            ConnectionEvent::Reply(bytes) | ConnectionEvent::Farewell(bytes) => {
                replies.extend_from_slice(bytes)
            }
            ConnectionEvent::Drained => {}
            ConnectionEvent::EndOfFile => events.push("end of file"),
            ConnectionEvent::Lost(_) => events.push("lost"),
            ConnectionEvent::Idle => events.push("idle"),
            ConnectionEvent::TooLong => events.push("too long"),
            ConnectionEvent::NoMemory => events.push("no memory"),
            ConnectionEvent::Closing => events.push("closing"),
        });
        if self.connection.looks_again() {
            self.on(Input::Nothing);
        }
    }

    /// The peer reads up to `most` bytes of what it is sent.
    fn read(&mut self, most: usize) {
        let count = most.min(self.connection.ready().len());
        if count > 0 {
            self.got.extend_from_slice(&self.connection.ready()[..count]);
            self.on(Input::Sent(count));
        }
    }

    fn read_all(&mut self) {
        while !self.connection.ready().is_empty() {
            self.read(usize::MAX);
        }
    }

    /// Lets time pass, waking the connection at each deadline. The deadline must move.
    fn pass(&mut self, millis: u64) {
        let end = self.now.monotonic + Duration::from_millis(millis);
        while let Some(due) = self.connection.deadline().filter(|&due| due <= end) {
            assert!(!self.connection.is_closed());
            self.now.monotonic = self.now.monotonic.max(due);
            self.on(Input::Time);
            let next = self.connection.deadline();
            let over = self.connection.is_closed() || next.is_none_or(|next| next > due);
            assert!(over, "woken at {due:?}, it wants to be woken at {next:?}");
            if self.connection.is_closed() {
                break;
            }
        }
        self.now.monotonic = end;
    }

    fn is_open_to_input(&self) -> bool {
        !self.connection.is_closed() && self.connection.wants().read
    }
}

/// How many complete lines these bytes have.
fn lines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte == b'\n').count()
}

/// What happens, in any order.
#[derive(Clone, Debug)]
enum Move {
    Send(String),
    Read(usize),
    Pass(u64),
}

fn steps() -> impl Strategy<Value = Vec<Move>> {
    let step = prop_oneof![
        3 => "[a-z\n]{1,30}".prop_map(Move::Send),
        2 => (0..60usize).prop_map(Move::Read),
        1 => (0..200u64).prop_map(Move::Pass),
    ];
    // The first line end comes at once, so that silence ends no message.
    vec(step, 0..40).prop_map(|mut steps| {
        steps.insert(0, Move::Send("\n".into()));
        steps
    })
}

fn play(talk: &mut Talk<'_>, steps: &[Move]) -> Vec<u8> {
    let mut sent = Vec::new();
    for step in steps {
        match step {
            Move::Send(text) if talk.is_open_to_input() => {
                sent.extend_from_slice(text.as_bytes());
                talk.on(Input::Received(text.as_bytes()));
            }
            Move::Send(_) => {}
            Move::Read(most) => talk.read(*most),
            Move::Pass(millis) => talk.pass(*millis),
        }
    }
    sent
}

proptest! {
    #![proptest_config(config())]

    /// Every message is reported and answered, once and in order, whatever the split, the timing, the
    /// delay and the peer's reading; what is reported as sent is what is sent.
    #[test]
    fn every_message_is_answered(steps in steps(), delay in 0..100u64) {
        let rules = rules(delay, false);
        let mut talk = Talk::new(&rules);
        let sent = play(&mut talk, &steps);
        talk.on(Input::EndOfFile);
        while !talk.connection.is_closed() {
            talk.read_all();
            talk.pass(100);
        }
        let whole = lines(&sent) + usize::from(!sent.ends_with(b"\n"));
        prop_assert_eq!(talk.messages.len(), whole);
        prop_assert_eq!(talk.messages.concat(), sent);
        prop_assert_eq!(String::from_utf8_lossy(&talk.got).matches(" secs").count(), whole);
        prop_assert_eq!(&talk.got, &talk.replies);
        prop_assert_eq!(talk.events, ["end of file"]);
    }

    /// Closed at any point, with bytes that have arrived and not been received: all of them are
    /// answered, and the notice comes last.
    #[test]
    fn closing_answers_what_had_arrived(
        steps in steps(), delay in 0..100u64, arrived in "[a-z\n]{0,200}", cut in 1..50usize,
    ) {
        let rules = rules(delay, false);
        let mut talk = Talk::new(&rules);
        let sent = play(&mut talk, &steps);
        talk.on(Input::Close(arrived.len()));
        for piece in arrived.as_bytes().chunks(cut) {
            talk.on(Input::Received(piece));
            talk.read(3);
        }
        talk.read_all();
        // What comes later is discarded.
        talk.on(Input::Received(b"tarde\n"));
        talk.read_all();
        let got = String::from_utf8_lossy(&talk.got).into_owned();
        let answered = lines(&[&sent, arrived.as_bytes()].concat());
        prop_assert_eq!(talk.messages.len(), answered);
        prop_assert_eq!(got.matches(" secs").count(), answered + 1);
        let last = got.lines().last().unwrap_or_default();
        prop_assert!(last.starts_with("Servidor: cerrando, "), "{}", got);
        prop_assert!(talk.connection.take_half_close());
        prop_assert_eq!(&talk.events, &["closing"]);
        talk.on(Input::EndOfFile);
        prop_assert!(talk.connection.is_closed());
    }

    /// However the connection is lost, what had arrived is a message: reported, but not answered.
    #[test]
    fn a_lost_connection_loses_no_message(
        steps in steps(), arrived in "[a-z\n]{0,200}", cut in 1..50usize, sending in any::<bool>(),
    ) {
        let rules = rules(0, false);
        let mut talk = Talk::new(&rules);
        let sent = play(&mut talk, &steps);
        if sending {
            talk.on(Input::Unsendable(Errno::EPIPE, arrived.len()));
        }
        for piece in arrived.as_bytes().chunks(cut) {
            talk.on(Input::Received(piece));
        }
        if !talk.connection.is_closed() {
            talk.on(Input::Broken(Errno::ECONNRESET));
        }
        prop_assert!(talk.connection.is_closed());
        prop_assert_eq!(talk.messages.concat(), [&sent, arrived.as_bytes()].concat());
        prop_assert_eq!(talk.events, ["lost"]);
    }

    /// Nothing is read from a client that does not read its replies, so its queue is bounded; once it
    /// reads again, everything is answered.
    #[test]
    fn a_peer_that_does_not_read_is_not_read_from(delay in 0..2u64, echo in any::<bool>()) {
        let rules = rules(delay * 1_000_000, echo);
        let mut talk = Talk::new(&rules);
        let (flood, mut taken) = ([b'\n'; 4096], 0);
        while talk.is_open_to_input() && taken < 1 << 20 {
            talk.on(Input::Received(&flood));
            taken += flood.len();
        }
        prop_assert!(taken < 1 << 20);
        let longest = if echo { 1 } else { "01/01/2026 00:00:00 0 secs\n".len() };
        prop_assert!(talk.connection.outbox.len() <= CAP + flood.len() * longest);
        talk.on(Input::Close(0));
        talk.read_all();
        prop_assert_eq!(lines(&talk.got), taken + 1);
    }

    /// Bytes without a newline are a message after the silence, and such a message is answered before
    /// its client can count as idle.
    #[test]
    fn silence_and_idleness(texts in vec("[a-z]{1,9}", 1..5), idle in 51..500u64) {
        let mut rules = rules(0, false);
        rules.idle = Some(Duration::from_millis(idle));
        let mut talk = Talk::new(&rules);
        for text in &texts {
            talk.on(Input::Received(text.as_bytes()));
            talk.pass(50);
            talk.read_all();
        }
        let expected: Vec<_> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
        prop_assert_eq!(&talk.messages, &expected);
        talk.pass(idle);
        prop_assert_eq!(&talk.events, &["idle"]);
        talk.read_all();
        prop_assert!(talk.got.ends_with(b"Servidor: inactividad, 0 secs\n"));
    }
}

#[test]
fn a_silence_longer_than_the_idle_limit_still_ends_a_message() {
    let mut rules = rules(0, false);
    rules.idle = Some(Duration::from_millis(20));
    let mut talk = Talk::new(&rules);
    talk.on(Input::Received(b"Hola"));
    talk.pass(49);
    assert!(talk.events.is_empty());
    talk.pass(1);
    talk.read_all();
    assert_eq!((talk.messages, talk.events), (vec![b"Hola".to_vec()], vec!["idle"]));
    assert!(talk.got.starts_with(&talk.replies));
    assert!(talk.got.ends_with(b" secsServidor: inactividad, 0 secs\n"));
}

#[test]
fn the_reply_to_salir_is_the_last() {
    let rules = rules(0, false);
    let mut talk = Talk::new(&rules);
    talk.on(Input::Received(b"SALIR\nHola\n"));
    talk.read_all();
    assert_eq!((talk.messages.len(), talk.got.as_slice()), (1, &b"0 secs\n"[..]));
    // The client closes first; if it does not, the server does, after a second.
    assert!(!talk.connection.take_half_close());
    talk.pass(999);
    assert!(!talk.connection.is_closed());
    talk.pass(1);
    assert!(talk.connection.is_closed());
}

#[test]
fn a_message_that_is_too_long_is_the_last() {
    let rules = rules(0, false);
    let mut talk = Talk::new(&rules);
    talk.on(Input::Received(&[b'x'; 70_000]));
    talk.read_all();
    assert!(talk.got.starts_with("Servidor: mensaje demasiado largo".as_bytes()));
    assert_eq!(talk.events, ["too long"]);
    assert!(talk.connection.take_half_close());
    talk.pass(500);
    assert!(talk.connection.is_closed());
}

#[test]
fn a_refused_client_gets_its_notice_and_nothing_else() {
    let mut rules = rules(0, false);
    rules.greeting = true;
    let mut talk = Talk::new(&rules);
    talk.connection = ServerConnection::refused(&rules, Notice::Full(3), talk.now);
    talk.on(Input::Received(b"Hola\n"));
    talk.read_all();
    assert_eq!(talk.got, b"Servidor: completo, 3 clientes\n");
    assert!(talk.messages.is_empty());
}
