//! How the tables would stand on a distributed PostgreSQL: docs/decisions/0014-beyond-one-machine.md.

use crate::schema;

/// Where the rows of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Spread over the machines by their shard.
    Distributed,
    /// On every machine.
    Reference,
    /// On the machine that is asked.
    Local,
}

/// Every table, once. The index goes by the name of its first table; a rebuild makes the next one.
pub const CLASSES: &[(&str, Class)] = &[
    ("version", Class::Distributed),
    ("resource", Class::Distributed),
    ("directory", Class::Distributed),
    ("superseded", Class::Distributed),
    ("search_1", Class::Distributed),
    ("claim", Class::Distributed),
    // Few rows that reading a version elsewhere needs.
    ("actor", Class::Reference),
    ("dictionary", Class::Reference),
    // One chain and one owner: their rows are read and written in one place.
    ("audit", Class::Local),
    ("audit_index", Class::Local),
    ("mark", Class::Local),
    ("owner", Class::Local),
    ("schema_version", Class::Local),
    // An upload has its shard before its hash, and so its content's, is known: the two are joined in one place.
    ("blob", Class::Local),
    ("blob_part", Class::Local),
    ("blob_use", Class::Local),
];

/// The statements that make the tables and spread them, for an empty database with the extension at hand
/// (<https://docs.citusdata.com/en/stable/develop/api_udf.html>).
pub fn statements() -> String {
    let mut out = String::from("CREATE EXTENSION IF NOT EXISTS citus;\n\n");
    out.push_str(&schema::statements());
    out.push_str("\n-- Where rows stand. Tables that are spread stand together: equal shards are on one machine.\n");
    let mut first = None;
    for (table, class) in CLASSES {
        let statement = match (class, first) {
            (Class::Distributed, None) => {
                first = Some(table);
                format!("SELECT create_distributed_table('{table}', 'shard');")
            }
            (Class::Distributed, Some(first)) => format!("SELECT create_distributed_table('{table}', 'shard', colocate_with => '{first}');"),
            (Class::Reference, _) => format!("SELECT create_reference_table('{table}');"),
            (Class::Local, _) => format!("SELECT citus_add_local_table_to_metadata('{table}');"),
        };
        out.push_str(&statement);
        out.push('\n');
    }
    out
}
