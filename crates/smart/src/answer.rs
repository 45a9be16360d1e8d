//! What an endpoint says, and how it is said over HTTP.

use rihla_jose::json::Object;
use rihla_kernel::{Fault, FaultKind};
use std::fmt;

/// An error of OAuth (RFC 6749 4.1.2.1 and 5.2, RFC 6750 3.1, RFC 7591 3.2.2, OpenID Connect Core 3.1.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    InvalidRequest,
    InvalidClient,
    InvalidGrant,
    InvalidScope,
    UnauthorizedClient,
    UnsupportedGrantType,
    UnsupportedResponseType,
    AccessDenied,
    InvalidToken,
    InvalidRedirectUri,
    InvalidClientMetadata,
    InteractionRequired,
    TemporarilyUnavailable,
    ServerError,
}

impl Error {
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidScope => "invalid_scope",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::AccessDenied => "access_denied",
            Self::InvalidToken => "invalid_token",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidClientMetadata => "invalid_client_metadata",
            Self::InteractionRequired => "interaction_required",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::ServerError => "server_error",
        }
    }

    pub fn http_status(self) -> u16 {
        match self {
            Self::InvalidClient | Self::InvalidToken => 401,
            Self::AccessDenied => 403,
            Self::TemporarilyUnavailable => 503,
            Self::ServerError => 500,
            _ => 400,
        }
    }
}

/// Why there is no other answer. The text is for who writes the client, and names no person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub error: Error,
    pub text: String,
}

impl Refused {
    pub fn new(error: Error, text: impl Into<String>) -> Self {
        Self { error, text: text.into() }
    }

    /// What every endpoint but that of bearers says.
    pub fn reply(&self) -> Reply {
        let body = Object::new().text("error", self.error.code()).text("error_description", &self.text).done();
        let mut reply = Reply::json(self.error.http_status(), body);
        if self.error == Error::InvalidClient {
            reply.headers.push(("www-authenticate", "Basic realm=\"rihla\"".to_owned()));
        }
        reply
    }

    /// What the FHIR API says of a bearer (RFC 6750, 3); the body is its own OperationOutcome.
    pub fn challenge(&self) -> String {
        format!("Bearer realm=\"rihla\", error=\"{}\", error_description=\"{}\"", self.error.code(), self.text)
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        let error = if fault.kind == FaultKind::Unavailable { Error::TemporarilyUnavailable } else { Error::ServerError };
        Self::new(error, fault.to_string())
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.error.code(), self.text)
    }
}

impl std::error::Error for Refused {}

/// An answer as HTTP has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Reply {
    /// Not to be stored by anybody on the way (RFC 6749, 5.1).
    pub(crate) fn json(status: u16, body: String) -> Self {
        let headers = [("content-type", "application/json"), ("cache-control", "no-store"), ("pragma", "no-cache")];
        Self { status, headers: headers.map(|(name, value)| (name, value.to_owned())).to_vec(), body }
    }

    /// A document that everybody may read and keep for some minutes.
    pub(crate) fn document(body: String) -> Self {
        let headers = [("content-type", "application/json"), ("cache-control", "public, max-age=300"), ("access-control-allow-origin", "*")];
        Self { status: 200, headers: headers.map(|(name, value)| (name, value.to_owned())).to_vec(), body }
    }
}
