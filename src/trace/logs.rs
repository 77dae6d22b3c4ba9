//! Log files: those in a directory, a new one, and whether strace still writes to one.

use crate::net::Error;
use crate::reason::Both;
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The suffix of logs in a directory.
const SUFFIX: &str = "strace";

const NO_LOGS: Both = Both { es: "no hay ningún *.strace", en: "no *.strace" };

/// The logs that these paths mean: a file is a log; a directory means all `*.strace` in it, by
/// name.
///
/// # Errors
///
/// A directory that cannot be read, or has no logs.
pub fn of<P: AsRef<Path>>(paths: &[P]) -> Result<Vec<PathBuf>, Error> {
    let mut logs = Vec::new();
    for path in paths.iter().map(AsRef::as_ref) {
        if path.is_dir() {
            let failed = |error: io::Error| Error::new("read", path.display(), error);
            let found = in_directory(path).map_err(failed)?;
            if found.is_empty() {
                return Err(Error::new("read", path.display(), NO_LOGS));
            }
            logs.extend(found);
        } else {
            logs.push(path.into());
        }
    }
    Ok(logs)
}

/// The logs of a directory, by name.
///
/// # Errors
///
/// It cannot be read.
pub fn in_directory(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut logs = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|suffix| suffix == SUFFIX) && path.is_file() {
            logs.push(path);
        }
    }
    logs.sort();
    Ok(logs)
}

/// Creates an empty log in a directory, under an unused name: `NAME.strace`, `NAME-2.strace`, …
///
/// # Errors
///
/// Those of open(2).
pub(super) fn create(dir: &Path, name: &str) -> io::Result<PathBuf> {
    let mut number = 1;
    loop {
        let file = match number {
            1 => format!("{name}.{SUFFIX}"),
            _ => format!("{name}-{number}.{SUFFIX}"),
        };
        let path = dir.join(file);
        match File::create_new(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

/// A descriptor through which a process writes to a file, as a path in /proc.
#[derive(Debug)]
pub(super) struct Writer {
    descriptor: PathBuf,
    file: PathBuf,
}

impl Writer {
    /// Finds a process that has `path` open for writing, among those that this user may inspect.
    pub fn of(path: &Path) -> Option<Self> {
        let file = path.canonicalize().ok()?;
        descriptors().find_map(|descriptor| {
            let writer = Self { descriptor, file: file.clone() };
            writer.is_there().then_some(writer)
        })
    }

    /// Whether it still has.
    pub fn is_there(&self) -> bool {
        fs::read_link(&self.descriptor).is_ok_and(|file| file == self.file)
            && is_for_writing(&self.descriptor)
    }
}

/// How many of these logs are being written, by processes that this user may inspect.
pub(super) fn written(logs: &[PathBuf]) -> usize {
    let open: HashSet<_> = descriptors()
        .filter(|descriptor| is_for_writing(descriptor))
        .filter_map(|descriptor| fs::read_link(descriptor).ok())
        .collect();
    logs.iter().filter(|log| log.canonicalize().is_ok_and(|log| open.contains(&log))).count()
}

/// The descriptors of all processes.
fn descriptors() -> impl Iterator<Item = PathBuf> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let open = processes.filter_map(|process| fs::read_dir(process.path().join("fd")).ok());
    open.flatten().flatten().map(|descriptor| descriptor.path())
}

/// The link has the permissions with which the file is open.
fn is_for_writing(descriptor: &Path) -> bool {
    fs::symlink_metadata(descriptor).is_ok_and(|link| link.permissions().mode() & 0o200 != 0)
}

/// Whether it is certain that nothing writes to a log: only its owner's processes do.
pub(super) fn is_abandoned(path: &Path) -> bool {
    let uid = |path: &Path| fs::metadata(path).map(|file| file.uid());
    let (Ok(own), Ok(owner)) = (uid(Path::new("/proc/self")), uid(path)) else { return false };
    (own == 0 || own == owner) && Writer::of(path).is_none()
}
