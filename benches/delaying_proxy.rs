//! A TCP proxy that holds every octet back for a time in each direction, as a network far away would: what the
//! benchmarks put before the relay, because the kernel of a container has no netem.
//!
//! ```text
//! delaying_proxy LISTEN TARGET MILLISECONDS
//! ```
//!
//! MILLISECONDS is the round trip; each direction takes half of it. It prints `listening` once it does. Octets keep
//! their order and nothing else is slowed down: what comes while earlier octets wait does not wait for them.
//!
//! It needs the standard library alone, so that scripts/bench-send builds it with rustc in a second and not with
//! everything that tests need.

use std::error::Error;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

/// Octets that are read at once, and how many such parts of a direction are held back at most: more than the window
/// of a connection, so that the proxy never slows it down by itself.
const PART: usize = 64 * 1024;
const PARTS: usize = 256;
/// Of a thread: it does little.
const STACK: usize = 256 * 1024;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [listen, target, milliseconds] = arguments.as_slice() else {
        return Err("usage: delaying_proxy LISTEN TARGET MILLISECONDS".into());
    };
    let delay = Duration::from_secs_f64(milliseconds.parse::<f64>()? / 2_000.0);
    let listener = TcpListener::bind(listen)?;
    println!("listening");
    for client in listener.incoming() {
        // A connection that breaks is the business of those who speak over it.
        if let Err(error) = client.and_then(|client| carry(client, target, delay)) {
            eprintln!("{error}");
        }
    }
    Ok(())
}

/// Both directions of a connection, each with a thread that reads and one that writes.
fn carry(client: TcpStream, target: &str, delay: Duration) -> io::Result<()> {
    client.set_nodelay(true)?;
    let server = TcpStream::connect(target)?;
    server.set_nodelay(true)?;
    hold(client.try_clone()?, server.try_clone()?, delay)?;
    hold(server, client, delay)
}

/// One direction.
fn hold(mut from: TcpStream, mut to: TcpStream, delay: Duration) -> io::Result<()> {
    let (parts, held) = sync_channel::<(Instant, Vec<u8>)>(PARTS);
    thread::Builder::new().stack_size(STACK + PART).spawn(move || {
        let mut buffer = vec![0; PART];
        while let Ok(octets @ 1..) = from.read(&mut buffer) {
            if parts.send((Instant::now() + delay, buffer[..octets].to_vec())).is_err() {
                break;
            }
        }
    })?;
    thread::Builder::new().stack_size(STACK).spawn(move || {
        for (due, octets) in held {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&octets).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    })?;
    Ok(())
}
