//! TLS 1.2 and 1.3 by rustls: the server's certificate, read again when it was renewed, and those of machines.

use crate::failure::{Failure, exit};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{RootCertStore, ServerConfig};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Files in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Papers {
    /// The server's certificate, with those between it and its authority.
    pub certificate: PathBuf,
    pub key: PathBuf,
    /// Authorities that vouch for machines: whoever calls has to have a certificate of theirs.
    pub machines: Option<PathBuf>,
}

/// How one line is encrypted.
pub struct Tls {
    papers: Papers,
    now: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    pub fn read(papers: Papers) -> Result<Self, Failure> {
        let now = RwLock::new(config(&papers)?);
        Ok(Self { papers, now })
    }

    /// Reads the files again; if they cannot be used, what was in use stays.
    pub fn renew(&self) -> Result<(), Failure> {
        let config = config(&self.papers)?;
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = config;
        Ok(())
    }

    pub async fn greet(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        let config = self.now.read().unwrap_or_else(PoisonError::into_inner).clone();
        TlsAcceptor::from(config).accept(stream).await
    }
}

fn config(papers: &Papers) -> Result<Arc<ServerConfig>, Failure> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::from_pem_file(&papers.key).map_err(|error| unusable(&papers.key, &error))?;
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(|error| unusable(&papers.certificate, &error))?;
    let builder = match &papers.machines {
        Some(file) => builder.with_client_cert_verifier(verifier(file)?),
        None => builder.with_no_client_auth(),
    };
    let mut config = builder.with_single_cert(certificates(&papers.certificate)?, key).map_err(|error| unusable(&papers.certificate, &error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn verifier(file: &Path) -> Result<Arc<dyn ClientCertVerifier>, Failure> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(file)? {
        roots.add(certificate).map_err(|error| unusable(file, &error))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().map_err(|error| unusable(file, &error))
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
    match read {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(unusable(file, &"it holds no certificate")),
        Err(error) => Err(unusable(file, &error)),
    }
}

fn unusable(file: &Path, why: &dyn std::fmt::Display) -> Failure {
    Failure::new(exit::USAGE, format!("{}: cannot be used for TLS: {why}", file.display()))
}
