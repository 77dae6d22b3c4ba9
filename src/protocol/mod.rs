//! What goes over the wire: bytes and time in, bytes out. No socket, no clock.
//!
//! [`framing`] cuts the bytes received into messages, [`session`] answers them in order, [`reply`]
//! has the bytes of every answer and notice. [`proxy`] reads the header that a load balancer sends
//! first.

pub mod framing;
pub mod proxy;
pub mod reply;
pub mod session;

#[cfg(test)]
mod properties;
