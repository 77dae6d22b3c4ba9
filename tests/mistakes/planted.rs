//! The programs with mistakes, what provokes each, and what the first finding must say.

use crate::stage::Stage;

/// A program with a mistake in it.
pub(crate) struct Planted {
    /// Its file.
    pub(crate) source: &'static str,
    /// What happens.
    pub(crate) plot: fn(&mut Stage, &str),
    /// The numbers of the mistakes, the first one first.
    pub(crate) mistakes: &'static [usize],
    /// What the first finding says: the call, and words of the reason. `PORT` is the port, `NEXT` the next one,
    /// `SWAPPED` the port with its bytes in the wrong order.
    pub(crate) says: &'static [&'static str],
    /// Whether the logs of the planted program alone prove it.
    pub(crate) alone: bool,
}

const LOCAL: &str = "127.0.0.1";

/// What a client does whose last two messages the server receives together.
const TWO_TOGETHER: &str = "say:two wait say:three say:four read read read";

/// The client sends them while the server works on the one before.
fn two_together(stage: &mut Stage) {
    stage.expect("client", "waiting");
    stage.logged("server", "\"two\"", 1);
    stage.go_on("client");
    stage.expect("client", "four");
    stage.wait_for_ever();
}

pub(crate) const PLANTED: [Planted; 25] = [
    Planted {
        source: "01_port_order.c",
        mistakes: &[1],
        says: &["bind(3, 0.0.0.0:SWAPPED)", "port SWAPPED is PORT, which it was given"],
        alone: true,
        plot: |stage, source| {
            stage.server(stage.program(source));
            stage.client("client", LOCAL, "say:hello\\n read");
            stage.ends("client");
        },
    },
    Planted {
        source: "02_restart.c",
        mistakes: &[2],
        says: &[
            "bind(3, 0.0.0.0:PORT",
            "EADDRINUSE",
            "descriptor 3 has no SO_REUSEADDR",
            "TIME_WAIT",
        ],
        alone: true,
        plot: |stage, source| {
            stage.server(stage.program(source));
            stage.client("client", LOCAL, "read eof");
            stage.ends("client");
            stage.end("server");
            stage.start("server", stage.program(source));
            stage.ends("server");
        },
    },
    Planted {
        source: "03_parent_keeps.c",
        mistakes: &[3],
        says: &[
            "accept(3) = 4",
            "03_parent_keeps) goes back to accept without closing descriptor 4",
            "(talk.py) will not see end of file",
        ],
        alone: true,
        plot: |stage, source| {
            stage.server(stage.program(source));
            for client in ["client", "another"] {
                stage.client(client, LOCAL, "say:hello\\n read half eof");
                stage.expect(client, "read");
            }
            stage.logged("server", "exited with 0", 2);
        },
    },
    Planted {
        source: "04_child_keeps.c",
        mistakes: &[4],
        says: &[
            "fork() = ",
            "04_child_keeps) serves one client and does not close descriptor 3",
            "0.0.0.0:PORT stays in use",
        ],
        alone: true,
        plot: |stage, source| {
            stage.server(stage.program(source));
            stage.client("client", LOCAL, "say:hello\\n read wait say:again\\n read wait");
            stage.expect("client", "waiting");
            stage.end("server");
            stage.go_on("client");
            stage.expect("client", "waiting");
            stage.start("server", stage.program(source));
            stage.ends("server");
        },
    },
    Planted {
        source: "05_no_wait.c",
        mistakes: &[5],
        says: &["05_no_wait) never calls wait or waitpid", " zombies are left, pid "],
        alone: true,
        plot: |stage, source| {
            stage.server(stage.program(source));
            for client in ["client", "another", "a third"] {
                stage.client(client, LOCAL, "say:hello\\n read");
                stage.ends(client);
            }
            stage.logged("server", "exited with 0", 3);
        },
    },
    Planted {
        source: "06_zero.c",
        mistakes: &[6],
        says: &["recv(4) = 0", "06_zero) receives 0 from descriptor 4", "times in a row"],
        alone: true,
        plot: |stage, source| {
            stage.server(stage.program(source));
            stage.client("client", LOCAL, "say:hello\\n read half wait");
            stage.expect("client", "waiting");
            stage.logged("server", "\"\", 256, 0, NULL, NULL) = 0", 8);
        },
    },
    Planted {
        source: "07_short_send.py",
        mistakes: &[7],
        says: &["send(4, ", "of 16777216 bytes, send(4) takes", "is never sent"],
        alone: true,
        plot: |stage, source| {
            stage.server(stage.program(source));
            stage.client("client", LOCAL, "say:GET\\x20picture\\r\\n eof");
            stage.ends("client");
        },
    },
    Planted {
        source: "08_one_message.py",
        mistakes: &[8],
        says: &[
            "recv(4) = ",
            "a single recv(4) of pid",
            "08_one_message.py) joins; it answers once",
        ],
        alone: false,
        plot: |stage, source| {
            stage.server(stage.program(source));
            stage.client("client", LOCAL, &format!("say:one read {TWO_TOGETHER}"));
            two_together(stage);
        },
    },
    Planted {
        source: "09_gone.c",
        mistakes: &[9],
        says: &[
            "write(4, ",
            "talk.py) has closed; write(4) gives EPIPE, and SIGPIPE kills pid",
            "09_gone)",
        ],
        alone: true,
        plot: |stage, source| {
            stage.server(stage.program(source));
            stage.client("client", LOCAL, "read");
            stage.ends("server");
        },
    },
    Planted {
        source: "10_interrupted.c",
        mistakes: &[10],
        says: &[
            "accept(3) = ",
            "SIGCHLD interrupts accept(3), which gives EINTR, and the program ends",
        ],
        alone: true,
        plot: |stage, source| {
            stage.server(stage.program(source));
            stage.client("client", LOCAL, "say:hello\\n read wait");
            stage.expect("client", "waiting");
            // The parent waits for the next client.
            stage.sleeps("server");
            stage.go_on("client");
            stage.ends("server");
        },
    },
    Planted {
        source: "11_many.c",
        mistakes: &[11],
        says: &["select(", "select(1025, …): descriptor 1024 does not fit"],
        alone: true,
        plot: |stage, source| {
            let program = stage.program(source);
            stage.crowd("server", &program, 3..=1022);
            stage.expect("server", "listening");
            stage.client("client", LOCAL, "say:hello\\n read");
            stage.logged("server", "(1025, ", 1);
        },
    },
    Planted {
        source: "12_never_closed.c",
        mistakes: &[12],
        says: &["accept(3) = 4", "12_never_closed) never closes", "descriptors 4, 5"],
        alone: true,
        plot: |stage, source| {
            stage.server(stage.program(source));
            for client in ["client", "another", "a third"] {
                stage.client(client, LOCAL, "say:hello\\n read");
                stage.ends(client);
            }
        },
    },
    Planted {
        source: "13_unread.c",
        mistakes: &[13],
        says: &[
            "close(4)",
            "13_unread) closes descriptor 4 with 21 bytes from ",
            "(talk.py) gets ECONNRESET",
        ],
        alone: false,
        plot: |stage, source| {
            stage.server(stage.program(source));
            stage.client("client", LOCAL, "say:POST\\x20/x\\x20HTTP/1.0\\r\\n\\r\\nhello eof");
            stage.ends("client");
        },
    },
    Planted {
        source: "14_next_door.py",
        mistakes: &[14],
        says: &[
            "connect(3, 127.0.0.1:NEXT",
            "nobody listens there",
            "talk.py) listens on 127.0.0.1:PORT",
        ],
        alone: true,
        plot: |stage, source| {
            stage.service("read say:hello");
            stage.start("guest", stage.program(source));
            stage.ends("guest");
        },
    },
    Planted {
        source: "15_name_first.c",
        mistakes: &[15],
        says: &["recv(5) = ", "15_name_first) stays 1.", "s in recv(5)"],
        alone: true,
        plot: |stage, source| {
            stage.server(stage.program(source));
            stage.client("client", LOCAL, "say:Ann: read wait say:anybody? read half eof");
            stage.expect("client", "waiting");
            stage.client("another", LOCAL, "read wait say:Eve:");
            stage.expect("another", "waiting");
            stage.go_on("client");
            stage.wait_for_ever();
            stage.go_on("another");
            stage.ends("client");
        },
    },
    Planted {
        source: "16_one_set.c",
        mistakes: &[16],
        says: &[
            "select(",
            "16_one_set) waits only for what the previous select left",
            "descriptor 3 is never watched again",
        ],
        alone: true,
        plot: |stage, source| {
            stage.server(stage.program(source));
            stage.client("client", LOCAL, "say:hello\\n read wait say:again\\n read");
            stage.expect("client", "waiting");
            stage.client("another", LOCAL, "say:hello\\n read");
            stage.expect("another", "connected");
            stage.go_on("client");
            stage.ends("client");
            stage.wait_for_ever();
        },
    },
    Planted {
        source: "17_again.py",
        mistakes: &[17],
        says: &["recv(4) = EAGAIN", "17_again.py) calls recv(4) and gets EAGAIN"],
        alone: true,
        plot: |stage, source| {
            stage.server(stage.program(source));
            stage.client("client", LOCAL, "say:hello\\n read pause:0.3 say:bye\\n read");
            stage.ends("client");
        },
    },
    Planted {
        source: "18_no_listen.c",
        mistakes: &[18],
        says: &["accept(3, ", "EINVAL", "no listen(3) has succeeded"],
        alone: true,
        plot: |stage, source| {
            stage.start("server", stage.program(source));
            stage.ends("server");
        },
    },
    Planted {
        source: "19_only_local.py",
        mistakes: &[19],
        says: &[
            "connect(3, 127.0.0.2:PORT",
            "19_only_local.py) listens on that port, but only on 127.0.0.1:PORT",
        ],
        alone: false,
        plot: |stage, source| {
            stage.server(stage.program(source));
            stage.client("client", "127.0.0.2", "say:hello\\n read");
            stage.ends("client");
        },
    },
    Planted {
        source: "20_both_wait.c",
        mistakes: &[20],
        says: &[
            "recv(3, ",
            "20_both_wait) waits for pid",
            "(talk.py) on descriptor 3",
            "on 4: 1.",
            "all that it sent has arrived (14 bytes)",
            "not called shutdown(SHUT_WR)",
        ],
        alone: false,
        plot: |stage, source| {
            stage.service("eof say:42");
            let mut program = stage.program(source);
            program.args(["How", "long", "is", "this?"]);
            stage.start("sender", program);
            stage.logged("service", "this?\"", 1);
            stage.wait_for_ever();
        },
    },
    Planted {
        source: "21_fork_twice_wrong.c",
        mistakes: &[3, 5],
        says: &["accept(3) = 4", "without closing descriptor 4"],
        alone: true,
        plot: |stage, source| {
            stage.server(stage.program(source));
            for client in ["client", "another"] {
                stage.client(client, LOCAL, "say:hello\\n read half eof");
                stage.expect(client, "read");
            }
            stage.logged("server", "exited with 0", 2);
            stage.wait_for_ever();
        },
    },
    Planted {
        source: "22_port_and_listen.c",
        mistakes: &[1, 18],
        says: &["bind(3, 0.0.0.0:SWAPPED)", "port SWAPPED is PORT"],
        alone: true,
        plot: |stage, source| {
            stage.start("server", stage.program(source));
            stage.ends("server");
        },
    },
    Planted {
        source: "23_again_and_message.py",
        mistakes: &[17, 8],
        says: &["recv(4) = EAGAIN", "EAGAIN"],
        alone: false,
        plot: |stage, source| {
            stage.server(stage.program(source));
            stage.client("client", LOCAL, &format!("pause:0.3 say:one read {TWO_TOGETHER}"));
            two_together(stage);
        },
    },
    Planted {
        source: "24_name_and_leak.c",
        mistakes: &[12, 15],
        says: &["accept(3) = 4", "never closes 2 of the 3 sockets"],
        alone: true,
        plot: |stage, source| {
            stage.server(stage.program(source));
            stage.client("client", LOCAL, "say:secret read wait say:anybody? read");
            stage.expect("client", "waiting");
            stage.client("another", LOCAL, "read wait say:secret");
            stage.expect("another", "waiting");
            stage.go_on("client");
            stage.wait_for_ever();
            stage.go_on("another");
            stage.ends("client");
            stage.ends("another");
            stage.client("a third", LOCAL, "say:secret read");
            stage.ends("a third");
        },
    },
    Planted {
        source: "25_local_and_restart.py",
        mistakes: &[19, 2],
        says: &["connect(3, 127.0.0.2:PORT", "but only on 127.0.0.1:PORT"],
        alone: false,
        plot: |stage, source| {
            stage.server(stage.program(source));
            stage.client("client", LOCAL, "read eof");
            stage.ends("client");
            stage.client("another", "127.0.0.2", "read");
            stage.ends("another");
            stage.end("server");
            stage.start("server", stage.program(source));
            stage.ends("server");
        },
    },
];
