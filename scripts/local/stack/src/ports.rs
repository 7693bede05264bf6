//! Ports on loopback: free ones, and who holds one that is not.

use anyhow::{Context, Result, bail};
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

/// Listens on 127.0.0.1; where the port is taken, the error says by which program.
pub(crate) fn listen(port: u16) -> Result<TcpListener> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(listener) => {
            listener.set_nonblocking(true)?;
            Ok(listener)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            let holder = holder(port).unwrap_or_else(|| "a program of another user".to_owned());
            bail!("port {port} is in use by {holder}: stop it, or choose another with --port")
        }
        Err(error) => Err(error).with_context(|| format!("cannot listen on 127.0.0.1:{port}")),
    }
}

/// A free port: the preferred one where it is free, else any. `taken` are those given to a neighbour a moment ago.
pub(crate) fn free(preferred: u16, taken: &[u16]) -> Result<u16> {
    for candidate in [preferred, 0, 0, 0, 0, 0, 0, 0, 0] {
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, candidate)) {
            let port = listener.local_addr()?.port();
            if !taken.contains(&port) {
                return Ok(port);
            }
        }
    }
    bail!("no free port on 127.0.0.1")
}

/// The program that listens on a port, as `name (process 123)`.
fn holder(port: u16) -> Option<String> {
    let inodes: Vec<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .flat_map(|table| {
            table
                .lines()
                .filter_map(|line| listening_inode(line, port))
                .collect::<Vec<_>>()
        })
        .collect();
    let sockets: Vec<String> = inodes.iter().map(|inode| format!("socket:[{inode}]")).collect();
    let processes = fs::read_dir("/proc").ok()?;
    processes.flatten().find_map(|process| {
        let pid: u32 = process.file_name().to_str()?.parse().ok()?;
        let holds = fs::read_dir(process.path().join("fd"))
            .ok()?
            .flatten()
            .any(|descriptor| {
                fs::read_link(descriptor.path())
                    .is_ok_and(|target| sockets.iter().any(|socket| target == Path::new(socket)))
            });
        let name = fs::read_to_string(process.path().join("comm")).ok()?;
        holds.then(|| format!("{} (process {pid})", name.trim()))
    })
}

/// The socket's inode, if this line of `/proc/net/tcp` is a listener on `port`.
fn listening_inode(line: &str, port: u16) -> Option<String> {
    const LISTEN: &str = "0A";
    let fields: Vec<&str> = line.split_whitespace().collect();
    let local = fields.get(1)?.rsplit_once(':')?.1;
    let matches = u16::from_str_radix(local, 16).ok()? == port && *fields.get(3)? == LISTEN;
    matches.then_some(fields.get(9)?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_program_that_holds_a_port() {
        let ours = listen(0).unwrap();
        let port = ours.local_addr().unwrap().port();
        let refusal = listen(port).unwrap_err().to_string();
        assert!(
            refusal.contains(&format!("(process {})", std::process::id())),
            "{refusal}"
        );
    }

    #[test]
    fn a_free_port_is_not_one_that_a_neighbour_just_got() {
        let first = free(0, &[]).unwrap();
        assert_ne!(free(first, &[first]).unwrap(), first);
        assert_eq!(free(first, &[]).unwrap(), first);
    }
}
