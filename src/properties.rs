//! What the property tests share.

use proptest::test_runner::{Config, FileFailurePersistence};

/// An input that made a test fail is tried again by every run that follows, from a file under
/// `tests/proptest`. Once it is understood it gets a test with a name, and the file goes.
pub fn config() -> Config {
    let persistence = FileFailurePersistence::SourceParallel("tests/proptest");
    Config { failure_persistence: Some(Box::new(persistence)), ..Config::default() }
}
