//! Base 64, as FHIR carries content inside of resources.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Appends base 64 (<https://www.rfc-editor.org/rfc/rfc4648#section-4>).
pub fn encode_into(bytes: &[u8], out: &mut Vec<u8>) {
    for group in bytes.chunks(3) {
        let value = (0..3).fold(0u32, |value, at| value << 8 | u32::from(group.get(at).copied().unwrap_or(0)));
        for digit in 0..4 {
            let letter = ALPHABET.get((value >> (18 - 6 * digit)) as usize & 63).copied().unwrap_or(b'=');
            out.push(if digit <= group.len() { letter } else { b'=' });
        }
    }
}

/// Undoes it; white space is allowed between digits. `None`: this is no base 64.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut value, mut digits) = (0u32, 0);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let digit = match byte {
            b'=' => break,
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        value = value << 6 | u32::from(digit);
        digits += 1;
        if digits % 4 == 0 {
            out.extend(value.to_be_bytes().into_iter().skip(1));
            value = 0;
        }
    }
    match digits % 4 {
        0 => {}
        2 => out.push((value >> 4) as u8),
        3 => out.extend(((value >> 2) as u16).to_be_bytes()),
        _ => return None,
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_64_goes_there_and_back() {
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy")] {
            let mut out = Vec::new();
            encode_into(plain.as_bytes(), &mut out);
            assert_eq!(String::from_utf8(out).expect("ascii"), coded);
            assert_eq!(decode(coded).as_deref(), Some(plain.as_bytes()));
        }
        assert_eq!(decode("Zm9\n vYg=="), Some(b"foob".to_vec()));
        assert_eq!(decode("Zm9v!"), None);
        assert_eq!(decode("Z"), None);
    }
}
