//! The socket under a line.

use super::{Place, Trouble};
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// How long another machine may take to answer at all.
const CONNECT: Duration = Duration::from_secs(5);
/// After so long without a byte a line counts as broken: the other machine is gone and nobody said so.
const SILENCE: Duration = Duration::from_secs(300);

pub enum Stream {
    Unix(UnixStream),
    Tcp(TcpStream),
}

impl Stream {
    pub fn open(place: &Place) -> Result<Self, Trouble> {
        if place.is_socket() {
            let file = Path::new(&place.host).join(format!(".s.PGSQL.{}", place.port));
            return Ok(Self::Unix(UnixStream::connect(file)?));
        }
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for address in (place.host.as_str(), place.port).to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, CONNECT) {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    stream.set_read_timeout(Some(SILENCE))?;
                    return Ok(Self::Tcp(stream));
                }
                Err(error) => last = error,
            }
        }
        Err(last.into())
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Unix(stream) => stream.read(into),
            Self::Tcp(stream) => stream.read(into),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        match self {
            Self::Unix(stream) => stream.write(from),
            Self::Tcp(stream) => stream.write(from),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
