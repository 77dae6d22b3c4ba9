//! How many descriptors this process may have.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Descriptors besides the clients': the standard ones, two more for output, the self-pipe, the listener,
/// one to spare, an epoll instance.
const OTHERS: u64 = 10;

/// So many more are left free, or fewer where there are few.
const FREE: u64 = 6;

/// Raises the descriptor limit so that `clients` connections fit; gives how many do.
#[must_use]
pub fn make_room_for(clients: usize) -> usize {
    let needed = clients as u64 + OTHERS + FREE;
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else {
        return clients;
    };
    // Only root may raise the hard limit.
    let allowed = [(needed, needed.max(hard)), (needed.min(hard), hard)]
        .into_iter()
        .filter(|_| soft < needed)
        .find(|&(soft, hard)| setrlimit(Resource::RLIMIT_NOFILE, soft, hard).is_ok())
        .map_or(soft, |(soft, _)| soft);
    let rest = allowed.saturating_sub(OTHERS);
    clients.min((rest - FREE.min(rest / 8)) as usize)
}
