//! The language an answer is written in.

use axum::http::{HeaderMap, header};
pub use rihla_kernel::Lang;

/// The language that the caller prefers among ours.
pub(crate) fn accepted(headers: &HeaderMap, default: Lang) -> Lang {
    headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).map_or(default, |wanted| Lang::accepted(wanted, default))
}
