//! Clients that are turned away: each has got its notice, and a moment to read it and close.

use super::connection::Connection;
use super::service::Service;
use crate::sys::FdSet;
use std::collections::VecDeque;
use std::time::Instant;

/// Under a flood the oldest are closed without their moment.
pub const MOST: usize = 64;

/// The connections of clients turned away by a server that has no other connections of its own.
#[derive(Debug, Default)]
pub struct Refused(VecDeque<Connection>);

impl Refused {
    /// One more.
    pub fn push(&mut self, connection: Connection) {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(connection);
    }

    /// Adds them to what is waited for; gives the time at which to call [`turn`](Self::turn) anyway.
    pub fn watch(&self, read: &mut FdSet, write: &mut FdSet, service: &Service) -> Option<Instant> {
        for connection in &self.0 {
            let interest = connection.interest();
            if interest.read {
                read.insert(connection);
            }
            if interest.write {
                write.insert(connection);
            }
        }
        self.0.iter().filter_map(|connection| connection.deadline(service)).min()
    }

    /// Serves those that are ready, and forgets those that are closed.
    pub fn turn(&mut self, read: &FdSet, write: &FdSet, service: &mut Service) {
        self.0.retain_mut(|connection| {
            if read.contains(&*connection) {
                connection.receive(service);
            }
            if write.contains(&*connection) {
                connection.flush(service);
            }
            connection.wake(service);
            !connection.is_closed()
        });
    }
}
