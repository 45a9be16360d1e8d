//! Messages of other systems over TCP, and what a person decides about them (`modules/exchange-console/spec.md`,
//! `docs/runbooks/hl7-channels.md`).

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod answers;
mod console;
mod going;
mod joins;
mod keeping;
mod killed;
mod learned;
mod movements;
mod movements_going;
mod orders_going;
mod patients;
mod requests;
mod sender;
mod tls;
