//! A server under measurement: its processes, their CPU time and their memory, all from /proc.

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How a server tells its port.
#[derive(Clone, Copy, Debug)]
pub enum Port {
    /// It picks one and prints `escuchando en ('127.0.0.1', PORT)`.
    Printed,
    /// It is given one, instead of `PORT` in its arguments.
    Given,
}

/// The two processors of all measurements; the same one twice if there is only one.
#[derive(Clone, Copy, Debug)]
pub struct Processors {
    pub first: usize,
    pub second: usize,
}

impl Processors {
    /// Of those that this process may use.
    pub fn allowed() -> Result<Self, String> {
        let set = sched_getaffinity(SELF).map_err(|errno| format!("sched_getaffinity: {errno}"))?;
        let mut allowed = (0..CpuSet::count()).filter(|&cpu| set.is_set(cpu).unwrap_or(false));
        let first = allowed.next().ok_or("no processor")?;
        Ok(Self { first, second: allowed.next().unwrap_or(first) })
    }

    pub fn both(self) -> [usize; 2] {
        [self.first, self.second]
    }

    /// Pins this thread, and the threads and programs that it starts.
    pub fn pin(self, processors: &[usize]) -> Result<(), String> {
        let mut set = CpuSet::new();
        let pinned = processors.iter().try_for_each(|&cpu| set.set(cpu));
        pinned
            .and_then(|()| sched_setaffinity(SELF, &set))
            .map_err(|errno| format!("sched_setaffinity: {errno}"))
    }
}

const SELF: Pid = Pid::from_raw(0);

/// A running server. Killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    pub addr: SocketAddr,
}

impl Server {
    /// Starts `command`, and waits until it listens.
    pub fn start(command: &[String], port: Port) -> Result<Self, String> {
        let free = free_port()?;
        let args = command[1..].iter().map(|arg| arg.replace("PORT", &free.to_string()));
        let child = Command::new(&command[0])
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{}: {error}", command[0]))?;
        // From here on it is reaped in any case.
        let mut server = Self { child, addr: SocketAddr::from((Ipv4Addr::LOCALHOST, free)) };
        if let Port::Printed = port {
            let printed = printed_port(&mut server.child).ok_or("no port printed")?;
            server.addr.set_port(printed);
        }
        let deadline = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(server.addr).is_err() {
            if Instant::now() > deadline {
                return Err(format!("{} does not listen", command[0]));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    /// CPU seconds used so far, including all children, also reaped ones.
    pub fn cpu(&self) -> f64 {
        let tree = self.tree();
        // Living processes to the nanosecond; reaped ones in ticks, of which Linux has 100 a
        // second.
        let living: u64 = tree.iter().filter_map(|&pid| nanoseconds(pid)).sum();
        let reaped: u64 = tree.iter().filter_map(|&pid| fields(pid, &[15, 16])).sum();
        living as f64 / 1e9 + reaped as f64 / 100.0
    }

    /// Page faults served without the disk, so far: of the children reaped, and its own.
    pub fn faults(&self) -> [u64; 2] {
        [10, 9].map(|number| fields(self.child.id(), &[number]).unwrap_or(0))
    }

    /// How often it has gone to sleep, and so was woken, so far.
    pub fn sleeps(&self) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(path).unwrap_or_default();
        let mut lines = status.lines();
        let sleeps = lines.find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        sleeps.and_then(|sleeps| sleeps.trim().parse().ok()).unwrap_or(0)
    }

    /// Waits until the children of clients that have left are gone.
    pub fn wait_for_children(&self) {
        let deadline = Instant::now() + Duration::from_secs(2);
        while self.tree().len() > 1 && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Sends it SIGINT.
    pub fn interrupt(&self) {
        let _ = kill(Pid::from_raw(self.child.id() as i32), Signal::SIGINT);
    }

    /// Waits until it has exited, which must be with code 0.
    pub fn wait(&mut self) -> Result<(), String> {
        match self.child.wait() {
            Ok(status) if status.success() => Ok(()),
            other => Err(format!("exited with {other:?}")),
        }
    }

    /// Memory of all its processes, in KiB: proportional (PSS), and resident.
    pub fn memory(&self) -> Memory {
        let field = |pid: u32, name: &str| {
            let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
            let line = text.lines().find(|line| line.starts_with(name)).map(str::to_owned);
            line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
        };
        let tree = self.tree();
        let sum = |name| tree.iter().map(|&pid| field(pid, name)).sum();
        Memory { pss: sum("Pss:"), resident: sum("Rss:") }
    }

    fn tree(&self) -> Vec<u32> {
        let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            if let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok())
                && let Some(parent) = fields(pid, &[3])
            {
                children.entry(parent as u32).or_default().push(pid);
            }
        }
        let (mut tree, mut next) = (vec![self.child.id()], 0);
        while let Some(&pid) = tree.get(next) {
            tree.extend(children.remove(&pid).unwrap_or_default());
            next += 1;
        }
        tree
    }
}

/// Kibibytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Memory {
    pub pss: u64,
    pub resident: u64,
}

impl Drop for Server {
    fn drop(&mut self) {
        for pid in self.tree().into_iter().rev() {
            let _ = kill(Pid::from_raw(pid as i32), Signal::SIGKILL);
        }
        let _ = self.child.wait();
    }
}

/// Processor time so far.
fn nanoseconds(pid: u32) -> Option<u64> {
    let schedstat = fs::read_to_string(format!("/proc/{pid}/schedstat")).ok()?;
    schedstat.split_whitespace().next()?.parse().ok()
}

/// The sum of some fields of /proc/PID/stat, numbered as in proc(5) less one.
fn fields(pid: u32, numbers: &[usize]) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, the second field, may hold spaces; what follows its last ) does not.
    let rest: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    numbers.iter().map(|number| rest.get(number - 2)?.parse::<u64>().ok()).sum()
}

fn printed_port(child: &mut Child) -> Option<u16> {
    for line in BufReader::new(child.stdout.take()?).lines() {
        let line = line.ok()?;
        if let Some((_, port)) = line.split_once("', ") {
            return port.trim_end_matches(')').parse().ok();
        }
    }
    None
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|e| e.to_string())?;
    listener.local_addr().map(|addr| addr.port()).map_err(|e| e.to_string())
}

/// Whether a program is installed.
pub fn is_installed(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}
