//! Encrypted lines: the database proves its name, and the node its own if asked.

use super::Trouble;
use super::url::refused;
use rihla_kernel::Fault;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// What an address says of encryption; files are in PEM.
#[derive(Debug, Default)]
pub struct Papers {
    pub mode: Option<String>,
    /// Authorities that may vouch for the database.
    pub roots: Option<PathBuf>,
    /// The node's own certificate and key, where the database asks for them.
    pub certificate: Option<PathBuf>,
    pub key: Option<PathBuf>,
}

pub type Tls = StreamOwned<ClientConnection, TcpStream>;

pub fn config(papers: &Papers) -> Result<Arc<ClientConfig>, Fault> {
    let mut roots = RootCertStore::empty();
    for certificate in papers.roots.iter().map(|file| certificates(file)).collect::<Result<Vec<_>, _>>()?.into_iter().flatten() {
        roots.add(certificate).map_err(|_| refused("sslrootcert holds a certificate that cannot be used"))?;
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| refused("no version of TLS can be offered"))?
        .with_root_certificates(roots);
    let config = match (&papers.certificate, &papers.key) {
        (Some(certificate), Some(key)) => {
            let key = PrivateKeyDer::from_pem_file(key).map_err(|_| refused("sslkey cannot be read"))?;
            builder.with_client_auth_cert(certificates(certificate)?, key).map_err(|_| refused("sslcert and sslkey do not belong together"))?
        }
        (None, None) => builder.with_no_client_auth(),
        _ => return Err(refused("sslcert and sslkey are named together or not at all")),
    };
    Ok(Arc::new(config))
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
    match read {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(refused("a file of certificates cannot be read, or holds none")),
    }
}

/// <https://www.postgresql.org/docs/15/protocol-flow.html#id-1.10.6.7.12>
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F];

/// Asks for encryption and shakes hands. What is not encrypted is not spoken with.
pub fn secure(mut stream: TcpStream, name: &str, config: &Arc<ClientConfig>) -> Result<Tls, Trouble> {
    stream.write_all(&SSL_REQUEST)?;
    let mut answer = [0];
    // One byte only: what was sent before the handshake is not believed.
    stream.read_exact(&mut answer)?;
    if answer != *b"S" {
        return Err(Trouble::Untrusted);
    }
    shake(stream, name, config)
}

/// How long a host may take to answer.
const ANSWERS: Duration = Duration::from_secs(10);

/// A line to a host that has to prove its name.
pub fn connect(host: &str, port: u16, config: &Arc<ClientConfig>) -> io::Result<Tls> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for address in (host, port).to_socket_addrs()? {
        let shaken = TcpStream::connect_timeout(&address, ANSWERS).and_then(|stream| {
            stream.set_read_timeout(Some(ANSWERS))?;
            stream.set_write_timeout(Some(ANSWERS))?;
            shake(stream, host, config).map_err(|_| io::Error::from(io::ErrorKind::PermissionDenied))
        });
        match shaken {
            Ok(line) => return Ok(line),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Shakes hands with whoever has to prove that name.
pub fn shake(stream: TcpStream, name: &str, config: &Arc<ClientConfig>) -> Result<Tls, Trouble> {
    let name = ServerName::try_from(name.to_owned()).map_err(|_| Trouble::Untrusted)?;
    let connection = ClientConnection::new(config.clone(), name).map_err(|_| Trouble::Untrusted)?;
    let mut tls = StreamOwned::new(connection, stream);
    while tls.conn.is_handshaking() {
        tls.conn.complete_io(&mut tls.sock)?;
    }
    Ok(tls)
}
