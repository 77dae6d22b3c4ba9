//! Black-box tests: the real programs, over real sockets, pipes and terminals.

// Starts programs on free ports; deadlines; kills what is left.
#[macro_use]
mod support;

// Bytes: greeting, messages, replies, reserved words, limits, echo, other clients.
mod wire;
// The command line: addresses, room, waits, screens, wrong usage.
mod options;
// A server's screen: events, the table, what must never be printed.
mod journal;
// Ctrl-C and the question, signals, the grace period, nothing left behind.
mod leaving;
// The client: interactive, scripted, the coursework's demonstrations, failures.
mod client;
// Behind a load balancer: the PROXY protocol, HAProxy, nginx.
mod proxy;
// Faults: descriptors, processes, signals and clients at their worst.
mod faults;
// The benchmark's pictures and its page say the same.
mod figures;
// Passed sockets, notifications of the supervisor, restarts that no client notices.
mod supervisor;
// The same system calls as the C twins.
mod twins;
// The examples, beside their twins in C.
mod examples;
// strace logs made into a story, a picture and a page.
mod trace_picture;
// A command run under strace, and the story of everything that ran.
mod trace_run;
// The conversation on the terminal while it goes on.
mod trace_live;
// The scripts: what they say, where they find things, how they end.
mod scripts;
// docs/deploy, given to HAProxy, nginx and systemd.
mod deploy;
// The pages: links, both languages, flags, examples.
mod docs;
// docs/labs, done as a student does them.
mod labs;
// A run that is killed leaves nothing behind.
mod killed_run;
// The man pages, as they are shown.
mod man;
// The completions, in bash and zsh.
mod completions;
