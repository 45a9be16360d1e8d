//! What browsers load besides pages: named after its content, so kept for ever.

use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// One file inside the program.
pub struct Asset {
    /// What pages call it: `rihla.css`.
    pub name: &'static str,
    /// Its name on the wire: `rihla-0123456789abcdef.css`.
    file: &'static str,
    plain: &'static [u8],
    /// gzip; empty where that saves nothing.
    packed: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The address of an asset.
pub fn url(name: &str) -> String {
    format!("/assets/{}", ASSETS.iter().find(|asset| asset.name == name).map_or(name, |asset| asset.file))
}

pub(crate) async fn serve(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.file == file) else { return StatusCode::NOT_FOUND.into_response() };
    let packed = !asset.packed.is_empty() && takes_gzip(&headers);
    let bytes = if packed { asset.packed } else { asset.plain };
    let mut response = Response::new(Body::from(Bytes::from_static(bytes)));
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(asset.name)));
    out.insert(header::CACHE_CONTROL, FOR_EVER);
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if packed {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// Whether the browser takes gzip.
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    accepted.split(',').map(rihla_kernel::weighted).any(|(coding, weight)| coding.eq_ignore_ascii_case("gzip") && weight > 0)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_is_named_after_its_content() {
        assert!(url("rihla.css").starts_with("/assets/rihla-") && url("rihla.css").ends_with(".css"));
        assert!(ASSETS.iter().all(|asset| !asset.plain.is_empty()));
        let style = ASSETS.iter().find(|asset| asset.name == "rihla.css").map(|asset| String::from_utf8_lossy(asset.plain));
        assert!(style.is_some_and(|style| style.contains("url(/assets/noto-sans-") && !style.contains("asset:")));
    }

    #[test]
    fn gzip_is_sent_to_who_takes_it() {
        let with = |text: &'static str| takes_gzip(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(text))]));
        assert!(with("br, gzip") && !with("br") && !with("gzip;q=0") && !takes_gzip(&HeaderMap::new()));
    }
}
