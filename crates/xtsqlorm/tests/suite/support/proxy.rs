//! A network that misbehaves on demand.

use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{Notify, mpsc, watch},
    task::{JoinHandle, JoinSet},
    time::Instant,
};

/// What the network does at the moment.
#[derive(Clone, Copy, Debug)]
struct Weather {
    /// How long each chunk is on its way, in each direction.
    delay: Duration,
    /// Accepts and reads, and forwards nothing.
    stalled: bool,
    /// Connections that are older forward nothing any more, and are never told.
    lost: u64,
    /// Refuses new connections.
    refusing: bool,
    /// Counts the times that all connections were cut.
    cuts: u64,
    /// Counts the times that one in so many connections was cut, and says which.
    partial_cuts: (u64, u64, u64),
    /// Counts the times that the way there, and the way back, was closed on all connections.
    half_closes: [u64; 2],
}

/// What becomes of the next connection that sends COMMIT. It is cut in either case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trap {
    /// The server never gets it.
    Swallow,
    /// The server gets it, and its answer is lost.
    SwallowAnswer,
    /// The client is cut off at once, and the server gets it a moment later.
    Delay,
}

/// A way through the proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    ToServer,
    ToClient,
}

/// Listens on a port of its own and forwards to a server. Dropped, it cuts all connections.
pub(crate) struct Proxy {
    port: u16,
    weather: watch::Sender<Weather>,
    requests: Arc<AtomicU64>,
    trap: Arc<Mutex<Option<Trap>>>,
    task: JoinHandle<()>,
}

impl Proxy {
    pub(crate) async fn start(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (weather, seen) = watch::channel(Weather {
            delay: Duration::ZERO,
            stalled: false,
            lost: 0,
            refusing: false,
            cuts: 0,
            partial_cuts: (0, 1, 0),
            half_closes: [0; 2],
        });
        let requests = Arc::default();
        let trap = Arc::default();
        let line = Line {
            server,
            requests: Arc::clone(&requests),
            trap: Arc::clone(&trap),
        };
        let task = tokio::spawn(listen(listener, line, seen));
        Self {
            port,
            weather,
            requests,
            trap,
            task,
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// How many times a client sent something: a driver that waits for each answer sends once for
    /// each round trip.
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Relaxed)
    }

    /// Delays each chunk by this much, in each direction.
    pub(crate) fn delay(&self, delay: Duration) {
        self.weather.send_modify(|weather| weather.delay = delay);
    }

    /// Stops forwarding, or goes on where it stopped. Connections are accepted all the same.
    pub(crate) fn stall(&self, stalled: bool) {
        self.weather
            .send_modify(|weather| weather.stalled = stalled);
    }

    /// Loses the connections there are, so that neither side ever hears of it. New ones work.
    pub(crate) fn lose_all(&self) {
        self.weather.send_modify(|weather| weather.lost += 1);
    }

    /// Cuts all connections.
    pub(crate) fn cut(&self) {
        self.weather.send_modify(|weather| weather.cuts += 1);
    }

    /// Cuts one in `modulus` connections, those whose number leaves `rest`.
    pub(crate) fn cut_some(&self, modulus: u64, rest: u64) {
        self.weather.send_modify(|weather| {
            weather.partial_cuts = (weather.partial_cuts.0 + 1, modulus, rest);
        });
    }

    /// Closes one way of all connections, the other stays open.
    pub(crate) fn half_close(&self, way: Way) {
        self.weather
            .send_modify(|weather| weather.half_closes[way as usize] += 1);
    }

    /// Sets a trap for the next COMMIT.
    pub(crate) fn set_trap(&self, trap: Trap) {
        *self.trap.lock().unwrap() = Some(trap);
    }

