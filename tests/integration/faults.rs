//! Faults, provoked and survived: clients that reset, flood or do not read, descriptors and
//! processes that run out, signals at the worst moment, a parent that is killed, a screen that nobody reads,
//! servers that say everything but the reply. Some need strace, prlimit, ss, ip, or 10,500 descriptors
//! (`ulimit -Hn`): they say so when they are skipped, and fail instead where `CI` is set. Nothing needs root,
//! but for namespaces, and for attaching strace to a process that runs where `kernel.yama.ptrace_scope` is
//! not 0.

mod arrived_then_closing;
mod busy_screen;
mod child_in_the_kernel;
mod child_set_up;
mod client;
mod client_calls_fail;
mod endless_wrong_answers;
mod fairness;
mod few_descriptors;
mod forced_in_a_crowd;
mod interrupted_script;
mod last_client_leaves;
mod lines_lost;
mod lines_while_asked;
mod listen_queue;
mod namespaces;
mod no_memory;
mod nobody_reads_stdout;
mod noise_for_a_reply;
mod operator;
mod orphans_of_pid_1;
mod output_full;
mod own_server;
mod piped_input_lost;
pub(crate) mod provoke;
mod quit_signal;
mod r01_emfile;
mod r02_fork_fails;
mod r03_limits;
mod r04_sigchld;
mod r05_accept;
mod r06_reset;
mod r07_gone;
mod r08_descriptors;
mod r09_signals;
mod r10_terminal;
mod r11_stubborn;
mod r12_parent;
mod r13_flood;
mod r13_input;
mod r14_hygiene;
mod r15_restart;
mod reader_that_stops;
mod replies_in_pieces;
mod select_fails;
mod self_connect;
mod simple_client;
mod stopped_child;
mod stopped_meanwhile;
mod stress;
mod swallowed_packets;
pub(crate) mod tools;
mod torn_lines;
mod turned_away_at_the_end;
mod unknown_errno;
mod unreadable_input;
mod vanished_clients;
mod warnings_counted;
mod wrong_stream;
