//! As much of Markdown as the pages use.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The top of the repository.
pub(super) fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(super) struct Page {
    /// Relative to the top.
    pub(super) path: PathBuf,
    text: String,
}

/// A block of code.
pub(super) struct Block {
    pub(super) lang: String,
    pub(super) code: String,
    /// The comments right before it.
    pub(super) said: Vec<String>,
    /// The last link before it to a file in its language.
    pub(super) quotes: Option<String>,
    /// Where it is, for messages.
    pub(super) at: String,
}

impl Block {
    /// The text of a comment after this word.
    pub(super) fn says(&self, what: &str) -> Option<&str> {
        self.said.iter().find_map(|said| said.strip_prefix(what)).map(str::trim)
    }

    /// Its commands, without comments.
    pub(super) fn commands(&self) -> Vec<&str> {
        let lines = self.code.lines().map(|line| match line.find(" #") {
            Some(at) => line[..at].trim(),
            None => line.trim(),
        });
        lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
    }
}

impl Page {
    pub(super) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(top().join(path)).expect("a page");
        Self { path: path.to_owned(), text }
    }

    /// Every page of the repository.
    pub(super) fn all() -> Vec<Self> {
        let mut found = Vec::new();
        find(Path::new(""), &mut found);
        found.sort();
        assert!(found.contains(&PathBuf::from("README.md")), "{found:?}");
        found.iter().map(|path| Self::read(path)).collect()
    }

    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    pub(super) fn is_spanish(&self) -> bool {
        self.name().ends_with(".es.md")
    }

    /// The headings: how deep, and the text.
    pub(super) fn headings(&self) -> Vec<(usize, String)> {
        let prose = self.prose();
        let headings = prose.lines().filter_map(|line| {
            let (signs, text) = line.split_once(' ')?;
            let is_one = !signs.is_empty() && signs.bytes().all(|byte| byte == b'#');
            is_one.then(|| (signs.len(), text.trim().to_owned()))
        });
        headings.collect()
    }

    /// The anchors of the headings, as GitHub makes them.
    pub(super) fn anchors(&self) -> BTreeSet<String> {
        let mut anchors = BTreeSet::new();
        for (_, heading) in self.headings() {
            let kept = |char: &char| char.is_alphanumeric() || " -_".contains(*char);
            let lower = heading.to_lowercase();
            let anchor: String = lower.chars().filter(kept).collect::<String>().replace(' ', "-");
            let taken = anchors.contains(&anchor);
            let again = (1..).map(|n| format!("{anchor}-{n}")).find(|it| !anchors.contains(it));
            anchors.insert(if taken { again.expect("a number") } else { anchor });
        }
        anchors
    }

    /// Where links and pictures lead, in order.
    pub(super) fn links(&self) -> Vec<String> {
        let prose = without_code(&self.prose());
        let mut found = Vec::new();
        for (at, _) in prose.match_indices(['(', '=']) {
            let (before, after) = (&prose[..at], &prose[at + 1..]);
            let end = if before.ends_with(']') {
                after.find(')')
            } else if before.ends_with("href") || before.ends_with("src") {
                after[1..].find('"').map(|at| at + 1)
            } else {
                None
            };
            let link = end.map(|end| after[..end].trim_start_matches('"').to_owned());
            found.extend(link.filter(|link| !link.is_empty()));
        }
        found
    }

    /// The code within the text.
    pub(super) fn spans(&self) -> Vec<String> {
        let prose = self.prose();
        prose.split('`').skip(1).step_by(2).map(|span| span.replace('\n', " ")).collect()
    }

    /// How many rows its tables have.
    pub(super) fn rows(&self) -> usize {
        self.prose().lines().filter(|line| line.starts_with('|')).count()
    }

    pub(super) fn blocks(&self) -> Vec<Block> {
        let (mut blocks, mut said, mut links) = (Vec::new(), Vec::new(), Vec::<String>::new());
        let mut lines = self.text.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            let comment = line.strip_prefix("<!-- ").and_then(|line| line.strip_suffix(" -->"));
            if let Some(comment) = comment {
                said.push(comment.to_owned());
            } else if let Some(lang) = line.strip_prefix("```") {
                let code = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
                let code = code.map(|line| format!("{line}\n")).collect();
                let ending = if lang == "rust" { ".rs" } else { ".c" };
                let quotes = links.iter().rfind(|link| link.ends_with(ending)).cloned();
                let said = std::mem::take(&mut said);
                let at = format!("{}:{}", self.name(), number + 1);
                blocks.push(Block { lang: lang.to_owned(), code, said, quotes, at });
            } else {
                said.clear();
                let line = Self { path: PathBuf::new(), text: line.to_owned() };
                links.extend(line.links());
            }
        }
        blocks
    }

    /// Everything except the blocks and the comments.
    fn prose(&self) -> String {
        let mut prose = String::new();
        let mut is_prose = true;
        for line in self.text.lines() {
            if line.starts_with("```") {
                is_prose = !is_prose;
            } else if is_prose && !line.starts_with("<!--") {
                prose.extend([line, "\n"]);
            }
        }
        assert!(is_prose, "{}: a block without end", self.name());
        prose
    }
}

fn without_code(text: &str) -> String {
    // The text between two of them is code.
    text.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

fn find(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(top().join(dir)).expect("a directory") {
        let entry = entry.expect("an entry");
        let name = entry.file_name();
        let path = dir.join(&name);
        let is_hidden = name.to_string_lossy().starts_with('.') || path == Path::new("target");
        let kind = entry.file_type().expect("a type");
        if kind.is_dir() && !is_hidden {
            find(&path, found);
        } else if kind.is_file() && path.extension().is_some_and(|it| it == "md") {
            found.push(path);
        }
    }
}
