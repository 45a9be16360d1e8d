//! Resources as XML: <https://hl7.org/fhir/R4/xml.html>.
//!
//! [`read`] turns XML into the JSON text that the rest of the house works on, [`write`] does the reverse. Both follow the
//! tables: what repeats becomes an array, what R4 orders is written in its order. Decimals keep their digits, narrative
//! its text; comments and processing instructions are dropped.

mod escape;
mod read;
mod write;

pub use read::read;
use thiserror::Error;
pub use write::write;

/// The namespace of resources.
pub const FHIR: &str = "http://hl7.org/fhir";
/// The namespace of narrative.
pub const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// Deeper than any resource; reading and writing recurse.
const MAX_DEPTH: usize = 192;

/// Why a text could not be read or written, and where in the source.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{kind} at byte {offset}")]
pub struct XmlError {
    pub kind: XmlErrorKind,
    pub offset: usize,
}

/// What stands against it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum XmlErrorKind {
    #[error("the text is not UTF-8")]
    NotUtf8,
    #[error("the XML is not well-formed")]
    Malformed,
    #[error("a document type or entity is not allowed")]
    DocumentType,
    #[error("text stands where elements belong")]
    Text,
    #[error("the namespace is not that of FHIR")]
    Namespace,
    #[error("the element is no resource type of R4")]
    UnknownType,
    #[error("{0} is not known here")]
    UnknownElement(String),
    #[error("the attribute {0} is not known here")]
    UnknownAttribute(String),
    #[error("exactly one resource belongs here")]
    OneResource,
    #[error("this has no form in XML")]
    NoForm,
    #[error("nested too deeply")]
    TooDeep,
    #[error("too many bytes")]
    TooLong,
}

impl XmlErrorKind {
    /// The house's own code.
    pub fn code(&self) -> rihla_kernel::Code {
        match self {
            Self::NotUtf8 => "RH-XML-NOT-UTF8",
            Self::Malformed => "RH-XML-MALFORMED",
            Self::DocumentType => "RH-XML-DOCUMENT-TYPE",
            Self::Text => "RH-XML-TEXT",
            Self::Namespace => "RH-XML-NAMESPACE",
            Self::UnknownType => "RH-XML-UNKNOWN-TYPE",
            Self::UnknownElement(_) => "RH-XML-UNKNOWN-ELEMENT",
            Self::UnknownAttribute(_) => "RH-XML-UNKNOWN-ATTRIBUTE",
            Self::OneResource => "RH-XML-ONE-RESOURCE",
            Self::NoForm => "RH-XML-NO-FORM",
            Self::TooDeep => "RH-XML-TOO-DEEP",
            Self::TooLong => "RH-XML-TOO-LONG",
        }
    }
}

#[cfg(test)]
mod tests;
