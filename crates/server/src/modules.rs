//! The one list of modules. `cargo xtask new-module NAME` adds a line.

use rihla_kernel::Module;

/// Every workflow that this program carries.
pub const MODULES: &[&Module] = &[];
