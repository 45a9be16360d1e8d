//! Errors as values: a code to read over the phone, a cause, and a sentence that says what to do.

use std::borrow::Cow;
use std::fmt;

/// A stable code such as `RH-STORE-DISK-FULL`. Never reused for another meaning.
pub type Code = &'static str;

/// How a caller has to take a fault; edges map it to their own status (HTTP, exit code, HL7 ACK).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// The request itself is wrong and will stay so.
    Invalid,
    /// Well-formed, but against a rule of the record.
    Unprocessable,
    /// Nothing under that name, or nothing that this actor may see.
    NotFound,
    /// It was there and has been deleted.
    Gone,
    /// Someone else changed it first, or a claim is taken.
    Conflict,
    /// A stated condition (If-Match, search) did not hold.
    PreconditionFailed,
    /// The actor may not.
    Forbidden,
    /// A limit of size, depth or cost.
    TooLarge,
    /// Not now: disk full, shutting down, overloaded. Nothing was kept.
    Unavailable,
    /// A defect or damage on our side.
    Internal,
}

impl FaultKind {
    /// What HTTP says of it (<https://hl7.org/fhir/R4/http.html#Status-Codes>).
    pub fn http_status(self) -> u16 {
        match self {
            Self::Invalid => 400,
            Self::Unprocessable => 422,
            Self::NotFound => 404,
            Self::Gone => 410,
            Self::Conflict => 409,
            Self::PreconditionFailed => 412,
            Self::Forbidden => 403,
            Self::TooLarge => 413,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }
}

/// An error of the platform. Carries no patient data, so that it may be logged and shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Fault {
    pub kind: FaultKind,
    pub code: Code,
    /// One English sentence for an integrator: what happened and what to do. Screens translate by `code`.
    pub text: Cow<'static, str>,
}

impl Fault {
    pub fn new(kind: FaultKind, code: Code, text: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, code, text: text.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ({})", self.text, self.code)
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?} {self}", self.kind)
    }
}

impl std::error::Error for Fault {}
