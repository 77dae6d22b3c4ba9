//! Property tests: any number on the command line, and clocks that jump.

use super::options::{Options, usage};
use crate::clock::Clock;
use crate::options::{Asked, Kind};
use crate::properties::config;
use crate::protocol::session::{Answered, Rules, Session};
use crate::repr::Text;
use crate::screen::Program;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};
use time::OffsetDateTime;

/// What a flag that takes a number became, as a number.
fn became(options: &Options, flag: &str) -> u64 {
    match flag {
        "port" => options.port.into(),
        "backlog" => options.backlog as u64,
        "max-clients" => options.max_clients as u64,
        "max-per-ip" => options.max_per_ip as u64,
        "silence" => options.rules.session.silence.as_millis() as u64,
        "delay" => options.rules.delay.as_millis() as u64,
        "idle" => options.rules.idle.map_or(0, |idle| idle.as_secs()),
        "keepalive" => options.keepalive.map_or(0, |idle| idle.as_secs()),
        "grace" => options.rules.grace.as_secs(),
        _ => panic!("--{flag}: what does it become?"),
    }
}

fn program() -> impl Strategy<Value = Program> {
    prop_oneof![Just(Program::Fork), Just(Program::Select)]
}

/// A flag with a number, its range, and a value: numbers, what looks like one, and anything.
fn flag_and_value(
    program: Program,
) -> impl Strategy<Value = (&'static str, RangeInclusive<u64>, String)> {
    let usage = usage(program);
    let numbers = usage.flags().filter_map(|flag| match &flag.kind {
        Kind::Number(_, range, _) => Some((flag.name, range.clone())),
        _ => None,
    });
    select(numbers.collect::<Vec<_>>()).prop_flat_map(|(flag, range)| {
        let near = |bound: u64| bound.saturating_sub(2)..=bound + 2;
        let value = prop_oneof![
            near(*range.start()).prop_map(|number| number.to_string()),
            near(*range.end()).prop_map(|number| number.to_string()),
            any::<u64>().prop_map(|number| number.to_string()),
            "[0-9]{0,30}",
            "[-+ ]?[0-9]{1,6}[ .,eEx_kM\n]?[0-9]{0,2}",
            // Digits that are none of ours: Arabic, full-width, superscript.
            "[0-9٣５²]{1,6}",
            any::<String>(),
        ];
        (Just(flag), Just(range), value)
    })
}

/// The number that a value is, if it is a plain decimal one within `range`.
fn number(value: &str, range: RangeInclusive<u64>) -> Option<u64> {
    let plain = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let number = plain.then(|| value.trim_start_matches('0'))?;
    let number = if number.len() > 10 { u64::MAX } else { number.parse().unwrap_or(0) };
    range.contains(&number).then_some(number)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_number_is_taken_as_it_is_or_refused_by_name(
        (program, (flag, range, value)) in program()
            .prop_flat_map(|program| (Just(program), flag_and_value(program))),
    ) {
        let name = format!("--{flag}");
        match (Options::parse(program, &[format!("{name}={value}")], false), number(&value, range)) {
            (Ok(Asked::Run(options)), Some(number)) => {
                prop_assert_eq!(became(&options, flag), number);
            }
            (Err(error), None) => {
                // The value as the terminal may see it.
                let shown = Text(value.as_bytes()).to_string();
                prop_assert!(error.contains(&name) && error.contains(&shown), "{:?}", error);
            }
            (parsed, number) => prop_assert!(false, "{parsed:?}, and it is {number:?}"),
        }
    }

    /// The date and the time are the wall clock's, which may be set back and forth; the seconds are not.
    #[test]
    fn a_wall_clock_set_back_changes_the_date_and_not_the_seconds(
        connected in 1_000_000_000i64..4_000_000_000,
        moves in vec((-7200i64..7200, 0u64..5000), 1..20),
    ) {
        replies_follow_the_clocks(connected, &moves)?;
    }
}

/// One reply after each move: the wall clock is set by so many seconds, and so many milliseconds pass.
fn replies_follow_the_clocks(connected: i64, moves: &[(i64, u64)]) -> Result<(), TestCaseError> {
    let utc = |seconds| OffsetDateTime::from_unix_timestamp(seconds).expect("a date");
    let (mut clock, start) = (Clock::new(), Instant::now());
    clock.set(utc(connected), start);
    let rules = Rules { echo: false, silence: Duration::from_millis(50) };
    let mut session = Session::new(rules, clock.now);
    let (mut wall, mut passed) = (connected, 0);
    for (step, millis) in moves {
        wall += step;
        passed += millis;
        clock.set(utc(wall), start + Duration::from_millis(passed));
        let mut reply = Vec::new();
        let answered = session.answer(&mut &b"Hola\n"[..], &clock.now, &mut reply);
        prop_assert_eq!(answered, Some(Answered::Message(b"Hola\n")));
        // A clock that has seen no other time.
        let mut anew = Clock::new();
        anew.set(utc(wall), start);
        let expected = format!("{} {} secs\n", anew.now.stamp, passed / 1000);
        prop_assert_eq!(String::from_utf8_lossy(&reply), expected);
    }
    Ok(())
}

/// By a second, while the other clock stands still.
#[test]
fn a_wall_clock_set_back_in_no_time_changes_the_date() -> Result<(), TestCaseError> {
    replies_follow_the_clocks(1_795_666_033, &[(2428, 0), (-1, 0)])
}
