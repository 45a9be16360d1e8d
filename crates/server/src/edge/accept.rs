//! Connections: how many, how they begin, how long they may keep us waiting.

use super::tls::Tls;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tower_service::Service;

/// Connections at once; who comes after them waits in the system's queue.
const CONNECTIONS: usize = 8_192;
/// How long a greeting may take: the certificates of both sides.
const GREETING: Duration = Duration::from_secs(10);
/// How long the head of a request may take, and how long a connection may be idle.
const HEAD: Duration = Duration::from_secs(75);
/// The longest head of a request.
const HEAD_BYTES: usize = 64 << 10;
/// After the system could open no more, others may close some.
const BREATH: Duration = Duration::from_millis(100);

/// A place to listen at, and what is served there.
pub struct Line {
    pub listener: TcpListener,
    /// None: in the clear, which only this machine hears.
    pub tls: Option<Arc<Tls>>,
    pub app: Router,
}

/// Serves until told to stop; then what is under way is finished, and nothing new begins.
pub async fn serve(line: Line, mut stop: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut open = JoinSet::new();
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { break };
        let accepted = tokio::select! {
            accepted = line.listener.accept() => accepted,
            () = told(&mut stop) => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (tls, app, stop) = (line.tls.clone(), line.app.clone(), stop.clone());
                open.spawn(async move {
                    connection(stream, peer, tls, app, stop).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection was not taken");
                tokio::time::sleep(BREATH).await;
            }
        }
        while open.try_join_next().is_some() {}
    }
    while open.join_next().await.is_some() {}
}

async fn connection(stream: TcpStream, peer: SocketAddr, tls: Option<Arc<Tls>>, app: Router, stop: watch::Receiver<bool>) {
    // Without it small answers wait for the other side's word.
    _ = stream.set_nodelay(true);
    match tls {
        None => requests(stream, peer, app, stop).await,
        Some(tls) => match tokio::time::timeout(GREETING, tls.greet(stream)).await {
            Ok(Ok(stream)) => requests(stream, peer, app, stop).await,
            // Scanners and health checks do this all day.
            Ok(Err(error)) => tracing::debug!(%error, "a greeting failed"),
            Err(_) => tracing::debug!("a greeting took too long"),
        },
    }
}

async fn requests<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(stream: S, peer: SocketAddr, app: Router, mut stop: watch::Receiver<bool>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        app.clone().call(request)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(HEAD_BYTES * 4).max_headers(100);
    let connection = http.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        // How a connection ended is the other side's affair.
        _ = connection.as_mut() => {}
        () = told(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            _ = connection.await;
        }
    }
}

/// Comes back when the server is told to stop.
pub async fn told(stop: &mut watch::Receiver<bool>) {
    // An error means that the server is gone.
    _ = stop.wait_for(|stop| *stop).await;
}
