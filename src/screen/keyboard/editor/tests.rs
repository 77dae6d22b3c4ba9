use super::*;

/// Types this, and gives the line with `|` where the cursor is.
fn after(keys: &str) -> String {
    let mut editor = Editor::default();
    type_on(&mut editor, keys);
    shown(&editor)
}

fn type_on(editor: &mut Editor, keys: &str) -> Vec<Typed> {
    keys.bytes().filter_map(|byte| editor.key(byte)).collect()
}

fn shown(editor: &Editor) -> String {
    let (before, behind) = editor.line().around_cursor();
    format!("{}|{}", String::from_utf8_lossy(before), String::from_utf8_lossy(behind))
}

const LEFT: &str = "\x1b[D";
const RIGHT: &str = "\x1b[C";
const UP: &str = "\x1b[A";
const DOWN: &str = "\x1b[B";

#[test]
fn keys_edit_the_line() {
    for (keys, line) in [
        ("Hola", "Hola|"),
        ("ac\x1b[Db", "ab|c"),
        ("ñ€\x1b[D\x1b[Dx\x1b[C\x1b[Cy", "xñ€y|"),
        ("ñ€x\x1b[D\x1b[D\x1b[3~", "ñ|x"),
        ("ñ€\x1b[D\x7f", "|€"),
        ("abc\x1b[H\x04", "|bc"),
        ("abc\x04", "abc|"),
        ("abc\x01\x06\x0b", "a|"),
        ("abc\x02\x15", "|c"),
        ("uno dos tres\x17\x17", "uno |"),
        ("uno dos  \x17", "uno |"),
        ("uno dos\x02\x17", "uno |s"),
        ("\x1b[D\x7f\x1b[3~\x17\x15\x0b\x1b[A\x1b[B", "|"),
        ("a\tb\x07", "a\tb|"),
    ] {
        assert_eq!(after(keys), line, "{keys:?}");
    }
}

#[test]
fn what_combines_is_one_character() {
    assert_eq!(after(&format!("an\u{303}o{LEFT}{LEFT}")), "a|n\u{303}o");
    assert_eq!(after(&format!("an\u{303}o{LEFT}{LEFT}{RIGHT}")), "an\u{303}|o");
    assert_eq!(after("an\u{303}\x7f"), "a|");
    assert_eq!(after("an\u{303}o\x01\x06\x1b[3~"), "a|o");
}

#[test]
fn bytes_that_are_no_text_stay() {
    let mut editor = Editor::default();
    for byte in *b"\xff\xc3a\xb1\x1b[D\x1b[Cx" {
        editor.key(byte);
    }
    let typed = editor.key(b'\n');
    assert_eq!(typed, Some(Typed::Line(b"\xff\xc3a\xb1x".into())));
}

#[test]
fn lines_are_taken_up_again() {
    let mut editor = Editor::default();
    type_on(&mut editor, "uno\ndos\ndos\n\n");
    for (keys, line) in [
        ("nue", "nue|"),
        (UP, "dos|"),
        (UP, "uno|"),
        (UP, "uno|"),
        ("!", "uno!|"),
        (DOWN, "dos|"),
        (UP, "uno!|"),
        (DOWN, "dos|"),
        (DOWN, "nue|"),
        (DOWN, "nue|"),
        ("vo", "nuevo|"),
        ("\n\x10\x10", "dos|"),
        ("\x10", "uno|"),
    ] {
        type_on(&mut editor, keys);
        assert_eq!(shown(&editor), line, "after {keys:?}");
    }
}

#[test]
fn not_all_lines_are_kept() {
    let mut editor = Editor::default();
    (0..1000).for_each(|line| drop(type_on(&mut editor, &format!("{line}\n"))));
    type_on(&mut editor, &UP.repeat(2000));
    assert_eq!(shown(&editor), "500|");
}

#[test]
fn not_all_of_many_long_lines_is_kept() {
    let mut editor = Editor::default();
    let long = |first| format!("{first}{}", "x".repeat(400_000));
    for first in ["a", "b", "c"] {
        type_on(&mut editor, &format!("{}\n", long(first)));
    }
    type_on(&mut editor, &UP.repeat(3));
    assert_eq!(shown(&editor), format!("{}|", long("b")));
}

#[test]
fn an_answer_is_a_line_of_its_own() {
    let mut editor = Editor::default();
    type_on(&mut editor, &format!("uno\ndos{LEFT}"));
    editor.begin_answer();
    assert_eq!(type_on(&mut editor, &format!("{UP}s\n")), [Typed::Line(b"s".into())]);
    editor.end_answer();
    assert_eq!(shown(&editor), "do|s");
    type_on(&mut editor, &format!("\n{UP}{UP}"));
    assert_eq!(shown(&editor), "uno|");
}
