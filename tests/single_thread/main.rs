//! `fork` and signals, from the outside. Both belong to the whole process, and cargo's harness runs tests
//! in threads, where `fork` refuses. So this program has one thread, and each check is its child.
#![forbid(unsafe_code)]

mod fork;
mod harness;
mod signals;
mod soundness;
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
        signals:
            select_hears_a_signal_and_it_is_taken_once,
            several_of_a_kind_are_one,
            a_signal_that_is_blocked_is_heard_in_pselect,
            an_ignored_signal_does_nothing,
            an_ignored_hangup_stays_so,
            abort_ends_the_process_all_the_same,
            a_full_pipe_loses_no_signal_and_errno_stays,
            a_signal_is_heard_whichever_thread_it_comes_to;
        soundness:
            dropped_all_is_as_before,
            dropped_what_was_blocked_is_so_again,
            a_catch_that_fails_changes_nothing,
            the_next_hears_nothing_of_the_last,
            a_signal_named_twice_is_put_back,
            faults_are_refused,
            two_threads_catch_and_one_has_them,
            a_late_handler_writes_to_nobody,
            a_child_hears_its_own_signals,
            a_child_notes_its_own_signals,
            a_process_with_the_parents_pid_is_not_the_parent,
            a_child_with_the_pid_of_its_parent_is_not_the_parent,
            noted_in_the_process_that_catches;
    })
}
