//! The node: configuration, commands and wiring. Everything that an operator types ends here.

mod account_orders;
pub mod accounts;
pub mod admin;
pub mod age;
pub mod audit;
pub mod backup;
pub mod check_store;
pub mod cli;
pub mod demo_accounts;
pub mod demo_data;
pub mod edge;
pub mod export;
pub mod failure;
pub mod held;
pub mod hosts;
pub mod import;
pub mod key_orders;
pub mod keys;
pub mod log;
pub mod modules;
pub mod moving;
pub mod node;
pub mod orders;
pub mod plan;
pub mod programs;
pub mod serve;
pub mod system;
