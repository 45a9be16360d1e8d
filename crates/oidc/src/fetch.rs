//! What is asked of a provider, whoever carries it.

use rihla_kernel::Fault;
use std::future::Future;
use std::pin::Pin;

/// One request.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub url: &'a str,
    /// The whole `Authorization` header.
    pub authorization: Option<&'a str>,
    /// The fields of a form, encoded: then it is a POST.
    pub form: Option<&'a str>,
}

/// Status and body.
pub type Fetched<'f> = Pin<Box<dyn Future<Output = Result<(u16, Vec<u8>), Fault>> + Send + 'f>>;

/// Who carries requests: over TLS, following no redirect, within a time and a size that it bounds.
pub trait Fetch: Send + Sync {
    fn fetch<'f>(&'f self, asked: Asked<'f>) -> Fetched<'f>;
}
