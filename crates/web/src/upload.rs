//! A form with a file, as browsers send it (`multipart/form-data`, <https://www.rfc-editor.org/rfc/rfc7578>). Held in memory,
//! bounded by the route's own limit.

use crate::refuse::Refusal;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;

/// Parts of one form; a page of ours has fewer.
const PARTS: usize = 40;

/// What was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upload {
    fields: Vec<(String, String)>,
    /// The name of its field, and its content. A file that was not chosen is empty.
    file: Option<(String, Vec<u8>)>,
}

impl Upload {
    /// A field of the form; empty where it was not sent.
    pub fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The content of the file that was chosen in a field.
    pub fn file(self, name: &str) -> Option<Vec<u8>> {
        self.file.filter(|(known, content)| known == name && !content.is_empty()).map(|(_, content)| content)
    }

    /// None: it is not as a browser sends it.
    fn parse(boundary: &str, body: &[u8]) -> Option<Self> {
        let (begin, between) = (format!("--{boundary}"), format!("\r\n--{boundary}"));
        let mut rest = body.strip_prefix(begin.as_bytes())?;
        let mut out = Self::default();
        for _ in 0..PARTS {
            if rest.starts_with(b"--") {
                return Some(out);
            }
            rest = rest.strip_prefix(b"\r\n")?;
            let end = find(rest, between.as_bytes())?;
            let (part, after) = rest.split_at_checked(end)?;
            out.take(part)?;
            rest = after.get(between.len()..)?;
        }
        None
    }

    fn take(&mut self, part: &[u8]) -> Option<()> {
        let at = find(part, b"\r\n\r\n")?;
        let (head, content) = (std::str::from_utf8(part.get(..at)?).ok()?, part.get(at + 4..)?);
        let said = head.split("\r\n").find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
        })?;
        let name = parameter(said, "name")?;
        if parameter(said, "filename").is_some() {
            // The name that the file had on somebody's machine is nobody's business.
            if self.file.is_none() {
                self.file = Some((name, content.to_vec()));
            }
        } else {
            self.fields.push((name, std::str::from_utf8(content).ok()?.to_owned()));
        }
        Some(())
    }
}

/// A parameter of `form-data; name="x"; filename="y"`. Browsers write a quote inside as `%22`.
fn parameter(said: &str, name: &str) -> Option<String> {
    let wanted = format!("{name}=\"");
    said.split("; ").find_map(|part| part.trim().strip_prefix(wanted.as_str())).and_then(|rest| rest.split('"').next()).map(str::to_owned)
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = wanted.first()?;
    let mut from = 0;
    while let Some(at) = text.get(from..)?.iter().position(|byte| byte == first) {
        if text.get(from + at..)?.starts_with(wanted) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let wrong = || Refusal::invalid("RH-WEB-UPLOAD", "The form with its file did not arrive as a browser sends it. Send it again.");
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
        let boundary = kind.strip_prefix("multipart/form-data").and_then(|rest| rest.split("boundary=").nth(1)).ok_or_else(wrong)?;
        let boundary = boundary.split(';').next().unwrap_or_default().trim().trim_matches('"').to_owned();
        if boundary.is_empty() || boundary.len() > 70 {
            return Err(wrong());
        }
        let body = Bytes::from_request(request, state).await.map_err(|_| too_large())?;
        Self::parse(&boundary, &body).ok_or_else(wrong)
    }
}

fn too_large() -> Refusal {
    rihla_kernel::Fault::new(rihla_kernel::FaultKind::TooLarge, "RH-WEB-UPLOAD-SIZE", "The file is larger than this page takes. Nothing was kept.").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn body(file: &[u8]) -> Vec<u8> {
        let head = "--b\r\nContent-Disposition: form-data; name=\"why\"\r\n\r\nà relire\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\x; name=y.png\"\r\nContent-Type: image/png\r\n\r\n";
        [head.as_bytes(), file, b"\r\n--b--\r\n"].concat()
    }

    #[test]
    fn what_is_sent_in_part_or_askew_is_refused() {
        let whole = body(b"x");
        assert_eq!(Upload::parse("b", &whole).map(|sent| sent.field("why").to_owned()).as_deref(), Some("à relire"));
        assert_eq!(Upload::parse("c", &whole), None);
        for cut in 0..whole.len() - 4 {
            assert_eq!(Upload::parse("b", &whole[..cut]), None, "{cut}");
        }
        let many = format!("--b{}--", "\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--b".repeat(PARTS + 1));
        assert_eq!(Upload::parse("b", many.as_bytes()), None);
        let none = Upload::parse("b", &body(b"")).expect("a form");
        assert_eq!(none.file("file"), None, "no file was chosen");
    }

    proptest! {
        #[test]
        fn a_file_arrives_by_the_byte(content in prop::collection::vec(any::<u8>(), 1..300)) {
            prop_assume!(!content.windows(5).any(|part| part == b"\r\n--b"));
            prop_assert_eq!(Upload::parse("b", &body(&content)).and_then(|sent| sent.file("file")), Some(content));
        }

        #[test]
        fn whatever_is_sent_nothing_breaks(content in prop::collection::vec(any::<u8>(), 0..200)) {
            let sent = [b"--b\r\n".as_slice(), &content, b"\r\n--b--"].concat();
            _ = Upload::parse("b", &sent);
        }
    }
}
