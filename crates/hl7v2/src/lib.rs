//! HL7 v2 messages as text and as frames on a line, without any I/O.
//!
//! - [`charset`]: bytes to text and back, by the character set that MSH-18 names.
//! - [`Message`]: segments over that text, fields looked up as they are asked for; nothing is copied but what has escapes.
//! - [`Draft`]: a message that is being written. `Message::parse(&draft.write())` is the draft again.
//! - [`ack`]: acknowledgements, original and enhanced mode, with ERR segments.
//! - [`batch`]: files and batches (FHS, BHS).
//! - [`mllp`]: frames on a line, a byte at a time, bounded.
//! - [`time`]: time stamps with the precision with which they were written.
//!
//! What is absent on purpose: message profiles, and a model of every segment. What a message means is said by `crates/exchange`.
//!
//! Source of the rules: HL7 Messaging Standard 2.5.1 and 2.8, chapter 2 (control).
//!
//! ```
//! use rihla_hl7v2::{Limits, Message};
//!
//! let text = "MSH|^~\\&|LAB|HOSP|||20240102||ADT^A08|7|P|2.5\rPID|||12^^^HOSP^PI~B7^^^MA^NNMAR||Alaoui^Salma";
//! let message = Message::parse(text, &Limits::default())?;
//! assert_eq!(message.get("PID-3[1].4").as_deref(), Some("MA"));
//! assert_eq!(message.header().event(), ("ADT", "A08"));
//! # Ok::<(), rihla_hl7v2::ParseError>(())
//! ```

pub mod ack;
pub mod batch;
pub mod charset;
mod draft;
mod error;
mod escape;
mod header;
mod marks;
mod message;
pub mod mllp;
mod path;
pub mod time;
mod value;

pub use charset::Charset;
pub use draft::{Draft, DraftSegment};
pub use error::{ErrorCode, ParseError, Place};
pub use header::{Header, Wanted};
pub use marks::Marks;
pub use message::{Limits, Message, Segment};
pub use path::Path;
pub use value::Value;
