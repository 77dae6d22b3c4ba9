//! The player of the page in a real browser; and its two other formats, read by those who read them.

use super::browser::{browse, escaped_from, windows};
use super::{files, logs, run, scratch, text, tracer};
use crate::support::have;
use enchufe::screen::Lang;
use enchufe::trace::choice::Choice;
use enchufe::trace::draw::player::{Boxes, stops};
use enchufe::trace::layout::lay_out;
use enchufe::trace::model::state::State;
use enchufe::trace::story_of;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Added to each page.
const PROBE: &str = include_str!("player.js");

/// The steps that are looked at, of the conversation with this name.
const STEPS: [(&str, usize); 4] = [("fork", 14), ("fork", 30), ("select", 22), ("c_fork", 17)];

#[test]
fn the_page_steps_forward_and_back_and_says_how_things_stand() {
    if !have("chromium") {
        return;
    }
    let dir = scratch("player");
    let all = logs();
    let mut views = Vec::new();
    for (index, (name, step)) in STEPS.iter().enumerate() {
        let output = run(tracer().args(["--lang", "en", "-o"]).arg(&dir).args(&all[*name]));
        assert!(output.status.success(), "{output:?}");
        let page = files(&dir)[2].replace("</body>", &format!("<script>{PROBE}</script></body>"));
        let page_name = format!("{index}.html");
        fs::write(dir.join(&page_name), page).expect("a file");
        let (width, height) = [(1400, 1500), (1280, 720), (390, 844)][index % 3];
        let story = story_of(&all[*name], &Choice::default(), Lang::En).expect("a story");
        let asked = stops(&story, &lay_out(&story, Lang::En), Lang::En)[step - 1].done;
        views.push(format!("['{page_name}', {width}, {height}, '#step={asked}']"));
    }
    let path = dir.join("windows.html");
    fs::write(&path, windows(&views)).expect("a file");
    let found = escaped_from(&browse(&path, &dir.join("profile")));
    let pages: Vec<_> = found.split("page: ").skip(1).collect();
    assert_eq!(pages.len(), STEPS.len(), "{found}");
    for ((name, step), page) in STEPS.into_iter().zip(pages) {
        let story = story_of(&all[name], &Choice::default(), Lang::En).expect("a story");
        let geometry = lay_out(&story, Lang::En);
        let stops = stops(&story, &geometry, Lang::En);
        let (count, steps) = (stops.len(), story.steps.len());
        let marks = geometry.items.all.len() - geometry.mores.len();
        let line = |what: &str, at: usize| {
            let before = &stops[..at];
            let done = before.iter().filter(|stop| stop.key.starts_with('m')).count();
            // Its number is the step's in the story.
            let at = before[at - 1].done;
            format!("{what}: #step={at} | Step {at} of {steps} | 1 seen | later {}", marks - done)
        };
        for expected in [
            line("asked", step),
            format!(
                "said: Step {} of {steps}: {}\n",
                stops[step - 1].done,
                stops[step - 1].words.replace("  ", " ")
            ),
            line("right", step + 1),
            line("left twice", step - 1),
            line("end", count),
            line("beyond", count),
            line("home", 1),
            format!("before: | {steps} steps"),
            line("buttons", 2),
            line("slider", 5),
            "enter: #step=".into(),
            "wide: false".into(),
            "requests: 0".into(),
        ] {
            let page = page.replace("before:  |", "before: |");
            assert!(page.contains(&expected), "{expected}\n in {name}: {page}");
        }
        assert!(!page.contains("mute: "), "{page}");
        // The boxes say what the model says.
        let boxes = Boxes::of(&story, &geometry);
        let mut state = State::new(&story);
        state.go(stops[step - 1].done);
        let mut expected: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for ((place, row), words) in boxes.show(&story, &state, Lang::En) {
            let is_table = place < boxes.tasks.len();
            let number = if is_table { format!("{row} ") } else { String::new() };
            expected.entry(place).or_default().push(number + &words);
        }
        let told: Vec<_> = page.lines().filter_map(|line| line.strip_prefix("box: ")).collect();
        assert_eq!(told.len(), expected.len(), "{page}");
        for (told, rows) in told.iter().zip(expected.values()) {
            assert!(told.ends_with(&format!(": {}", rows.join("; "))), "{rows:?}\n{told}");
        }
    }
    // And both say what the log says.
    for said in [
        "9 listens on 127.0.0.1:41015; 11 something else; 12 connection with client 2 (127.0.0.1:59554)",
        "client 1 14998: 0 standard input; 1 standard output; 2 standard error; \
         3 connection with server (127.0.0.1:41015); 4 signals; 5 signals",
    ] {
        assert!(found.contains(said), "{said} in\n{found}");
    }
}

