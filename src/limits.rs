//! How many descriptors and how much memory this process may have.

use nix::sys::resource::{Resource, getrlimit, rlim_t, setrlimit};
use std::hint::black_box;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

/// Descriptors that every server has: the three standard ones, two more for output, the self-pipe's two, a
/// spare one, an epoll instance.
const OTHERS: rlim_t = 9;

/// This many more are left free, or fewer if the limit is low.
const FREE: rlim_t = 6;

/// Raises the descriptor limit so that `clients` connections and the other descriptors fit; returns how
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

/// Small allocations (places in tables, a timer) end the program if they fail. So memory is kept for
/// those of this many clients.
pub const PROVIDED: usize = 64;

/// Bytes for each of them.
const EACH: usize = 1024;

/// The bytes that buffers have taken since it was last checked that memory is left.
static UNCHECKED: AtomicUsize = AtomicUsize::new(0);

/// Makes room for `more` in a buffer that grows with what clients send, unless that takes the last
/// memory; returns whether there is room. If there is room already, this costs one comparison.
#[must_use]
pub fn reserve<T>(buffer: &mut Vec<T>, more: usize) -> bool {
    let (length, capacity) = (buffer.len(), buffer.capacity());
    capacity - length >= more
        || (may_take((length + more).max(2 * capacity) * size_of::<T>())
            && buffer.try_reserve(more).is_ok())
}

/// Whether a buffer may take this many bytes. Asked before, not after: what a buffer has taken it cannot
/// always give back. Half of what is kept is given without a check, which writes to two pages that a fork
/// then has to copy: most children of a fork never need one.
#[must_use]
pub fn may_take(bytes: usize) -> bool {
    let unchecked = UNCHECKED.load(Relaxed).saturating_add(bytes);
    let is_checked = unchecked > PROVIDED * EACH / 2;
    if is_checked && !is_memory_left_after(bytes) {
        return false;
    }
    UNCHECKED.store(if is_checked { 0 } else { unchecked }, Relaxed);
    true
}

/// Whether memory is left for the small allocations of that many clients.
#[must_use]
pub fn is_memory_left() -> bool {
    is_memory_left_after(0)
}

/// The same, once a buffer of that many bytes has been allocated.
fn is_memory_left_after(bytes: usize) -> bool {
    // Or the compiler removes the unused allocation.
    let mut probe = black_box(Vec::<u8>::new());
    probe.try_reserve_exact(black_box(bytes.saturating_add(PROVIDED * EACH))).is_ok()
}
