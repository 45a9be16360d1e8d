//! Signing in with the account that somebody has at an outside identity provider: OpenID Connect, the code flow with PKCE.
//! `spec.md` beside this crate has the rules, each with an id. No screens; what is sent goes through a [`Fetch`].

mod begun;
mod fetch;
mod file;
mod fresh;
mod metadata;
mod people;
mod provider;
mod token;

pub use fetch::{Asked, Fetch, Fetched};
pub use file::{Listed, Settings};
pub use provider::{Back, Parts, Provider, Start, Wish, away};