#[test]
fn python_reads_the_json_of_every_log() {
    if !have("python3") {
        return;
    }
    for (name, logs) in logs() {
        let output = run(tracer().args(["--lang", "en", "--json"]).args(&logs));
        assert!(output.status.success(), "{output:?}");
        let count = "import collections, json, sys\n\
            objects = [json.loads(line) for line in sys.stdin.buffer.read().splitlines()]\n\
            count = collections.Counter(it['type'] for it in objects)\n\
            sent = sum(it.get('bytes', 0) for it in objects if it.get('topic') == 'send')\n\
            print(count['task'], count['channel'], count['step'], count['arrow'], sent)";
        let told = fed(Command::new("python3").args(["-c", count]), &output.stdout);
        let story = story_of(&logs, &Choice::default(), Lang::En).expect("a story");
        let sent = story.steps.iter().filter(|step| format!("{:?}", step.meaning) == "Send");
        let sent: u64 = sent.filter_map(|step| step.bytes).map(u64::from).sum();
        let [tasks, channels] = [story.tasks.len(), story.channels.len()];
        let [steps, arrows] = [story.steps.len(), story.arrows.len()];
        assert_eq!(told, format!("{tasks} {channels} {steps} {arrows} {sent}\n"), "{name}");
    }
}

#[test]
fn mermaid_reads_the_diagram_of_every_log() {
    let Some(mermaid) = mermaid() else { return };
    let dir = scratch("mermaid");
    let hostile = "end; note: #35; %%{init: {}}%% <script>alert(1)</script> style:x#1; ﬂ°°35¶ß";
    let log = fs::read_to_string(super::sample("fork")).expect("the sample");
    let log = log.replace("Hola soy el cliente 1", hostile);
    fs::write(dir.join("hostile.log"), log).expect("a file");
    let mut all: Vec<_> = logs().into_iter().collect();
    all.push(("hostile".into(), vec![dir.join("hostile.log")]));
    let mut calls = String::new();
    for (name, logs) in all {
        let output = run(tracer().args(["--lang", "es", "--mermaid"]).args(&logs));
        assert!(output.status.success(), "{output:?}");
        calls.push_str(&format!("[{name:?}, {:?}],\n", text(&output.stdout)));
    }
    fs::copy(mermaid, dir.join("mermaid.js")).expect("a copy");
    let page = format!(
        "<!doctype html><meta charset=utf-8><body><script src=mermaid.js></script><script>\n\
         (async () => {{ const found = [];\n\
         for (const [name, text] of [{calls}]) {{\n\
           try {{ const {{ diagramType }} = await mermaid.parse(text); found.push(`read: ${{name}} ${{diagramType}}`); }}\n\
           catch (error) {{ found.push(`wrong: ${{name}} ${{error}}`); }}\n\
           if (name === 'hostile') {{\n\
             const {{ svg }} = await mermaid.render('svg', text);\n\
             found.push('drawn: ' + new DOMParser().parseFromString(svg, 'text/html').body.textContent);\n\
           }} }}\n\
         const pre = document.createElement('pre'); pre.id = 'found'; pre.textContent = found.join('\\n');\n\
         document.body.replaceChildren(pre); }})();</script>"
    ).replace("<script>alert", "<\\u0073cript>alert").replace("alert(1)</script>", "alert(1)<\\/script>");
    fs::write(dir.join("mermaid.html"), page).expect("a file");
    let found = escaped_from(&browse(&dir.join("mermaid.html"), &dir.join("profile")));
    assert_eq!(found.matches("read: ").count(), logs().len() + 1, "{found}");
    // As much as the picture shows of it, to the letter.
    assert!(found.contains("“end; note: #35; %%{ini"), "{found}");
}

/// The script of Mermaid, if npm has it: once for all runs.
fn mermaid() -> Option<std::path::PathBuf> {
    const VERSION: &str = "11.4.1";
    // Not among what scripts/test.sh installs: as a package of Debian it is four hundred.
    let has_npm = Command::new("npm").arg("--version").output().is_ok_and(|it| it.status.success());
    if !has_npm {
        println!("skipped: no npm");
    }
    if !has_npm || !have("chromium") {
        return None;
    }
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mermaid-{VERSION}"));
    let script = dir.join("package/dist/mermaid.min.js");
    if !script.exists() {
        fs::create_dir_all(&dir).expect("a directory");
        let package = format!("mermaid@{VERSION}");
        let mut npm = Command::new("timeout");
        npm.args(["60", "npm", "pack", "--silent", &package]).current_dir(&dir);
        let mut tar = Command::new("tar");
        tar.args(["xzf", &format!("mermaid-{VERSION}.tgz"), "package/dist/mermaid.min.js"]);
        if !run(&mut npm).status.success() || !run(tar.current_dir(&dir)).status.success() {
            println!("SKIPPED: npm has no {package}");
            return None;
        }
    }
    Some(script)
}

/// What a command says of this on its standard input.
fn fed(command: &mut Command, input: &[u8]) -> String {
    use std::io::Write as _;
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    child.stdin.take().expect("a pipe").write_all(input).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{output:?}");
    text(&output.stdout)
}
