//! Behind a load balancer: the PROXY protocol, from bytes that are wrong to a real HAProxy and a real nginx,
//! which are skipped where they are not installed.

mod balancers;
mod checks;
mod header;
mod leaving;
mod room;
mod vectors;
mod verdicts;
mod wire;
