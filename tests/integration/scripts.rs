//! The scripts, where there is no Linux: they say so, and nothing else.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

#[test]
fn elsewhere_than_on_linux_one_sentence_says_so() {
    let elsewhere = Path::new(env!("CARGO_TARGET_TMPDIR")).join("elsewhere");
    fs::create_dir_all(&elsewhere).expect("a directory");
    let uname = elsewhere.join("uname");
    fs::write(&uname, "#!/bin/sh\necho Darwin\n").expect("a script");
    fs::set_permissions(&uname, fs::Permissions::from_mode(0o755)).expect("ours");
    let path = format!("{}:{}", elsewhere.display(), std::env::var("PATH").expect("a path"));
    let (spanish, english) = ("necesita Linux, ", "needs Linux, ");
    for (script, args, lang, sentence) in [
        ("demo.sh", &[][..], "es_VE.UTF-8", spanish),
        ("demo.sh", &[], "de_DE.UTF-8", english),
        ("trace.sh", &["fork"], "es_VE.UTF-8", spanish),
        ("trace.sh", &["--log", "a.log"], "C", english),
        ("test.sh", &[], "es_VE.UTF-8", english),
    ] {
        let mut command = Command::new("timeout");
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        command.arg("10").arg(package.join("scripts").join(script)).args(args);
        command.env("PATH", &path).env("LANG", lang).env_remove("LC_ALL").env_remove("LC_MESSAGES");
        let output = command.stdin(Stdio::null()).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{script}: {output:?}");
        assert!(output.stdout.is_empty(), "{script}: {output:?}");
        assert!(said.starts_with(&format!("{script}: {sentence}")), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}
