//! The calls that these programs make, and how each can fail according to its man page.

/// A call, and how it fails.
pub(crate) struct Row {
    /// strace's name for it.
    pub(crate) call: &'static str,
    /// Its name in error messages: the C library's function.
    pub(crate) names: &'static [&'static str],
    /// Errors that pass: the call is tried again, and nobody need notice.
    pub(crate) passing: &'static [&'static str],
    /// Other errors, which may last for ever.
    pub(crate) lasting: &'static [&'static str],
}

macro_rules! rows {
    ($($call:ident $(as $($name:ident)+)?: $($passing:ident)* / $($lasting:ident)*;)+) => {
        &[$(Row {
            call: stringify!($call),
            names: &[stringify!($call) $($(, stringify!($name))+)?],
            passing: &[$(stringify!($passing)),*],
            lasting: &[$(stringify!($lasting)),*],
        }),+]
    };
}

/// `CALL as NAMES: PASSING / LASTING`.
const ROWS: &[Row] = rows! {
    accept4 as accept: EINTR EAGAIN ECONNABORTED EPROTO ENETDOWN EHOSTUNREACH EOPNOTSUPP
        / EPERM EMFILE ENFILE ENOBUFS ENOMEM EINVAL;
    bind: / EACCES EADDRINUSE EADDRNOTAVAIL EINVAL;
    clock_nanosleep as sleep: EINTR /;
    clone as fork: / EAGAIN ENOMEM;
    clone3 as fork: / EAGAIN ENOMEM;
    // Not EBADF, which would be a bug in the program.
    close: EINTR / EIO;
    // Not EINTR and EINPROGRESS: the kernel would then go on connecting, but here it does not.
    connect: / EACCES EPERM EADDRNOTAVAIL ECONNREFUSED ENETUNREACH EHOSTUNREACH ETIMEDOUT;
    dup: / EMFILE;
    epoll_create1: / EMFILE ENFILE ENOMEM;
    epoll_ctl: / ENOMEM ENOSPC;
    epoll_wait: EINTR /;
    fcntl as dup: / EMFILE;
    fstat as stat: / ENOMEM EACCES;
    getpeername: / ENOBUFS ENOTCONN;
    getsockname: / ENOBUFS;
    getsockopt: / ENOPROTOOPT;
    ioctl as tcgetattr tcsetattr tcgetpgrp isatty: / ENOTTY EIO;
    kill: / EPERM ESRCH;
    listen: / EADDRINUSE EOPNOTSUPP;
    lseek: / ESPIPE;
    newfstatat as fstat stat: / ENOMEM EACCES;
    nanosleep as sleep: EINTR /;
    open: EINTR / EACCES EMFILE ENFILE ENOENT ENOMEM ENXIO;
    openat as open: EINTR / EACCES EMFILE ENFILE ENOENT ENOMEM ENXIO;
    pipe2 as pipe: / EMFILE ENFILE;
    poll: EINTR / ENOMEM;
    prctl: / EPERM EINVAL;
    prlimit64 as getrlimit setrlimit prlimit: / EPERM EINVAL;
    pselect6 as select pselect: EINTR / ENOMEM EBADF EINVAL;
    // EIO: the terminal is gone. No error for ever: every pipe would have it too, see survey.rs.
    read: EINTR EAGAIN / EIO EINVAL;
    recvfrom as recv: EINTR EAGAIN / ECONNRESET ECONNREFUSED ETIMEDOUT EHOSTUNREACH ENOMEM;
    rt_sigaction as sigaction: / EINVAL;
    // It only fails for wrong arguments, like sigaction, and then nothing could be done.
    rt_sigprocmask: /;
    sendto as send: EINTR EAGAIN / ECONNRESET EPIPE ETIMEDOUT EHOSTUNREACH ENOBUFS ENOMEM;
    setsockopt: / ENOPROTOOPT ENOMEM EPERM;
    shutdown: / ENOTCONN;
    socket: / EACCES EAFNOSUPPORT EMFILE ENFILE ENOBUFS ENOMEM;
    stat: / ENOMEM EACCES;
    wait4 as waitpid: EINTR / ECHILD;
    write: EINTR EAGAIN / EIO EPIPE ENOSPC EFBIG;
    writev as write: EINTR EAGAIN / EIO EPIPE ENOSPC EFBIG;
};

/// Calls that may do less than they were asked to.
pub(crate) const SHORT: [&str; 4] = ["read", "recvfrom", "sendto", "write"];

/// Calls that are left alone: those that cannot fail, those without which nothing can be done, and those of
/// the allocator and of Rust's and C's runtime.
const SPARED: &[&str] = &[
    "getpid getppid getpgrp gettid umask sched_getaffinity sched_yield",
    "execve exit_group exit rt_sigreturn",
    "brk mmap munmap mremap mprotect madvise",
    "arch_prctl set_tid_address set_robust_list rseq sigaltstack futex getrandom readlink",
];

/// The row of a call; `None` if it is left alone.
///
/// # Errors
///
/// The call is not in this table.
pub(crate) fn row(call: &str) -> Result<Option<&'static Row>, String> {
    if let Some(row) = ROWS.iter().find(|row| row.call == call) {
        return Ok(Some(row));
    }
    let is_spared = SPARED.iter().any(|calls| calls.split(' ').any(|it| it == call));
    is_spared.then_some(None).ok_or_else(|| format!("tests/torture/table.rs has no row for {call}"))
}
