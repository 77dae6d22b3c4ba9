//! Programs without a mistake: this package's own, their twins in C, the examples in C.

use crate::stage::Stage;
use crate::support::Program;
use std::process::Command;

/// A program, the line that says that it listens, and what happens.
pub(crate) struct Healthy {
    pub(crate) name: &'static str,
    pub(crate) program: fn(&Stage) -> Command,
    pub(crate) says: &'static str,
    pub(crate) plot: fn(&mut Stage),
}

const LOCAL: &str = "127.0.0.1";

pub(crate) const HEALTHY: [Healthy; 9] = [
    Healthy {
        name: "enchufe-fork",
        program: |stage| own(Program::Fork, stage),
        says: "escuchando",
        plot: |stage| {
            all_of_ours(stage);
            clients(stage);
        },
    },
    Healthy {
        name: "enchufe-select",
        program: |stage| own(Program::Select, stage),
        says: "escuchando",
        plot: |stage| {
            all_of_ours(stage);
            clients(stage);
        },
    },
    Healthy {
        name: "twin-fork",
        program: |stage| stage.program("../c/fork_server.c"),
        says: "escuchando",
        plot: clients,
    },
    Healthy {
        name: "twin-select",
        program: |stage| stage.program("../c/select_server.c"),
        says: "escuchando",
        plot: clients,
    },
    Healthy {
        name: "twin-epoll",
        program: |stage| stage.program("../c/epoll_server.c"),
        says: "escuchando",
        plot: clients,
    },
    Healthy {
        name: "echo",
        program: |stage| example("echo", stage),
        says: "listening",
        plot: one_by_one,
    },
    Healthy {
        name: "fork",
        program: |stage| example("fork", stage),
        says: "listening",
        plot: clients,
    },
    Healthy {
        name: "poll",
        program: |stage| example("poll", stage),
        says: "listening",
        plot: clients,
    },
    Healthy {
        name: "select",
        program: |stage| example("select", stage),
        says: "listening",
        plot: clients,
    },
];

fn own(program: Program, stage: &Stage) -> Command {
    program.command(&["--port", &stage.port.to_string()])
}

fn example(name: &str, stage: &Stage) -> Command {
    let compiled = stage.program(&format!("../../examples/{name}.c"));
    let mut command = Command::new(compiled.get_program());
    command.arg(format!("{LOCAL}:{}", stage.port));
    command
}

/// Our client in each of its modes.
fn all_of_ours(stage: &mut Stage) {
    let port = stage.port.to_string();
    let ways: [&[&str]; 4] = [
        &["-m", "Hola", "-m", "Hola"],
        &["-c", "3", "-m", "Hola"],
        &["--once", "-m", "Hola"],
        &["--parts"],
    ];
    for way in ways {
        let mut command = Program::Client.command(&[LOCAL, &port]);
        command.args(way);
        stage.start("ours", command);
        stage.ends("ours");
    }
}

fn one_by_one(stage: &mut Stage) {
    for client in ["client", "another"] {
        stage.client(client, LOCAL, "say:hello\\n read say:again\\n read half eof");
        stage.ends(client);
    }
}

/// Some that come and go, one that is silent for a while, and one that stays until the end.
fn clients(stage: &mut Stage) {
    stage.client("another", LOCAL, "say:hello\\n read wait say:again\\n read");
    stage.expect("another", "waiting");
    one_by_one(stage);
    stage.client("a third", LOCAL, "say:hello\\n read wait");
    stage.expect("a third", "waiting");
    stage.wait_for_ever();
}
