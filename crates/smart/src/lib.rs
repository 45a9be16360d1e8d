//! Programs that people let into the record: SMART App Launch 2.2 on OAuth 2.1. No screens and no HTTP: `spec.md` beside this
//! crate has the rules, each with an id.
//!
//! [`Smart`] is the one door; each endpoint is one of its functions. What a token may reach is [`Granted`], which narrows
//! what its person may see and never widens it.

mod answer;
mod bearer;
mod client;
mod discovery;
mod ended;
mod flow;
mod form;
mod keys;
mod names;
mod people;
mod policy;
mod scope;
mod smart;

pub use answer::{Error, Refused, Reply};
pub use bearer::Bearer;
pub use client::{By, Client, Kind, NewClient, NewKind, Registered, Standing, State};
pub use discovery::{AUTHORIZE, INTROSPECT, JWKS, METADATA, OPENID, REGISTER, REVOKE, SMART, TOKEN};
pub use flow::authorize::{Ask, Authorized, Decision};
pub use flow::grant::GrantShown;
pub use flow::launch::Opened;
pub use flow::token::Tokens;
pub use form::Form;
pub use people::{People, Person, Signed};
pub use policy::Policy;
pub use rihla_jose::{Algorithm, PublicKey};
pub use scope::{Acts, Asked, Granted, Level, Resource, Scope, ScopeSet};
pub use smart::{Settings, Smart};
