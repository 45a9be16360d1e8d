//! Files in one stream, as `tar` reads them: ustar, with GNU's form for the length of large ones
//! (<https://www.gnu.org/software/tar/manual/html_node/Standard.html>).

use crate::age::unreadable;
use std::io::{self, Read, Write};

const BLOCK: usize = 512;
const NAME: usize = 100;
/// The largest length that eleven octal digits hold.
const OCTAL: u64 = 0o777_7777_7777;

fn put(block: &mut [u8; BLOCK], at: usize, bytes: &[u8]) {
    block.iter_mut().skip(at).zip(bytes).for_each(|(to, from)| *to = *from);
}

fn sum(block: &[u8; BLOCK]) -> u64 {
    // The sum itself counts as spaces.
    block.iter().enumerate().map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) }).sum()
}

/// Writes one file.
pub fn write(out: &mut dyn Write, name: &str, length: u64, content: &mut dyn Read) -> io::Result<()> {
    let mut head = [0; BLOCK];
    if name.len() > NAME {
        return Err(unreadable("a name is too long"));
    }
    put(&mut head, 0, name.as_bytes());
    put(&mut head, 100, b"0000600\x000000000\x000000000\x00");
    if length <= OCTAL {
        put(&mut head, 124, format!("{length:011o}\0").as_bytes());
    } else {
        put(&mut head, 124, &[0x80, 0, 0, 0]);
        put(&mut head, 128, &length.to_be_bytes());
    }
    put(&mut head, 136, b"00000000000\x00");
    put(&mut head, 156, b"0");
    put(&mut head, 257, b"ustar\x0000");
    let own = sum(&head);
    put(&mut head, 148, format!("{own:06o}\0 ").as_bytes());
    out.write_all(&head)?;
    let copied = io::copy(&mut content.take(length), out)?;
    if copied != length {
        return Err(unreadable("a file became shorter while it was read"));
    }
    out.write_all([0; BLOCK].get(..padding(length)).unwrap_or_default())
}

/// Two empty blocks end it.
pub fn end(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&[0; 2 * BLOCK])
}

fn padding(length: u64) -> usize {
    (BLOCK - (length % BLOCK as u64) as usize) % BLOCK
}

/// Shows each file by name, length and content.
pub fn read(from: &mut dyn Read, each: &mut dyn FnMut(&str, u64, &mut dyn Read) -> io::Result<()>) -> io::Result<()> {
    let odd = || unreadable("what is in the file is no backup");
    loop {
        let mut head = [0; BLOCK];
        from.read_exact(&mut head)?;
        if head == [0; BLOCK] {
            break;
        }
        let field = |at: usize, length: usize| head.get(at..at + length).unwrap_or_default();
        let octal = |bytes: &[u8]| {
            let text = std::str::from_utf8(bytes).ok()?.trim_matches(['\0', ' ']);
            u64::from_str_radix(text, 8).ok()
        };
        if octal(field(148, 8)) != Some(sum(&head)) || field(156, 1) != b"0" {
            return Err(odd());
        }
        let name = field(0, NAME).split(|byte| *byte == 0).next().and_then(|name| std::str::from_utf8(name).ok()).ok_or_else(odd)?.to_owned();
        let length = match field(124, 12) {
            [0x80, 0, 0, 0, rest @ ..] => rest.first_chunk().map(|bytes| u64::from_be_bytes(*bytes)),
            digits => octal(digits),
        }
        .ok_or_else(odd)?;
        let mut content = from.take(length);
        each(&name, length, &mut content)?;
        // What was not asked for is passed by.
        io::copy(&mut content, &mut io::sink())?;
        io::copy(&mut from.take(padding(length) as u64), &mut io::sink())?;
    }
    // Read to its end: only there a sealed stream says that it is whole.
    io::copy(from, &mut io::sink()).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_back() {
        let files = [("a", 0usize), ("blobs/aa/b", 511), ("c", 512), ("d", 100_000)];
        let mut out = Vec::new();
        for (name, length) in files {
            write(&mut out, name, length as u64, &mut vec![7u8; length].as_slice()).expect("written");
        }
        end(&mut out).expect("ended");
        let mut found = Vec::new();
        read(&mut out.as_slice(), &mut |name, length, content| {
            let mut bytes = Vec::new();
            content.read_to_end(&mut bytes)?;
            found.push((name.to_owned(), length as usize, bytes.len()));
            Ok(())
        })
        .expect("read");
        assert_eq!(found, files.map(|(name, length)| (name.to_owned(), length, length)));
        out[3] ^= 1;
        assert!(read(&mut out.as_slice(), &mut |_, _, _| Ok(())).is_err());
        assert!(write(&mut Vec::new(), "a", 5, &mut b"1234".as_slice()).is_err());
    }
}
