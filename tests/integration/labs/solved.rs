//! Each lab, done as its page says: before the end `check.sh` says what is missing; at the end the lab is solved.

use super::LABS;
use super::student::{PROMPT, Student};
use crate::faults::namespaces::in_its_own_network;
use crate::support::have;
use std::fs;
use std::process::Command;

/// Does a lab where the pages' ports are free, if what it needs is installed.
fn on_a_machine_of_its_own(lab: impl FnOnce() + Send + 'static) {
    if ["strace", "ss", "nstat", "nc", "python3", "cc"].into_iter().all(have) {
        in_its_own_network(lab);
    }
}

/// Asserts that the lab is not solved, for these reasons.
fn assert_missing(student: &Student, lang: &str, args: &[&str], sentences: &[&str]) {
    let (code, said) = student.check(lang, args);
    assert_eq!(code, 1, "{said}");
    let missing = if lang == "es" { "✗ todavía no: " } else { "✗ not yet: " };
    let told: Vec<_> = said.lines().filter_map(|line| line.trim().strip_prefix(missing)).collect();
    assert_eq!(told.len(), sentences.len(), "{said}");
    for (told, sentence) in told.iter().zip(sentences) {
        assert!(told.contains(sentence), "{told}, not {sentence}");
    }
}

fn assert_solved(student: &Student, args: &[&str]) {
    for (lang, word) in [("es", "resuelta"), ("en", "solved")] {
        let (code, said) = student.check(lang, args);
        assert_eq!(code, 0, "{said}");
        assert!(said.ends_with(&format!("{word}.\n")) && !said.contains('✗'), "{said}");
    }
}

#[test]
fn what_cannot_be_checked() {
    if !have("strace") {
        return;
    }
    let student = Student::of("nothing", LABS[0], &[]);
    fs::create_dir(student.dir().join("-q")).expect("a directory");
    for (args, en, es) in [
        (&["1"][..], "usage: ", "uso: "),
        (&["6", "."], "there is no lab 6", "no hay práctica 6"),
        (&["1", "none"], "record first, with enchufe-trace -o none -- ", "grabe primero"),
        (&["1", "."], "nothing is recorded in .", "no hay nada grabado en ."),
        // It is not an option.
        (&["1", "-q"], "read ./-q: no *.strace", "read ./-q: no hay ningún *.strace"),
    ] {
        for (lang, sentence) in [("en", en), ("es", es)] {
            let (code, said) = student.check(lang, args);
            assert_eq!(code, 2, "{said}");
            assert!(said.contains(sentence), "{said}");
        }
    }
}

/// One child is stopped, and the other one answers within the same second.
const ANSWERED: &str = r#"
100 10:00:00.100000 listen(3<TCP:[127.0.0.1:6667]>, 5) = 0 <0.000010>
100 10:00:00.110000 accept4(3<TCP:[127.0.0.1:6667]>, NULL, NULL, 0) = 4<TCP:[127.0.0.1:6667->127.0.0.1:5001]> <0.000010>
100 10:00:00.120000 clone(child_stack=NULL, flags=SIGCHLD) = 101 <0.000010>
100 10:00:00.130000 accept4(3<TCP:[127.0.0.1:6667]>, NULL, NULL, 0) = 5<TCP:[127.0.0.1:6667->127.0.0.1:5002]> <0.000010>
100 10:00:00.140000 clone(child_stack=NULL, flags=SIGCHLD) = 102 <0.000010>
101 10:00:00.200000 --- SIGSTOP {si_signo=SIGSTOP, si_code=SI_USER, si_pid=1, si_uid=0} ---
102 10:00:00.900000 recvfrom(5<TCP:[127.0.0.1:6667->127.0.0.1:5002]>, "Hola\n", 4096, 0, NULL, NULL) = 5 <0.000010>
102 10:00:00.910000 sendto(5<TCP:[127.0.0.1:6667->127.0.0.1:5002]>, "0 secs\n", 7, 0, NULL, 0) = 7 <0.000010>
"#;

/// Where the system has the locale, or can make it.
#[test]
fn a_locale_with_a_decimal_comma() {
    if !["localedef", "awk"].into_iter().all(have) {
        return;
    }
    let student = Student::of("comma", LABS[1], &[]);
    let locales = student.dir().join("locales");
    fs::create_dir_all(&locales).expect("a directory");
    let made = Command::new("localedef")
        .args(["-i", "es_ES", "-f", "UTF-8"])
        .arg(locales.join("es_ES.UTF-8"))
        .output();
    if !made.expect("it runs").status.success() {
        return println!("skipped: no es_ES to make a locale of");
    }
    fs::write(student.dir().join("enchufe-fork.strace"), ANSWERED.trim_start()).expect("a log");
    let env = [("LOCPATH", locales.to_str().expect("UTF-8")), ("LC_ALL", "es_ES.UTF-8")];
    let (code, said) = student.check_in(&env, "es", &["2", "."]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("✓ mientras, otro cliente recibe su respuesta"), "{said}");
}

