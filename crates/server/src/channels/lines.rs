//! How lines are encrypted.

use super::file::{Inbound, Outbound};
use crate::edge::{Papers, Tls};
use crate::failure::{Failure, exit};
use rihla_exchange::line::{Line, Plain, TlsTo, Wrap, Wrapping};
use rihla_store_postgres::tls::{Papers as Shown, config};
use rustls::pki_types::ServerName;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// A server's line, whose certificate may be read again while it stands.
struct Served(Arc<Tls>);

impl Wrap for Served {
    fn wrap(&self, stream: TcpStream) -> Wrapping<'_> {
        Box::pin(async move { Ok(Box::new(self.0.greet(stream).await?) as Box<dyn Line>) })
    }
}

/// How a line is encrypted, and its certificate where it has one.
pub type Encrypted = (Arc<dyn Wrap>, Option<Arc<Tls>>);

/// The line that others call. Files stand beside the one that names them, unless they say where.
pub fn inbound(channel: &Inbound, beside: &Path) -> Result<Encrypted, Failure> {
    let (Some(certificate), Some(key)) = (&channel.certificate, &channel.key) else { return Ok((Arc::new(Plain), None)) };
    let papers = Papers { certificate: beside.join(certificate), key: beside.join(key), machines: channel.authorities.as_ref().map(|file| beside.join(file)) };
    let tls = Arc::new(Tls::read(papers)?);
    Ok((Arc::new(Served(tls.clone())), Some(tls)))
}

pub fn outbound(channel: &Outbound, beside: &Path) -> Result<Arc<dyn Wrap>, Failure> {
    let wrong = |why: String| Failure::new(exit::USAGE, format!("the channel {}: {why}", channel.name.get_ref().0));
    let Some(authority) = &channel.authority else { return Ok(Arc::new(Plain)) };
    let file = |name: &Option<PathBuf>| name.as_ref().map(|name| beside.join(name));
    let papers = Shown { mode: None, roots: Some(beside.join(authority)), certificate: file(&channel.certificate), key: file(&channel.key) };
    let config = config(&papers).map_err(|fault| wrong(fault.text.into_owned()))?;
    let name = ServerName::try_from(channel.address.host.clone()).map_err(|error| wrong(error.to_string()))?;
    Ok(Arc::new(TlsTo { connector: TlsConnector::from(config), name }))
}
