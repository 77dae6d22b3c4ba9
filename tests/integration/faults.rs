//! Faults, provoked and survived: clients that reset, flood, do not read or vanish, descriptors, processes
//! and memory that run out, calls that fail, signals at the worst moment, a parent that is killed, a screen
//! that nobody reads, servers that say everything but the reply. Some need strace, prlimit, ss, ip, or 10,500
//! descriptors (`ulimit -Hn`): they say so when they are skipped, and fail instead if `CI` is set. Nothing
//! needs root, except namespaces, and attaching strace to a running process if `kernel.yama.ptrace_scope` is
//! not 0.

mod accept_fails;
mod arrived_then_closing;
mod busy_screen;
mod child_in_the_kernel;
mod child_set_up;
mod client;
mod client_calls_fail;
mod clients_that_never_read;
mod clients_turned_away;
mod descriptors_left_over;
mod endless_wrong_answers;
mod failing_calls_are_named;
mod fairness;
mod few_descriptors;
mod forced_in_a_crowd;
mod fork_fails;
mod gone_in_mid_write;
mod hostile_input;
mod interrupted_script;
mod last_client_leaves;
mod lines_lost;
mod lines_while_asked;
mod listen_queue;
mod many_children_end;
pub(crate) mod namespaces;
mod no_descriptor_for_accept;
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
mod reader_that_stops;
mod replies_in_pieces;
mod reset_before_accept;
mod select_fails;
mod self_connect;
mod self_pipe_fails;
mod server_end;
mod signals_at_the_worst_moment;
mod simple_client;
mod started_again;
mod stopped_child;
mod stopped_meanwhile;
mod stress;
mod swallowed_packets;
mod thousands_of_clients;
pub(crate) mod tools;
mod torn_lines;
mod turned_away_at_the_end;
mod unknown_errno;
mod unreadable_input;
mod vanished_clients;
mod warnings_counted;
mod wrong_stream;
