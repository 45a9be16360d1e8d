//! The fields of a request, each once.

use crate::answer::{Error, Refused};

/// Fields of an address or a form, already decoded.
#[derive(Clone, Debug, Default)]
pub struct Form(Vec<(String, String)>);

/// More is no request of any client.
const FIELD_MAX: usize = 16 << 10;

impl Form {
    /// Refuses a field that was sent twice (RFC 6749, 3.1). One without a value counts as left out.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, Refused> {
        let mut fields: Vec<(String, String)> = Vec::new();
        for (name, value) in pairs {
            if fields.iter().any(|(known, _)| *known == name) {
                return Err(Refused::new(Error::InvalidRequest, "A parameter was sent twice."));
            }
            if value.len() > FIELD_MAX {
                return Err(Refused::new(Error::InvalidRequest, "A parameter is too long."));
            }
            fields.push((name, value));
        }
        fields.retain(|(_, value)| !value.is_empty());
        Ok(Self(fields))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn need(&self, name: &str) -> Result<&str, Refused> {
        self.get(name).ok_or_else(|| Refused::new(Error::InvalidRequest, format!("The parameter {name} is missing.")))
    }
}

/// An address with parameters put behind those that it has.
pub(crate) fn with_query(address: &str, fields: &[(&str, &str)]) -> String {
    let mut out = address.to_owned();
    for (name, value) in fields {
        out.push(if out.contains('?') { '&' } else { '?' });
        out.push_str(name);
        out.push('=');
        for byte in value.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
                other => out.push_str(&format!("%{other:02X}")),
            }
        }
    }
    out
}

/// Undoes percent-encoding of a form; `None` if it is none.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        out.push(match byte {
            b'%' => (digit(bytes.next())? << 4 | digit(bytes.next())?) as u8,
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_there_once_or_not_at_all() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let form = Form::new([pair("a", "1"), pair("b", "")]).expect("a form");
        assert_eq!((form.get("a"), form.get("b")), (Some("1"), None));
        assert_eq!(form.need("b").expect_err("left out").error, Error::InvalidRequest);
        assert_eq!(Form::new([pair("a", "1"), pair("a", "")]).expect_err("twice").error, Error::InvalidRequest);
    }

    #[test]
    fn what_is_put_into_an_address_comes_out_as_it_was() {
        let state = "a b&c=d#é%";
        let address = with_query("https://app.test/cb?own=1", &[("state", state)]);
        let (before, after) = address.split_once("&state=").expect("put behind");
        assert_eq!((before, decoded(after).as_deref()), ("https://app.test/cb?own=1", Some(state)));
        assert_eq!((decoded("%4"), decoded("%zz"), decoded("%ff")), (None, None, None));
    }
}
