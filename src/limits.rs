//! How many descriptors and how much memory this process may have.

use nix::sys::resource::{Resource, getrlimit, rlim_t, setrlimit};
use std::hint::black_box;

/// Descriptors that every server has: the standard ones, two more for output, the self-pipe, one to spare,
/// an epoll instance.
const OTHERS: rlim_t = 9;

/// So many more are left free, or fewer where there are few.
const FREE: rlim_t = 6;

/// Raises the descriptor limit so that `clients` connections fit, and so many descriptors more; gives how
/// many connections do.
#[must_use]
pub fn make_room_for(clients: usize, more: usize) -> usize {
    let others = OTHERS + more as rlim_t;
    let needed = clients as rlim_t + others + FREE;
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else {
        return clients;
    };
    // Only root may raise the hard limit.
    let allowed = [(needed, needed.max(hard)), (needed.min(hard), hard)]
        .into_iter()
        .filter(|_| soft < needed)
        .find(|&(soft, hard)| setrlimit(Resource::RLIMIT_NOFILE, soft, hard).is_ok())
        .map_or(soft, |(soft, _)| soft);
    let rest = allowed.saturating_sub(others);
    clients.min((rest - FREE.min(rest / 8)) as usize)
}

/// So many clients at a time are provided with memory for what is small, and cannot be asked for without
/// ending the program where there is none: their places in tables, a timer.
pub const PROVIDED: usize = 64;

/// So many bytes for each of them. A buffer may grow to a quarter of that without a question.
const EACH: usize = 1024;

/// Makes room for `more` in what grows with what clients send, unless that takes the last memory; whether
/// there is room. Where there is already, this costs a comparison.
#[must_use]
pub fn reserve<T>(buffer: &mut Vec<T>, more: usize) -> bool {
    buffer.capacity() - buffer.len() >= more
        || (buffer.try_reserve(more).is_ok()
            && (buffer.capacity() * size_of::<T>() <= EACH / 4 || is_memory_left()))
}

/// Whether there is memory left for what is small, of so many clients. To ask is to write to two pages,
/// which a process that forks has to copy then.
#[must_use]
pub fn is_memory_left() -> bool {
    // The compiler leaves out an allocation that nothing uses.
    black_box(Vec::<u8>::new()).try_reserve_exact(black_box(PROVIDED * EACH)).is_ok()
}