#[test]
fn find_the_wait() {
    on_a_machine_of_its_own(|| {
        let answers = &[
            ("enchufe-fork", " ('127.0.0.1', 6667)"),
            ("enchufe-select", " ('127.0.0.1', 10000)"),
            ("enchufe-client", "SALIR'"),
            ("Hola", " secs"),
            ("--live", "▒"),
        ];
        let mut student = Student::of("1", LABS[0], answers);
        student.until("# q");
        student.sees_asleep(4, 5);
        student.until("enchufe-select");
        let all = ["enchufe-select, sleeps"];
        assert_missing(&student, "en", &["1", "lab1-fork"], &all);
        student.until("# q");
        student.sees_asleep(4, 3);
        student.finish();
        let all = ["enchufe-fork duerme", "dos hijos duermen"];
        assert_missing(&student, "es", &["1", "lab1-select"], &all);
        assert_solved(&student, &["1", "lab1-fork", "lab1-select"]);
    });
}

#[test]
fn break_the_server() {
    on_a_machine_of_its_own(|| {
        let answers = &[
            ("-- enchufe-fork", " ('127.0.0.1', 6667)"),
            ("-- enchufe-client", "SALIR'"),
            ("Hola", " secs"),
        ];
        let mut student = Student::of("2", LABS[1], answers);
        student.until("-STOP");
        let all = [
            "is stopped",
            "another client",
            "the parent reaps it",
            "the parent is",
            "left without",
            "continued",
        ];
        assert_missing(&student, "en", &["2", "lab2"], &all);
        student.until("Hola");
        student.next("Hola", "enviando b'Hola");
        student.until("CHILD2");
        let all = ["lo recoge", "el padre muere", "se queda sin padre", "cuando continúa"];
        assert_missing(&student, "es", &["2", "lab2"], &all);
        student.until("ss -ltnp");
        // The server has reaped it.
        student.expect(1, "SIGKILL");
        student.until("CHILD1");
        student.expect(4, "Servidor: cerrando, ");
        student.until("./check.sh");
        student.expect(2, "Servidor: cerrando, ");
        assert_missing(
            &student,
            "en",
            &["3", "lab2"],
            &["queue is short", "server is stopped", "", "", "", "", ""],
        );
        assert_solved(&student, &["2", "lab2"]);
        student.finish();
    });
}

#[test]
fn the_listen_queue() {
    on_a_machine_of_its_own(|| {
        let answers =
            &[("-- enchufe-select", " ('127.0.0.1', 10000)"), ("--timeout 60", "puerto 10000")];
        let mut student = Student::of("3", LABS[2], answers);
        student.until("--timeout 60");
        // They have sent it, though nobody has accepted them.
        student.next("--timeout 60", "enviando b'Hola");
        student.next("--timeout 60", "enviando b'Hola");
        student.until("-CONT");
        let all = ["tarda un segundo", "los acepta a todos"];
        assert_missing(&student, "es", &["3", "lab3"], &all);
        student.next("-CONT", PROMPT);
        student.expect(5, "cerrando socket");
        student.until("./check.sh");
        assert_solved(&student, &["3", "lab3"]);
        student.finish();
    });
}

#[test]
fn a_message_in_two_pieces() {
    on_a_machine_of_its_own(|| {
        let answers = &[
            ("-- enchufe-select", " ('127.0.0.1', 10000)"),
            ("_server.py 7000", "listening on port"),
        ];
        let mut student = Student::of("4", LABS[3], answers);
        student.until("./check.sh 4 lab4-naive");
        let all = ["each message has one reply", "--check finds no mistake"];
        assert_missing(&student, "en", &["4", "lab4-naive"], &all);
        assert!(student.check("en", &["4", "lab4-naive"]).1.contains("mistake 8"));
        let all = ["el servidor es el suyo"];
        assert_missing(&student, "es", &["4", "lab4-enchufe"], &all);
        student.until("./my_server.py 7000");
        student.has_written("my_server.py");
        student.finish();
        assert_solved(&student, &["4", "lab4"]);
    });
}

#[test]
fn from_fork_to_select_in_c() {
    on_a_machine_of_its_own(|| {
        from_fork_to_select(Student::of("5c", LABS[4], FROM_FORK), "select_server.c")
    });
}

#[test]
fn from_fork_to_select_in_python() {
    on_a_machine_of_its_own(|| {
        let mut student = Student::of("5python", LABS[4], FROM_FORK);
        student.replace("_server 7000", "_server.py 7000");
        student.replace("cp fork_server.c select_server.c", "cp fork_server.py select_server.py");
        from_fork_to_select(student, "select_server.py");
    });
}

const FROM_FORK: &[(&str, &str)] = &[
    ("server 7000", "listening on port"),
    ("server.py 7000", "listening on port"),
    ("nc -vN", "succeeded!"),
    ("Hola", "\r\nHola"),
];

fn from_fork_to_select(mut student: Student, written: &str) {
    student.until("cp fork_server");
    let all = ["without fork", "waits for two clients", "the same process answers one client"];
    assert_missing(&student, "en", &["5", "lab5-fork"], &all);
    student.until("cc -Wall -o select_server");
    student.has_written(written);
    student.finish();
    assert_solved(&student, &["5", "lab5"]);
}
