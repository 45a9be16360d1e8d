//! Programs over HTTP: the endpoints of `rihla_smart` that no person sees, and the door of the FHIR interface, where a bearer
//! token is turned into what may be seen. `spec.md` beside this crate has the rules, each with an id.

mod cors;
mod door;
mod endpoints;

pub use cors::open_to_all;
pub use door::Tokens;
pub use endpoints::routes;
