//! Addresses with parameters.

/// An address with parameters put behind those that it has.
pub fn with_query(address: &str, fields: &[(&str, &str)]) -> String {
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
pub fn decoded(text: &str) -> Option<String> {
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
    fn what_is_put_into_an_address_comes_out_as_it_was() {
        let state = "a b&c=d#é%";
        let address = with_query("https://app.test/cb?own=1", &[("state", state)]);
        let (before, after) = address.split_once("&state=").expect("put behind");
        assert_eq!((before, decoded(after).as_deref()), ("https://app.test/cb?own=1", Some(state)));
        assert_eq!((decoded("%4"), decoded("%zz"), decoded("%ff")), (None, None, None));
    }
}
