//! Calling an identity provider: one request a connection, over TLS, within ten seconds and a quarter of a megabyte, following
//! nothing.

use http_body_util::{BodyExt, Full, Limited};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper::header;
use hyper_util::rt::TokioIo;
use rihla_kernel::Fault;
use rihla_oidc::{Asked, Fetch, Fetched, away};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

const PATIENCE: Duration = Duration::from_secs(10);
const BODY: usize = 256 << 10;

/// Calls over TLS whoever the authorities vouch for; an address without TLS is one that was allowed before.
pub struct Caller(Arc<ClientConfig>);

impl Caller {
    /// `roots`: authorities in PEM. Without any nobody is trusted.
    pub fn new(roots: Option<&Path>) -> Result<Self, String> {
        let mut trusted = RootCertStore::empty();
        if let Some(file) = roots {
            let unread = |error: &dyn Display| format!("{}: {error}", file.display());
            for certificate in CertificateDer::pem_file_iter(file).map_err(|error| unread(&error))? {
                // A machine's list may hold some that are of no use any more; the operator's own file may not.
                _ = trusted.add(certificate.map_err(|error| unread(&error))?);
            }
            if trusted.is_empty() {
                return Err(unread(&"it holds no certificate of an authority"));
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(|error| error.to_string())?;
        Ok(Self(Arc::new(config.with_root_certificates(trusted).with_no_client_auth())))
    }

    async fn call(&self, asked: Asked<'_>) -> Result<(u16, Vec<u8>), Unreached> {
        let (scheme, rest) = asked.url.split_once("://").ok_or("no address")?;
        let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse()?),
            _ => (authority, if scheme == "https" { 443 } else { 80 }),
        };
        let host = host.trim_matches(['[', ']']);
        let mut request = Request::builder().uri(path).header(header::HOST, authority).header(header::ACCEPT, "application/json");
        if let Some(authorization) = asked.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        let request = match asked.form {
            Some(form) => {
                request.method("POST").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Full::new(Bytes::from(form.to_owned())))?
            }
            None => request.body(Full::new(Bytes::new()))?,
        };
        let stream = TcpStream::connect((host, port)).await?;
        if scheme == "https" {
            let name = ServerName::try_from(host.to_owned())?;
            let tls = TlsConnector::from(self.0.clone()).connect(name, stream).await?;
            return exchange(tls, request).await;
        }
        exchange(stream, request).await
    }
}

type Unreached = Box<dyn std::error::Error + Send + Sync>;

async fn exchange(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static, request: Request<Full<Bytes>>) -> Result<(u16, Vec<u8>), Unreached> {
    let (mut send, line) = handshake(TokioIo::new(stream)).await?;
    let line = tokio::spawn(line);
    let answer = async {
        let response = send.send_request(request).await?;
        let status = response.status().as_u16();
        let body = Limited::new(response.into_body(), BODY).collect().await?.to_bytes();
        Ok((status, body.to_vec()))
    };
    let answer = answer.await;
    line.abort();
    answer
}

impl Fetch for Caller {
    fn fetch<'f>(&'f self, asked: Asked<'f>) -> Fetched<'f> {
        Box::pin(async move {
            match tokio::time::timeout(PATIENCE, self.call(asked)).await {
                Ok(Ok(answer)) => Ok(answer),
                Ok(Err(error)) => Err(told(asked.url, &error)),
                Err(late) => Err(told(asked.url, &late)),
            }
        })
    }
}

/// The operator reads why; the person at the screen is told what to do.
fn told(url: &str, why: &dyn Display) -> Fault {
    let place = url.split('?').next().unwrap_or(url);
    tracing::warn!("the identity provider was not reached at {place}: {why}");
    away()
}
