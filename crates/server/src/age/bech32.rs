//! Bech32, in which age writes keys (<https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki>).

const CHARS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const CHECK: usize = 6;

fn checksum(values: impl Iterator<Item = u8>) -> u32 {
    const TURNS: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    values.fold(1u32, |sum, value| {
        let top = sum >> 25;
        let next = (sum & 0x01ff_ffff) << 5 ^ u32::from(value);
        TURNS.iter().enumerate().filter(|(at, _)| top >> at & 1 == 1).fold(next, |sum, (_, turn)| sum ^ turn)
    })
}

/// What the prefix adds to the checksum.
fn spread(prefix: &str) -> impl Iterator<Item = u8> {
    prefix.bytes().map(|byte| byte >> 5).chain([0]).chain(prefix.bytes().map(|byte| byte & 31))
}

/// Numbers of `from` bits as numbers of `to` bits. What is left over is filled up, or, when reading, has to be nothing.
fn regroup(values: impl Iterator<Item = u8>, from: u32, to: u32, fill: bool) -> Option<Vec<u8>> {
    let (mut held, mut bits, mut out) = (0u32, 0, Vec::new());
    for value in values {
        held = (held << from | u32::from(value)) & 0xFFFF;
        bits += from;
        while bits >= to {
            bits -= to;
            out.push((held >> bits & ((1 << to) - 1)) as u8);
        }
    }
    let rest = held & ((1 << bits) - 1);
    if fill {
        if bits > 0 {
            out.push((rest << (to - bits)) as u8);
        }
        return Some(out);
    }
    (bits < from && rest == 0).then_some(out)
}

/// In lower case.
pub fn encode(prefix: &str, bytes: &[u8; 32]) -> String {
    let data = regroup(bytes.iter().copied(), 8, 5, true).unwrap_or_default();
    let sum = checksum(spread(prefix).chain(data.iter().copied()).chain([0; CHECK])) ^ 1;
    let tail = (0..CHECK).map(|at| (sum >> (5 * (CHECK - 1 - at)) & 31) as u8);
    let chars = data.iter().copied().chain(tail).filter_map(|value| CHARS.get(usize::from(value))).map(|byte| char::from(*byte));
    format!("{prefix}1{}", chars.collect::<String>())
}

/// The 32 bytes of a text with that prefix, all in lower or all in upper case.
pub fn decode(prefix: &str, text: &str) -> Option<[u8; 32]> {
    if text.bytes().any(|byte| byte.is_ascii_lowercase()) && text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let text = text.to_ascii_lowercase();
    let data = text.strip_prefix(prefix)?.strip_prefix('1')?;
    let values: Option<Vec<u8>> = data.bytes().map(|byte| CHARS.iter().position(|own| *own == byte).map(|at| at as u8)).collect();
    let values = values?;
    if checksum(spread(prefix).chain(values.iter().copied())) != 1 {
        return None;
    }
    let data = values.get(..values.len().checked_sub(CHECK)?)?;
    regroup(data.iter().copied(), 5, 8, false)?.try_into().ok()
}
