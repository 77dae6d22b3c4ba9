//! `fork`, from the outside. Cargo's harness runs tests in threads, where `fork` refuses. So this program has
//! one thread, and each check is a child of it.
#![forbid(unsafe_code)]

mod fork;
mod harness;
mod support;

use std::process::ExitCode;

macro_rules! checks {
    ($($module:ident: $($name:ident),+;)+) => {
        &[$($((concat!(stringify!($module), "::", stringify!($name)), $module::$name)),+),+]
    };
}

fn main() -> ExitCode {
    harness::run(checks! {
        fork:
            a_child_ends_with_its_status,
            a_child_has_a_copy_of_the_memory,
            nothing_of_the_parent_runs_at_exit,
            a_child_forks_and_has_threads_of_its_own,
            without_hang_none_has_ended_yet,
            there_is_no_child_to_wait_for,
            a_signal_ends_the_waiting,
            a_signal_ends_the_child,
            several_threads_are_refused,
            it_looks_for_threads_only_once_there_was_another,
            too_many_processes;
    })
}
