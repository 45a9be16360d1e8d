//! What a workflow module tells the platform about itself.

use crate::Permission;

/// The longest id of a module: it is a path segment, a folder name and a part of every permission.
pub const MODULE_ID_MAX: usize = 32;

/// One workflow of the hospital. `server/src/modules.rs` holds the one list of them.
#[derive(Debug)]
pub struct Module {
    /// The folder's name under `modules/`.
    pub id: &'static str,
    /// The rights it asks for, each named `<id>.<action>`.
    pub permissions: &'static [Permission],
}
