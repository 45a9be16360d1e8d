//! Where the network ends: connections are counted, encrypted and timed before anything of a request is believed.
//!
//! What is absent, on purpose: HTTP/2 and compression of what came in (fewer ways to ask for much with little), and any
//! trust in what a caller says of its own address, unless a proxy on this machine says it.

mod accept;
mod answer;
mod rate;
mod tls;

pub use accept::{Line, serve, told};
pub use answer::{guarded, told_by_proxy};
pub use rate::{Bucket, Rates};
pub use tls::{Papers, Tls};
