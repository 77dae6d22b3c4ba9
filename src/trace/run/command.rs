//! The command to run: which file it is, and whether it can run under strace.

use super::RunFailure;
use crate::sys::Errno;
use nix::unistd::{AccessFlags, access};
use std::ffi::OsStr;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Mode bits: set-user-ID and set-group-ID.
const SET_ID: u32 = 0o6000;

/// Finds the program that a command names, as execvp(3) does.
pub(super) fn find(name: &str) -> Result<PathBuf, RunFailure> {
    let path = if name.contains('/') { name.into() } else { search(name)? };
    let Ok(file) = fs::metadata(&path) else { return Err(RunFailure::NotFound) };
    if !file.is_file() || access(&path, AccessFlags::X_OK).is_err() {
        return Err(RunFailure::NotExecutable(Errno::EACCES.into()));
    }
    // The kernel gives no privileges to a traced process, unless the tracer has them.
    let own = fs::metadata("/proc/self").map_or(0, |process| process.uid());
    if file.mode() & SET_ID != 0 && own != 0 && own != file.uid() {
        return Err(RunFailure::SetId);
    }
    Ok(path)
}

/// The first program of that name in PATH; failing that, the first file that is not executable.
fn search(name: &str) -> Result<PathBuf, RunFailure> {
    let path = env::var_os("PATH").unwrap_or_default();
    let there = |dir: PathBuf| Some(dir.join(name)).filter(|path| path.is_file());
    let found: Vec<_> = env::split_paths(&path).filter_map(there).collect();
    let runs = |path: &&PathBuf| access(path.as_path(), AccessFlags::X_OK).is_ok();
    let program = found.iter().find(runs).or(found.first());
    program.cloned().ok_or(RunFailure::NotFound)
}

/// The name of its log.
pub(super) fn name(program: &Path) -> String {
    program.file_name().unwrap_or(OsStr::new("log")).to_string_lossy().into_owned()
}
