//! How many descriptors this process may have.

use nix::sys::resource::{Resource, getrlimit, rlim_t, setrlimit};

/// Descriptors besides the clients': standard ones, listener, self-pipe, some to spare.
const OTHERS: rlim_t = 16;

/// Raises the descriptor limit so that `clients` connections fit; gives how many do.
#[must_use]
pub fn make_room_for(clients: usize) -> usize {
    let needed = clients as rlim_t + OTHERS;
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else {
        return clients;
    };
    // Only root may raise the hard limit.
    let allowed = [(needed, needed.max(hard)), (needed.min(hard), hard)]
        .into_iter()
        .filter(|_| soft < needed)
        .find(|&(soft, hard)| setrlimit(Resource::RLIMIT_NOFILE, soft, hard).is_ok())
        .map_or(soft, |(soft, _)| soft);
    clients.min(allowed.saturating_sub(OTHERS) as usize)
}
