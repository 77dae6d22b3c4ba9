//! Property tests: whatever is typed, a program runs, prints its help, or says what is wrong.

use super::{Asked, UsageError};
use crate::properties::config;
use crate::screen::Program;
use crate::{client, server, trace};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const PROGRAMS: [Program; 4] = [Program::Fork, Program::Select, Program::Client, Program::Trace];

/// What comes of these arguments: the text that is printed instead, if one is.
fn parse(program: Program, args: &[String]) -> Result<Option<String>, UsageError> {
    fn text<O>(asked: Asked<O>) -> Option<String> {
        if let Asked::Print(text) = asked { Some(text) } else { None }
    }
    match program {
        Program::Fork | Program::Select => {
            server::options::Options::parse(program, args, false).map(text)
        }
        Program::Client => client::options::Options::parse(args).map(text),
        Program::Trace => trace::options::Options::parse(args).map(text),
    }
}

/// A flag of a program, as it is typed.
fn flag() -> impl Strategy<Value = String> {
    select(PROGRAMS.to_vec()).prop_flat_map(|program| {
        let usage = match program {
            Program::Fork | Program::Select => server::options::usage(program),
            Program::Client => client::options::usage(),
            Program::Trace => trace::options::usage(),
        };
        let typed = usage.flags().flat_map(|flag| {
            let (short, name) = (flag.short, flag.name);
            [format!("--{name}"), format!("--no-{name}"), format!("-{short}")]
        });
        select(typed.collect::<Vec<_>>())
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_command_line_is_a_panic(
        program in select(PROGRAMS.to_vec()),
        words in vec(prop_oneof![
            flag(),
            (flag(), "=?[a-z0-9]{0,5}").prop_map(|(flag, value)| flag + &value),
            "-{0,3}[a-zA-Z-]{0,12}=?",
            "[0-9]{0,7}",
            any::<String>(),
        ], 0..6),
    ) {
        match parse(program, &words) {
            Ok(text) => prop_assert_ne!(text, Some(String::new())),
            // One line, whatever was typed.
            Err(error) => {
                let is_text = |char: char| char == '\t' || !char.is_control();
                prop_assert!(!error.is_empty() && error.chars().all(is_text), "{:?}", error);
            }
        }
    }
}
