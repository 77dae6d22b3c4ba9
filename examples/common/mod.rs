//! What the examples share: the argument, and how a program fails.

use std::env::args_os;
use std::fmt::Display;
use std::process::exit;
use std::str::FromStr;

/// Like `perror` and `exit`: prints which call failed and why; exit code 1.
pub fn die(call: &str, error: impl Display) -> ! {
    eprintln!("{call}: {error}");
    exit(1)
}

/// The one argument, or a default. If it makes no sense, prints the usage; exit code 2.
pub fn argument<T: FromStr>(what: &str, otherwise: &str) -> T {
    let args: Vec<_> = args_os().collect();
    let text = match args.as_slice() {
        [_] => Some(otherwise),
        [_, text] if !text.is_empty() => text.to_str(),
        _ => None,
    };
    text.and_then(|text| text.parse().ok()).unwrap_or_else(|| {
        eprintln!("usage: {} [{what}]", args[0].display());
        exit(2)
    })
}
