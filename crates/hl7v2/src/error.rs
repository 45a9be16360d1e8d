//! What is wrong with a message, for its sender.

use thiserror::Error;

/// Table 0357, message error condition codes, as they stand in ERR-3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    Accepted,
    SegmentSequence,
    RequiredFieldMissing,
    DataType,
    TableValue,
    TooLong,
    UnsupportedType,
    UnsupportedEvent,
    UnsupportedProcessing,
    UnsupportedVersion,
    UnknownKey,
    DuplicateKey,
    Locked,
    Internal,
}

impl ErrorCode {
    pub const ALL: [Self; 14] = [
        Self::Accepted,
        Self::SegmentSequence,
        Self::RequiredFieldMissing,
        Self::DataType,
        Self::TableValue,
        Self::TooLong,
        Self::UnsupportedType,
        Self::UnsupportedEvent,
        Self::UnsupportedProcessing,
        Self::UnsupportedVersion,
        Self::UnknownKey,
        Self::DuplicateKey,
        Self::Locked,
        Self::Internal,
    ];

    /// Code and display.
    pub fn row(self) -> (&'static str, &'static str) {
        match self {
            Self::Accepted => ("0", "Message accepted"),
            Self::SegmentSequence => ("100", "Segment sequence error"),
            Self::RequiredFieldMissing => ("101", "Required field missing"),
            Self::DataType => ("102", "Data type error"),
            Self::TableValue => ("103", "Table value not found"),
            Self::TooLong => ("104", "Value too long"),
            Self::UnsupportedType => ("200", "Unsupported message type"),
            Self::UnsupportedEvent => ("201", "Unsupported event code"),
            Self::UnsupportedProcessing => ("202", "Unsupported processing id"),
            Self::UnsupportedVersion => ("203", "Unsupported version id"),
            Self::UnknownKey => ("204", "Unknown key identifier"),
            Self::DuplicateKey => ("205", "Duplicate key identifier"),
            Self::Locked => ("206", "Application record locked"),
            Self::Internal => ("207", "Application internal error"),
        }
    }
}

/// Where in a message, counted from 1 as people do; 0 leaves a part out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub segment: String,
    pub sequence: usize,
    pub field: usize,
}

impl Place {
    pub fn new(segment: &str, sequence: usize, field: usize) -> Self {
        Self { segment: segment.to_owned(), sequence, field }
    }
}

/// Why a text is no message that can be worked with. Nothing of it was used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ParseError {
    #[error("The message is empty. Send at least an MSH segment.")]
    Empty,
    #[error("The message does not begin with MSH. The first segment of a message is MSH.")]
    NoHeader,
    #[error("MSH-1 and MSH-2 do not name five different delimiters. Usual are | and ^~\\&.")]
    Delimiters,
    #[error("Segment {line} does not begin with a name of three capital letters or digits. Escape line breaks within fields as \\.br\\.")]
    SegmentName { line: usize },
    #[error("The message has {size} bytes; at most {limit} are taken. Send large documents by reference.")]
    TooLarge { size: usize, limit: usize },
    #[error("The message has more than {limit} segments. Send it in parts.")]
    TooManySegments { limit: usize },
    #[error("MSH-18 names the character set {name:?}, which is not known here. Known are ASCII, 8859/1, 8859/6, 8859/15 and UNICODE UTF-8.")]
    UnknownCharset { name: String },
    #[error("Byte {offset} does not belong to the character set {charset}. Name the one that is used in MSH-18.")]
    NotInCharset { charset: &'static str, offset: usize },
    #[error("The batch says that it has {said} messages and holds {found}. Send it again.")]
    BatchCount { said: usize, found: usize },
}

impl ParseError {
    /// A stable code of our own.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty | Self::NoHeader => "RH-V2-NO-HEADER",
            Self::Delimiters => "RH-V2-DELIMITERS",
            Self::SegmentName { .. } => "RH-V2-SEGMENT",
            Self::TooLarge { .. } | Self::TooManySegments { .. } => "RH-V2-TOO-LARGE",
            Self::UnknownCharset { .. } | Self::NotInCharset { .. } => "RH-V2-CHARSET",
            Self::BatchCount { .. } => "RH-V2-BATCH",
        }
    }

    /// What an acknowledgement says of it.
    pub fn condition(&self) -> (ErrorCode, Place) {
        match self {
            Self::Empty | Self::NoHeader => (ErrorCode::SegmentSequence, Place::new("MSH", 1, 0)),
            Self::Delimiters => (ErrorCode::RequiredFieldMissing, Place::new("MSH", 1, 2)),
            Self::SegmentName { line } => (ErrorCode::SegmentSequence, Place::new("", *line, 0)),
            Self::TooLarge { .. } | Self::TooManySegments { .. } => (ErrorCode::TooLong, Place::default()),
            Self::UnknownCharset { .. } => (ErrorCode::TableValue, Place::new("MSH", 1, 18)),
            Self::NotInCharset { .. } => (ErrorCode::DataType, Place::new("MSH", 1, 18)),
            Self::BatchCount { .. } => (ErrorCode::SegmentSequence, Place::new("BTS", 1, 1)),
        }
    }
}
