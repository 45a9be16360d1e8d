//! A database for tests that are not in Rust: `rihla-test-database [COPY-OF-URL]` prints the address of a fresh one on the
//! shared server, or of a copy of one that nobody has open, and drops it when its input ends.

use rihla_test_postgres::Database;
use std::io::Read;

fn main() {
    let database = match std::env::args().nth(1) {
        Some(url) => Database::copy_of(&url),
        None => Database::fresh(),
    };
    println!("{}", database.url());
    // However whoever asked for it ends, this ends.
    _ = std::io::stdin().read_to_end(&mut Vec::new());
}
