//! Frames on a line (MLLP): VT, content, FS, CR. A state machine that is fed bytes as they come.

const START: u8 = 0x0B;
const END: u8 = 0x1C;
const CLOSE: u8 = 0x0D;

/// What was met on the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The content of a frame, without its marks.
    Frame(Vec<u8>),
    /// A frame with more bytes than are taken; its end was met, and its content is gone but for its head, which tells who sent
    /// it and under which control id.
    TooLarge { size: usize, head: Vec<u8> },
    /// Bytes that belong to no frame, or a frame that a new one began within: they were passed over.
    Stray { size: usize },
}

enum State {
    Between { stray: usize },
    Within(Vec<u8>),
    Skipping { size: usize, head: Vec<u8> },
}

/// Bytes that are kept of a frame that is too large.
const HEAD: usize = 1024;

/// One for each connection. Holds at most `limit` bytes.
pub struct Deframer {
    limit: usize,
    state: State,
}

impl Deframer {
    /// `limit`: bytes of content of one frame.
    pub fn new(limit: usize) -> Self {
        Self { limit, state: State::Between { stray: 0 } }
    }

    /// Bytes that are held of a frame whose end was not met yet.
    pub fn held(&self) -> usize {
        match &self.state {
            State::Within(content) => content.len(),
            State::Skipping { head, .. } => head.len(),
            State::Between { .. } => 0,
        }
    }

    /// Whether a frame was begun.
    pub fn is_within(&self) -> bool {
        !matches!(self.state, State::Between { .. })
    }

    /// Takes bytes up to the next event; `bytes` then begins after what was taken. Nothing when all were taken without one.
    ///
    /// A frame ends with FS alone: CR follows it in the standard, and is passed over with other white space between frames.
    pub fn next(&mut self, bytes: &mut &[u8]) -> Option<Event> {
        while !bytes.is_empty() {
            let event = match &mut self.state {
                State::Between { .. } => self.between(bytes),
                State::Within(_) => self.within(bytes),
                State::Skipping { .. } => self.skipping(bytes),
            };
            if event.is_some() {
                return event;
            }
        }
        None
    }

    fn between(&mut self, bytes: &mut &[u8]) -> Option<Event> {
        let State::Between { stray } = &mut self.state else { return None };
        let end = memchr::memchr(START, bytes);
        let (junk, rest) = bytes.split_at_checked(end.unwrap_or(bytes.len()))?;
        *stray += junk.iter().filter(|it| !matches!(**it, CLOSE | END | b'\n' | b' ' | 0)).count();
        *bytes = rest;
        end?;
        let size = *stray;
        *bytes = rest.get(1..).unwrap_or(&[]);
        self.state = State::Within(Vec::new());
        (size > 0).then_some(Event::Stray { size })
    }

    fn within(&mut self, bytes: &mut &[u8]) -> Option<Event> {
        let State::Within(content) = &mut self.state else { return None };
        let mark = memchr::memchr2(START, END, bytes);
        let (part, rest) = bytes.split_at_checked(mark.unwrap_or(bytes.len()))?;
        if content.len() + part.len() > self.limit {
            let room = HEAD.min(self.limit).saturating_sub(content.len());
            let size = content.len();
            content.extend_from_slice(part.get(..room.min(part.len())).unwrap_or(&[]));
            content.truncate(HEAD);
            content.shrink_to_fit();
            self.state = State::Skipping { size, head: std::mem::take(content) };
            return None;
        }
        content.extend_from_slice(part);
        let (met, after) = match rest.split_first() {
            Some((met, after)) => (*met, after),
            None => {
                *bytes = rest;
                return None;
            }
        };
        *bytes = after;
        let content = std::mem::take(content);
        if met == START {
            return (!content.is_empty()).then_some(Event::Stray { size: content.len() });
        }
        self.state = State::Between { stray: 0 };
        Some(Event::Frame(content))
    }

    fn skipping(&mut self, bytes: &mut &[u8]) -> Option<Event> {
        let State::Skipping { size, head } = &mut self.state else { return None };
        let mark = memchr::memchr(END, bytes);
        let (part, rest) = bytes.split_at_checked(mark.unwrap_or(bytes.len()))?;
        *size = size.saturating_add(part.len());
        *bytes = rest;
        mark?;
        let (size, head) = (*size, std::mem::take(head));
        *bytes = rest.get(1..).unwrap_or(&[]);
        self.state = State::Between { stray: 0 };
        Some(Event::TooLarge { size, head })
    }
}

/// A message as a frame.
pub fn frame(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + 3);
    out.push(START);
    out.extend_from_slice(content);
    out.extend([END, CLOSE]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(limit: usize, chunks: &[&[u8]]) -> Vec<Event> {
        let mut line = Deframer::new(limit);
        let mut found = Vec::new();
        for chunk in chunks {
            let mut rest = *chunk;
            while let Some(event) = line.next(&mut rest) {
                found.push(event);
            }
        }
        found
    }

    #[test]
    fn frames_are_found_however_they_are_cut() {
        let line = [frame(b"one"), b"\n\r junk".to_vec(), frame(b"two"), b"\x0Bthree\x1C".to_vec(), frame(b"")].concat();
        let wanted = vec![
            Event::Frame(b"one".to_vec()),
            Event::Stray { size: 4 },
            Event::Frame(b"two".to_vec()),
            Event::Frame(b"three".to_vec()),
            Event::Frame(Vec::new()),
        ];
        assert_eq!(events(10, &[&line]), wanted);
        let bytes: Vec<&[u8]> = line.chunks(1).collect();
        assert_eq!(events(10, &bytes), wanted);
    }

    #[test]
    fn a_frame_too_large_is_passed_over_and_the_next_one_taken() {
        let line = [frame(b"123456"), frame(b"12345")].concat();
        let wanted = [Event::TooLarge { size: 6, head: b"12345".to_vec() }, Event::Frame(b"12345".to_vec())];
        assert_eq!(events(5, &[&line]), wanted);
        let bytes: Vec<&[u8]> = line.chunks(1).collect();
        assert_eq!(events(5, &bytes), wanted);
    }

    #[test]
    fn a_frame_that_broke_off_is_not_joined_to_the_next() {
        assert_eq!(events(99, &[b"\x0Bhalf", b"\x0Bwhole\x1C\r"]), [Event::Stray { size: 4 }, Event::Frame(b"whole".to_vec())]);
    }
}
