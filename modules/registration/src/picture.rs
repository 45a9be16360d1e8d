//! Whether a file is a photo that may be kept: told by its own beginning, never by what it is called.

use rihla_web::key;

/// Bytes of a photo at most.
pub const MOST: usize = 1 << 20;
/// Points of a side, between a smudge and more than any screen shows.
const SIDES: std::ops::RangeInclusive<u32> = 64..=8_000;

/// A photo, as its header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture {
    pub kind: &'static str,
    pub width: u32,
    pub height: u32,
}

/// The picture that a file is; the key of what is wrong with it, if it is none to be kept.
pub fn picture(content: &[u8]) -> Result<Picture, &'static str> {
    if content.len() > MOST {
        return Err(key!("registration-wrong-photo-size"));
    }
    let found = png(content).or_else(|| jpeg(content)).ok_or(key!("registration-wrong-photo-kind"))?;
    if SIDES.contains(&found.width) && SIDES.contains(&found.height) { Ok(found) } else { Err(key!("registration-wrong-photo-sides")) }
}

/// The first chunk holds the sides, and the last says that nothing is missing (<https://www.w3.org/TR/png-3/#11IHDR>).
fn png(content: &[u8]) -> Option<Picture> {
    let header = content.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")?;
    let side = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
    content.ends_with(b"\0\0\0\0IEND\xae\x42\x60\x82").then_some(())?;
    Some(Picture { kind: "image/png", width: side(0)?, height: side(4)? })
}

/// Segments up to the one that begins the frame, which holds the sides (ITU-T T.81, B.1 and B.2.2,
/// <https://www.w3.org/Graphics/JPEG/itu-t81.pdf>).
fn jpeg(content: &[u8]) -> Option<Picture> {
    let mut rest = content.strip_prefix(b"\xff\xd8")?;
    content.windows(2).rev().take(64).any(|end| end == b"\xff\xd9").then_some(())?;
    loop {
        let (&marker, after) = rest.strip_prefix(b"\xff")?.split_first()?;
        if marker == 0xff {
            rest = rest.get(1..)?;
            continue;
        }
        let length = usize::from(u16::from_be_bytes(after.get(..2)?.try_into().ok()?));
        let segment = after.get(2..length)?;
        match marker {
            // A frame: baseline, extended or progressive; not the tables that share these numbers.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let side = |at: usize| Some(u32::from(u16::from_be_bytes(segment.get(at..at + 2)?.try_into().ok()?)));
                return Some(Picture { kind: "image/jpeg", width: side(3)?, height: side(1)? });
            }
            0xda | 0xd9 | 0x00 | 0x01 | 0xd0..=0xd8 => return None,
            _ => rest = after.get(length..)?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png_of(width: u32, height: u32) -> Vec<u8> {
        [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &width.to_be_bytes(), &height.to_be_bytes(), b"\x08\x02\0\0\0crc!", b"\0\0\0\0IEND\xae\x42\x60\x82"]
            .concat()
    }

    fn jpeg_of(width: u16, height: u16) -> Vec<u8> {
        let frame = [b"\xff\xc2\0\x11\x08".as_slice(), &height.to_be_bytes(), &width.to_be_bytes(), &[3; 10]].concat();
        [b"\xff\xd8\xff\xe1\0\x08Exif\0\0\xff\xff\xdb\0\x03\x01".as_slice(), &frame, b"\xff\xda\0\x03\x01data\xff\xd9"].concat()
    }

    #[test]
    fn sides_are_read_from_the_beginning() {
        assert_eq!(picture(&png_of(300, 400)), Ok(Picture { kind: "image/png", width: 300, height: 400 }));
        assert_eq!(picture(&jpeg_of(640, 480)), Ok(Picture { kind: "image/jpeg", width: 640, height: 480 }));
    }

    #[test]
    fn what_is_no_whole_picture_is_refused_whatever_it_is_called() {
        let kind = Err(key!("registration-wrong-photo-kind"));
        for content in [
            b"".as_slice(),
            b"GIF89a\x01\0\x01\0",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"%PDF-1.7",
            b"\xff\xd8\xff\xd9",
            b"\xff\xd8\xff\xe1\xff\xff\xff\xd9",
        ] {
            assert_eq!(picture(content), kind, "{content:?}");
        }
        for whole in [png_of(300, 400), jpeg_of(640, 480)] {
            for cut in 0..whole.len() - 1 {
                assert_eq!(picture(&whole[..cut]), kind, "{cut} of {}", whole.len());
            }
        }
        for (width, height) in [(10, 300), (300, 63), (8_001, 300)] {
            assert_eq!(picture(&png_of(width, height)), Err(key!("registration-wrong-photo-sides")));
        }
        let mut large = png_of(300, 400);
        large.splice(33..33, vec![0; MOST]);
        assert_eq!(picture(&large), Err(key!("registration-wrong-photo-size")));
    }
}
