//! Behind a load balancer: the PROXY protocol, from malformed bytes to a real HAProxy and a real nginx
//! (skipped if not installed).

mod balancers;
mod checks;
mod header;
mod leaving;
mod room;
mod vectors;
mod verdicts;
mod wire;
