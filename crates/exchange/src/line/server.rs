//! The server: bounded in connections, frames and time.

use super::{Line, Wrap};
use rihla_hl7v2::mllp::{Deframer, Event, frame};
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

/// What is granted to those who connect.
#[derive(Clone, Copy, Debug)]
pub struct ServerLimits {
    /// At once; more wait until one is free.
    pub connections: usize,
    /// Bytes of a frame.
    pub frame: usize,
    /// Silence between frames before a connection is closed.
    pub idle: Duration,
    /// From one piece of a frame to the next, and for TLS to begin, and for an answer to be taken.
    pub piece: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self { connections: 256, frame: 16 << 20, idle: Duration::from_secs(3600), piece: Duration::from_secs(30) }
    }
}

/// Who sends.
#[derive(Clone, Debug)]
pub struct Peer {
    pub address: SocketAddr,
}

pub type Answering<'h> = Pin<Box<dyn Future<Output = Option<Vec<u8>>> + Send + 'h>>;

/// What is done with frames. One message of a connection is answered before the next is read.
pub trait Handler: Send + Sync {
    /// The content of the answer's frame; nothing if none is wanted.
    fn answer<'h>(&'h self, peer: &'h Peer, frame: Vec<u8>) -> Answering<'h>;

    /// The answer to a frame that was passed over for its size, of which the head is left. The connection is closed after it.
    fn too_large(&self, size: usize, head: &[u8]) -> Option<Vec<u8>>;
}

/// Takes connections until `stop` says true, and waits for those whose message is being worked with.
pub async fn serve(listener: TcpListener, wrap: Arc<dyn Wrap>, handler: Arc<dyn Handler>, limits: ServerLimits, mut stop: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let mut open = tokio::task::JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stopped(&mut stop) => break,
            place = places.clone().acquire_owned() => match place {
                Ok(place) => tokio::select! {
                    () = stopped(&mut stop) => break,
                    accepted = listener.accept() => accepted.map(|it| (it, place)),
                },
                Err(_) => break,
            },
        };
        // What goes wrong with one who connects (it is gone already, no file is free) is theirs alone.
        let Ok(((stream, address), place)) = accepted else { continue };
        let (wrap, handler, stop) = (wrap.clone(), handler.clone(), stop.clone());
        open.spawn(async move {
            if let Ok(Ok(line)) = timeout(limits.piece, wrap.wrap(stream)).await {
                converse(line, &Peer { address }, handler.as_ref(), limits, stop).await;
            }
            drop(place);
        });
        while open.try_join_next().is_some() {}
    }
    while open.join_next().await.is_some() {}
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // A sender that is gone means that nobody will ever say stop; the program ends with its runtime.
    if stop.wait_for(|it| *it).await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn converse(mut line: Box<dyn Line>, peer: &Peer, handler: &dyn Handler, limits: ServerLimits, mut stop: watch::Receiver<bool>) {
    let mut deframer = Deframer::new(limits.frame);
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let wait = if deframer.is_within() { limits.piece } else { limits.idle };
        let read = tokio::select! {
            () = stopped(&mut stop) => return,
            read = timeout(wait, line.read(&mut buffer)) => read,
        };
        let Ok(Ok(size @ 1..)) = read else { return };
        let mut rest = buffer.get(..size).unwrap_or(&[]);
        while let Some(event) = deframer.next(&mut rest) {
            let (answer, more) = match event {
                Event::Frame(content) => (handler.answer(peer, content).await, true),
                Event::TooLarge { size, head } => (handler.too_large(size, &head), false),
                Event::Stray { .. } => (None, true),
            };
            if let Some(answer) = answer {
                let sent = timeout(limits.piece, async {
                    line.write_all(&frame(&answer)).await?;
                    line.flush().await
                });
                if !matches!(sent.await, Ok(Ok(()))) {
                    return;
                }
            }
            if !more {
                return;
            }
        }
    }
}
