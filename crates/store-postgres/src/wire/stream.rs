//! The socket under a line.

use super::Trouble;
use super::tls::{self, Tls};
use super::url::Host;
use rustls::ClientConfig;
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long another machine may take to answer at all.
const CONNECT: Duration = Duration::from_secs(5);
/// After so long without a byte a line counts as broken: the other machine is gone and nobody said so.
const SILENCE: Duration = Duration::from_secs(300);

pub enum Stream {
    Unix(UnixStream),
    Tcp(TcpStream),
    Tls(Box<Tls>),
}

impl Stream {
    pub fn open(host: &Host, tls: Option<&Arc<ClientConfig>>) -> Result<Self, Trouble> {
        if host.is_socket() {
            let file = Path::new(&host.name).join(format!(".s.PGSQL.{}", host.port));
            return Ok(Self::Unix(UnixStream::connect(file)?));
        }
        let stream = reach(host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(SILENCE))?;
        match tls {
            Some(config) => tls::secure(stream, &host.name, config).map(|tls| Self::Tls(Box::new(tls))),
            None => Ok(Self::Tcp(stream)),
        }
    }
}

fn reach(host: &Host) -> Result<TcpStream, Trouble> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for address in (host.name.as_str(), host.port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, CONNECT) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last.into())
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Unix(stream) => stream.read(into),
            Self::Tcp(stream) => stream.read(into),
            Self::Tls(stream) => stream.read(into),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        match self {
            Self::Unix(stream) => stream.write(from),
            Self::Tcp(stream) => stream.write(from),
            Self::Tls(stream) => stream.write(from),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Tls(stream) => stream.flush(),
            Self::Unix(_) | Self::Tcp(_) => Ok(()),
        }
    }
}
