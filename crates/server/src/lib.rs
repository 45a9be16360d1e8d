//! The node: configuration, commands and wiring. Everything that an operator types ends here.

pub mod account_orders;
pub mod accounts;
pub mod admin;
pub mod audit;
pub mod check_store;
pub mod cli;
pub mod demo_accounts;
pub mod demo_data;
pub mod export;
pub mod failure;
pub mod held;
pub mod hosts;
pub mod import;
pub mod keys;
pub mod log;
pub mod modules;
pub mod moving;
pub mod node;
pub mod orders;
pub mod plan;
pub mod serve;
pub mod system;
