//! MLLP over TCP and TLS.

mod client;
mod courier;
mod server;

pub use client::{Client, ClientLimits, NoAnswer};
pub use courier::{Courier, Sent};
pub use server::{Answering, Handler, Peer, ServerLimits, serve};

use std::future::Future;
use std::io;
use std::pin::Pin;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// A connection, encrypted or not.
pub trait Line: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}

pub type Wrapping<'w> = Pin<Box<dyn Future<Output = io::Result<Box<dyn Line>>> + Send + 'w>>;

/// How a TCP connection becomes a line: the server's TLS configuration, a client's, or nothing.
pub trait Wrap: Send + Sync {
    fn wrap(&self, stream: TcpStream) -> Wrapping<'_>;
}

/// No encryption: for lines that do not leave the machine, or a network that is trusted by decision.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

impl Wrap for Plain {
    fn wrap(&self, stream: TcpStream) -> Wrapping<'_> {
        Box::pin(async move { Ok(Box::new(stream) as Box<dyn Line>) })
    }
}

impl Wrap for tokio_rustls::TlsAcceptor {
    fn wrap(&self, stream: TcpStream) -> Wrapping<'_> {
        let acceptor = self.clone();
        Box::pin(async move { Ok(Box::new(acceptor.accept(stream).await?) as Box<dyn Line>) })
    }
}

/// A client's TLS and the name for which the server's certificate has to be.
pub struct TlsTo {
    pub connector: tokio_rustls::TlsConnector,
    pub name: tokio_rustls::rustls::pki_types::ServerName<'static>,
}

impl Wrap for TlsTo {
    fn wrap(&self, stream: TcpStream) -> Wrapping<'_> {
        Box::pin(async move { Ok(Box::new(self.connector.connect(self.name.clone(), stream).await?) as Box<dyn Line>) })
    }
}