    /// Cuts all connections and refuses new ones, as if the server had gone.
    pub(crate) async fn go_away(&self) {
        self.weather.send_modify(|weather| {
            weather.refusing = true;
            weather.cuts += 1;
        });
        // Until the port is really closed.
        while TcpStream::connect(("127.0.0.1", self.port)).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Takes new connections again.
    pub(crate) async fn come_back(&self) {
        self.weather.send_modify(|weather| weather.refusing = false);
        while TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What all connections share.
#[derive(Clone)]
struct Line {
    server: String,
    requests: Arc<AtomicU64>,
    trap: Arc<Mutex<Option<Trap>>>,
}

async fn listen(listener: TcpListener, line: Line, mut weather: watch::Receiver<Weather>) {
    let address = listener.local_addr().unwrap();
    let mut listener = Some(listener);
    // Dropped with this task, and so are the connections.
    let mut connections = JoinSet::new();
    let mut number = 0;
    loop {
        let refusing = weather.borrow_and_update().refusing;
        if refusing {
            listener = None;
        } else if listener.is_none() {
            listener = Some(TcpListener::bind(address).await.unwrap());
        }
        tokio::select! {
            accepted = accept(listener.as_ref()) => {
                if let Ok(client) = accepted {
                    number += 1;
                    connections.spawn(serve(client, number, line.clone(), weather.clone()));
                }
            }
            changed = weather.changed() => {
                if changed.is_err() {
                    return;
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn accept(listener: Option<&TcpListener>) -> io::Result<TcpStream> {
    match listener {
        Some(listener) => listener.accept().await.map(|(client, _)| client),
        None => std::future::pending().await,
    }
}

async fn serve(client: TcpStream, number: u64, line: Line, mut weather: watch::Receiver<Weather>) {
    let born = *weather.borrow_and_update();
    let Ok(server) = TcpStream::connect(&line.server).await else {
        return;
    };
    client.set_nodelay(true).ok();
    server.set_nodelay(true).ok();
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let trapped = Trapped {
        trap: line.trap,
        swallows_answers: AtomicBool::new(false),
        late: AtomicBool::new(false),
        leave_client: Notify::new(),
        cut: Notify::new(),
    };
    let there = Forward {
        way: Way::ToServer,
        weather: weather.clone(),
        born,
        chunks: line.requests,
        trapped: &trapped,
    };
    let back = Forward {
        way: Way::ToClient,
        chunks: Arc::default(),
        weather: weather.clone(),
        ..there
    };
    let is_cut = |now: &Weather| {
        let (count, modulus, rest) = now.partial_cuts;
        now.cuts > born.cuts || (count > born.partial_cuts.0 && number % modulus == rest)
    };
    let both = async {
        tokio::join!(
            there.run(from_client, to_server),
            back.run(from_server, to_client)
        )
    };
    tokio::select! {
        _ = weather.wait_for(is_cut) => {}
        () = trapped.cut.notified() => {}
        _ = both => {}
    }
}

/// A connection's part in the trap.
struct Trapped {
    trap: Arc<Mutex<Option<Trap>>>,
    swallows_answers: AtomicBool,
    late: AtomicBool,
    leave_client: Notify,
    cut: Notify,
}

impl Trapped {
    /// Whether a chunk may go on.
    fn lets_pass(&self, way: Way, chunk: &[u8]) -> bool {
        if way == Way::ToClient {
            if self.swallows_answers.load(Relaxed) {
                self.cut.notify_one();
                return false;
            }
            return true;
        }
        if !chunk.windows(6).any(|word| word == b"COMMIT") {
            return true;
        }
        match self.trap.lock().unwrap().take() {
            None => true,
            Some(Trap::SwallowAnswer) => {
                self.swallows_answers.store(true, Relaxed);
                true
            }
            Some(Trap::Delay) => {
                self.swallows_answers.store(true, Relaxed);
                self.late.store(true, Relaxed);
                self.leave_client.notify_one();
                true
            }
            Some(Trap::Swallow) => {
                self.cut.notify_one();
                false
            }
        }
    }
}

/// One direction. What is under way does not hold up what comes after it, as on a long line.
struct Forward<'a> {
    way: Way,
    weather: watch::Receiver<Weather>,
    born: Weather,
    chunks: Arc<AtomicU64>,
    trapped: &'a Trapped,
}

impl Forward<'_> {
    async fn run(self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let Self {
            way,
            mut weather,
            born,
            chunks,
            trapped,
        } = self;
        let (line, mut under_way) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
        let at_departure = weather.clone();
        let depart = async move {
            let mut buffer = vec![0; 64 * 1024];
            loop {
                let length = from.read(&mut buffer).await.unwrap_or(0);
                chunks.fetch_add(u64::from(length > 0), Relaxed);
                let due = Instant::now() + at_departure.borrow().delay;
                // Nothing read is the end, which is under way like everything else.
                line.send((due, buffer[..length].to_vec())).ok();
                if length == 0 {
                    return;
                }
            }
        };
        let mut at_the_end = weather.clone();
        let closed = |now: &Weather| now.half_closes[way as usize] > born.half_closes[way as usize];
        let arrive = async move {
            let forward = async {
                while let Some((due, chunk)) = under_way.recv().await {
                    tokio::time::sleep_until(due).await;
                    let passes = |now: &Weather| !now.stalled && now.lost == born.lost;
                    if weather.wait_for(passes).await.is_err() {
                        return;
                    }
                    if !trapped.lets_pass(way, &chunk) {
                        std::future::pending().await
                    }
                    if trapped.late.swap(false, Relaxed) {
                        tokio::time::sleep(Duration::from_millis(500)).await;
                    }
                    if chunk.is_empty() || to.write_all(&chunk).await.is_err() {
                        return;
                    }
                }
            };
            tokio::select! {
                () = forward => {}
                () = trapped.leave_client.notified(), if way == Way::ToClient => {}
                _ = at_the_end.wait_for(closed) => {}
            }
            to.shutdown().await.ok();
        };
        tokio::join!(depart, arrive);
    }
}
