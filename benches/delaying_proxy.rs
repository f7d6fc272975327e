//! A TCP proxy that holds every octet back for a time in each direction, as a network far away would: what the
//! benchmarks put before the relay, because the kernel of a container has no netem.
//!
//! ```text
//! delaying_proxy LISTEN TARGET MILLISECONDS
//! ```
//!
//! MILLISECONDS is the round trip; each direction takes half of it. It prints `listening` once it does. Octets keep
//! their order and nothing else is slowed down: what comes while earlier octets wait does not wait for them.

use std::error::Error;
use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// Octets that are read at once, and how many such parts of a direction are held back at most: more than the window
/// of a connection, so that the proxy never slows it down by itself.
const PART: usize = 64 * 1024;
const PARTS: usize = 256;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [listen, target, milliseconds] = arguments.as_slice() else {
        return Err("usage: delaying_proxy LISTEN TARGET MILLISECONDS".into());
    };
    let delay = Duration::from_secs_f64(milliseconds.parse::<f64>()? / 2_000.0);
    let listener = TcpListener::bind(listen).await?;
    println!("listening");
    loop {
        let (client, _) = listener.accept().await?;
        let target = target.clone();
        tokio::spawn(async move {
            // A connection that breaks is the business of those who speak over it.
            let _ = carry(client, &target, delay).await;
        });
    }
}

async fn carry(client: TcpStream, target: &str, delay: Duration) -> io::Result<()> {
    client.set_nodelay(true)?;
    let server = TcpStream::connect(target).await?;
    server.set_nodelay(true)?;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::try_join!(hold(from_client, to_server, delay), hold(from_server, to_client, delay))?;
    Ok(())
}

/// One direction.
async fn hold(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    delay: Duration,
) -> io::Result<()> {
    let (parts, mut held) = mpsc::channel::<(Instant, Vec<u8>)>(PARTS);
    let read = async move {
        let mut buffer = vec![0; PART];
        loop {
            let octets = from.read(&mut buffer).await?;
            if octets == 0 || parts.send((Instant::now() + delay, buffer[..octets].to_vec())).await.is_err() {
                return Ok::<_, io::Error>(());
            }
        }
    };
    let write = async move {
        while let Some((due, octets)) = held.recv().await {
            sleep_until(due).await;
            to.write_all(&octets).await?;
        }
        to.shutdown().await
    };
    tokio::try_join!(read, write)?;
    Ok(())
}
