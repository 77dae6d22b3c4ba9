//! The table of connected clients: who is connected, since when, and whether there is room for one
//! more.

use crate::clock::Now;
use crate::limits::{PROVIDED, is_memory_left, reserve};
use crate::repr::{Peer, PidColumn};
use crate::screen::{Line, Screen};
use crate::sys::SocketAddr;
use nix::unistd::Pid;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// With more clients than this the automatic table has only its first line.
const SHORT: usize = 20;

/// A client of the table.
#[derive(Clone, Copy, Debug)]
pub struct ClientRow {
    /// Its address.
    pub peer: SocketAddr,
    /// When it connected.
    pub since: Now,
    /// The child that serves it.
    pub pid: Option<Pid>,
    /// How many came before it.
    nth: usize,
}

/// The connected clients, each under its server's key: the child's pid, or the descriptor.
#[derive(Debug)]
pub struct Clients {
    rows: BTreeMap<i32, ClientRow>,
    /// How many clients each [address](ip) has.
    per_ip: BTreeMap<IpAddr, usize>,
    max: usize,
    max_per_ip: usize,
    /// There is memory for this many clients.
    provided: usize,
    served: usize,
    changed: bool,
}

impl Clients {
    /// An empty table, with room for `max` clients, and `max_per_ip` of one address (0: no limit).
    #[must_use]
    pub fn new(max: usize, max_per_ip: usize) -> Self {
        let (rows, per_ip) = (BTreeMap::new(), BTreeMap::new());
        Self { rows, per_ip, max, max_per_ip, provided: 0, served: 0, changed: false }
    }

    /// Whether there is room for a client from `peer`.
    ///
    /// # Errors
    ///
    /// The limit that has been reached.
    pub fn room_for(&self, peer: SocketAddr) -> Result<(), usize> {
        let here = self.per_ip.get(&ip(peer)).copied().unwrap_or(0);
        if self.rows.len() >= self.max {
            Err(self.max)
        } else if self.max_per_ip > 0 && here >= self.max_per_ip {
            Err(self.max_per_ip)
        } else {
            Ok(())
        }
    }

    /// Whether there is memory for another client.
    pub fn has_memory(&mut self) -> bool {
        if self.rows.len() < self.provided {
            return true;
        }
        let is_left = is_memory_left();
        if is_left {
            self.provided = self.rows.len() + PROVIDED;
        }
        is_left
    }

    /// A client has connected.
    pub fn arrive(&mut self, key: i32, peer: SocketAddr, since: Now, pid: Option<Pid>) {
        if self.max_per_ip > 0 {
            *self.per_ip.entry(ip(peer)).or_default() += 1;
        }
        self.rows.insert(key, ClientRow { peer, since, pid, nth: self.served });
        self.served += 1;
        self.changed = true;
    }

    /// A client has left.
    pub fn leave(&mut self, key: i32) -> Option<ClientRow> {
        let row = self.rows.remove(&key)?;
        if let Some(count) = self.per_ip.get_mut(&ip(row.peer)) {
            *count -= 1;
            if *count == 0 {
                self.per_ip.remove(&ip(row.peer));
            }
        }
        self.provided = self.provided.min(self.rows.len() + PROVIDED);
        self.changed = true;
        Some(row)
    }

    /// The rows, each under its key.
    pub fn rows(&self) -> impl Iterator<Item = (i32, &ClientRow)> {
        self.rows.iter().map(|(&key, row)| (key, row))
    }

    /// All have left.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.per_ip.clear();
        self.changed = true;
    }

    /// How many are connected.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// How many have ever connected.
    #[must_use]
    pub fn served(&self) -> usize {
        self.served
    }

    /// Prints the table if a client has connected or left since the last time; returns whether one
    /// has.
    pub fn print_changes(&mut self, screen: &mut Screen, now: &Now) -> bool {
        let changed = std::mem::take(&mut self.changed);
        if changed && !screen.is_quiet() {
            if self.rows.len() > SHORT {
                screen.say(&Line::Clients { count: self.rows.len() });
            } else {
                self.print(screen, now);
            }
        }
        changed
    }

    /// Prints the table, whole, in the order of arrival.
    pub fn print(&self, screen: &mut Screen, now: &Now) {
        screen.say(&Line::Clients { count: self.rows.len() });
        let mut rows: Vec<&ClientRow> = Vec::new();
        // With many clients this takes much memory, which may be short.
        if !reserve(&mut rows, self.rows.len()) {
            return;
        }
        rows.extend(self.rows.values());
        rows.sort_unstable_by_key(|row| row.nth);
        let peer = |row: &ClientRow| Peer(row.peer).to_string();
        let seconds = |row: &ClientRow| row.since.seconds_until(now);
        let width = rows.iter().map(|row| peer(row).len()).max();
        let digits = rows.iter().map(|row| seconds(row).to_string().len()).max();
        for row in rows {
            screen.say(&Line::Client {
                peer: &peer(row),
                since: row.since.stamp,
                seconds: seconds(row),
                pid: PidColumn(row.pid),
                width: width.unwrap_or(0),
                digits: digits.unwrap_or(0),
            });
        }
    }
}

/// The address that the limit is for: the same whether a client comes by an IPv4 or an IPv6 socket.
fn ip(peer: SocketAddr) -> IpAddr {
    peer.ip().to_canonical()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn an_address_is_the_same_in_ipv4_and_mapped_to_ipv6() {
        let [mapped, plain] =
            ["[::ffff:192.0.2.1]:1", "192.0.2.1:2"].map(|addr| addr.parse().unwrap());
        for [first, second] in [[mapped, plain], [plain, mapped]] {
            let mut clients = Clients::new(9, 1);
            clients.arrive(1, first, Clock::new().now, None);
            assert_eq!(clients.room_for(second), Err(1));
            assert_eq!(clients.room_for("[::1]:3".parse().unwrap()), Ok(()));
            clients.leave(1);
            assert_eq!(clients.room_for(second), Ok(()));
        }
    }
}
