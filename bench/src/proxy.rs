//! What stands between a peer and a server: it counts what is asked, and makes the way longer.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;
use work::{Backend, Result, Target};

/// A proxy on a port of its own, until it is dropped.
///
/// It has threads, not tasks: tokio's timer counts milliseconds, and less than one is asked for here.
pub(crate) struct Proxy {
    pub(crate) target: Target,
    asked: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
    port: u16,
}

impl Proxy {
    /// Listens in front of `target`; answers come so much later.
    pub(crate) fn before(target: &Target, delay: Duration) -> Result<Self> {
        let mut url = url::Url::parse(&target.url)?;
        let host = url.host_str().context("a server has a host")?.to_owned();
        let server = (host, url.port().context("a server has a port")?);
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        url.set_host(Some("127.0.0.1"))?;
        if url.set_port(Some(port)).is_err() {
            anyhow::bail!("{url} has no place for a port");
        }
        let asked = Arc::new(AtomicU64::new(0));
        let ended = Arc::new(AtomicBool::new(false));
        let backend = target.backend;
        thread::spawn({
            let (asked, ended) = (Arc::clone(&asked), Arc::clone(&ended));
            move || {
                for client in listener.incoming().flatten() {
                    if ended.load(Relaxed) {
                        return;
                    }
                    let Ok(server) = TcpStream::connect(&server) else {
                        continue;
                    };
                    let counter = Counter::new(backend, Arc::clone(&asked));
                    if let Err(error) = join(client, server, delay, counter) {
                        eprintln!("proxy: {error}");
                    }
                }
            }
        });
        let target = Target {
            url: url.into(),
            ..target.clone()
        };
        Ok(Self {
            target,
            asked,
            ended,
            port,
        })
    }

    /// How often a server was asked for something that it answers, PINGs included.
    pub(crate) fn asked(&self) -> u64 {
        self.asked.load(Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.ended.store(true, Relaxed);
        // It looks when somebody comes.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

fn join(
    client: TcpStream,
    server: TcpStream,
    delay: Duration,
    mut counter: Counter,
) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(read) = from_client.read(&mut buffer) {
            if read == 0 {
                break;
            }
            counter.count(&buffer[..read]);
            if to_server.write_all(&buffer[..read]).is_err() {
                break;
            }
        }
        to_server.shutdown(Shutdown::Both).ok();
    });
    // Answers are read at once and wait in a queue, so that many of them do not wait for each other.
    let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>();
    let (mut from_server, mut to_client) = (server, client);
    thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(read) = from_server.read(&mut buffer) {
            let due = Instant::now() + delay;
            if read == 0 || sender.send((due, buffer[..read].to_vec())).is_err() {
                break;
            }
        }
    });
    #[expect(
        clippy::disallowed_methods,
        reason = "the thread does nothing else, and a timer of the runtime counts whole milliseconds"
    )]
    thread::spawn(move || {
        for (due, bytes) in receiver {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to_client.write_all(&bytes).is_err() {
                break;
            }
        }
        to_client.shutdown(Shutdown::Both).ok();
    });
    Ok(())
}

/// Follows what a client sends, message by message.
struct Counter {
    backend: Backend,
    asked: Arc<AtomicU64>,
    /// What was read of the head of a message.
    head: Vec<u8>,
    /// What is still to come of a message.
    rest: usize,
    /// PostgreSQL's first message has no type.
    started: bool,
}

impl Counter {
    fn new(backend: Backend, asked: Arc<AtomicU64>) -> Self {
        Self {
            backend,
            asked,
            head: Vec::new(),
            rest: 0,
            started: false,
        }
    }

    fn count(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.rest > 0 {
                let skipped = self.rest.min(bytes.len());
                self.rest -= skipped;
                bytes = &bytes[skipped..];
                continue;
            }
            self.head.push(bytes[0]);
            bytes = &bytes[1..];
            match self.backend {
                Backend::Postgres => self.postgres(),
                _ => self.mysql(),
            }
        }
    }

    /// Length in three bytes, number in one, command in one. A command has number 0. Two of them are
    /// not answered: COM_STMT_CLOSE and COM_QUIT.
    fn mysql(&mut self) {
        let [a, b, c, number, command] = self.head[..] else {
            // An empty packet has no command.
            if matches!(self.head[..], [0, 0, 0, _]) {
                self.head.clear();
            }
            return;
        };
        self.rest = u32::from_le_bytes([a, b, c, 0]) as usize - 1;
        self.head.clear();
        if number == 0 && !matches!(command, 0x19 | 0x01) {
            self.asked.fetch_add(1, Relaxed);
        }
    }

    /// Type in one byte, length in four. A server answers each Sync and each simple Query.
    fn postgres(&mut self) {
        let length = match self.head[..] {
            [a, b, c, d] if !self.started => u32::from_be_bytes([a, b, c, d]),
            [_, a, b, c, d] => u32::from_be_bytes([a, b, c, d]),
            _ => return,
        };
        self.rest = (length as usize).saturating_sub(4);
        if self.started && matches!(self.head[0], b'S' | b'Q') {
            self.asked.fetch_add(1, Relaxed);
        }
        // A request for TLS, of eight bytes, is answered before the start.
        self.started = self.started || length > 8;
        self.head.clear();
    }
}
