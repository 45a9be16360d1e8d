//! The story's stores on PostgreSQL: each in a database of its own.

#![allow(clippy::expect_used, reason = "helpers of tests")]

use crate::story::site::{Damage, How};
use rihla_kernel::Fault;
use rihla_store::blob::BlobHash;
use rihla_store_postgres::{Options, PostgresBackend, open};
use rihla_test_postgres::Database;
use std::sync::Arc;

pub type OwnBackend = PostgresBackend;

pub struct Keeper {
    backend: Arc<PostgresBackend>,
    /// Where it is; none if the test has a server of its own.
    place: Option<Database>,
}

pub fn options(how: &How) -> Options {
    Options { roots: how.roots.clone(), ..Options::new(how.clock.clone(), how.entropy.clone(), how.indexer.clone()) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    hex.as_bytes().chunks(2).filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// Bytes of a sealed part.
const PART: usize = (256 << 10) + 16;

/// A store that is not open.
pub struct Closed(Database);

impl Closed {
    pub fn open(self, how: &How) -> Keeper {
        Keeper::at(self.0, how)
    }
}

impl Keeper {
    pub fn fresh(how: &How) -> Self {
        Self::at(Database::fresh(), how)
    }

    fn at(place: Database, how: &How) -> Self {
        Self { backend: open(&place.url(), options(how)).expect("opens"), place: Some(place) }
    }

    pub fn opened(backend: Arc<PostgresBackend>) -> Self {
        Self { backend, place: None }
    }

    fn place(&self) -> &Database {
        self.place.as_ref().expect("a shared server")
    }

    pub fn reopen(self, how: &How) -> Self {
        let Self { backend, place } = self;
        drop(backend);
        Self::at(place.expect("a shared server"), how)
    }

    /// The same, for who may be refused.
    pub fn try_reopen(self, how: &How) -> Result<Self, Box<(Closed, Fault)>> {
        let Self { backend, place } = self;
        drop(backend);
        let place = place.expect("a shared server");
        match open(&place.url(), options(how)) {
            Ok(backend) => Ok(Self { backend, place: Some(place) }),
            Err(fault) => Err(Box::new((Closed(place), fault))),
        }
    }

    pub fn backend(&self) -> &Arc<PostgresBackend> {
        &self.backend
    }

    pub fn url(&self) -> String {
        self.place().url()
    }

    pub fn sql(&self, sql: &str) -> String {
        self.place().sql(sql)
    }

    pub fn damage(&self, damage: Damage) -> usize {
        let sql = match damage {
            Damage::ClaimMoved => {
                "UPDATE claim SET res = res + 7 WHERE name LIKE '%|1' OR (get_byte(name, 0) = 1 AND res = (SELECT min(res) FROM claim)) RETURNING 1".to_string()
            }
            Damage::ClaimLost => {
                "DELETE FROM claim WHERE name LIKE '%|1' OR (get_byte(name, 0) = 1 AND res = (SELECT max(res) FROM claim)) RETURNING 1".to_string()
            }
            Damage::KeyLost => {
                let table = self.sql("SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^search_[0-9]+$' ORDER BY oid DESC LIMIT 1");
                format!(r"DELETE FROM {table} WHERE key = (SELECT key FROM {table} WHERE key < '\x05' ORDER BY key DESC LIMIT 1) RETURNING 1")
            }
        };
        self.sql(&sql).lines().count()
    }

    /// The copy of operators: `pg_dump`.
    pub fn copy(&self, how: &How) -> Self {
        let to = Database::fresh();
        to.server().copy(self.place().name(), to.name());
        Self::at(to, how)
    }

    /// The upload that holds a content; for a stray one made up from its hash.
    fn upload(&self, hash: &BlobHash) -> String {
        let found = self.sql(&format!(r"SELECT encode(upload, 'hex') FROM blob WHERE hash = '\x{}'", hash.to_text()));
        if found.is_empty() { hex(&hash.0[..16]) } else { found }
    }

    /// A content as it is kept.
    pub fn sealed(&self, hash: &BlobHash) -> Option<Vec<u8>> {
        let sql = format!(r"SELECT encode(bytes, 'hex') FROM blob_part WHERE upload = '\x{}' ORDER BY number", self.upload(hash));
        // psql and `encode` break long lines.
        let text: String = self.sql(&sql).split_whitespace().collect();
        (!text.is_empty()).then(|| bytes(&text))
    }

    /// Puts other bytes in the place of a content, or none.
    pub fn seal_as(&self, hash: &BlobHash, with: Option<&[u8]>) {
        let upload = self.upload(hash);
        let shard = (u16::from_be_bytes([bytes(&upload)[0], bytes(&upload)[1]])) % 1024;
        self.sql(&format!(r"DELETE FROM blob_part WHERE upload = '\x{upload}'"));
        for (number, part) in with.unwrap_or_default().chunks(PART).enumerate() {
            // Longer than a command line may be: from a file that psql reads.
            let file = std::env::temp_dir().join(format!("rihla-part-{}-{upload}", self.place().name()));
            std::fs::write(&file, format!(r"INSERT INTO blob_part (upload, number, shard, bytes) VALUES ('\x{upload}', {number}, {shard}, '\x{}')", hex(part)))
                .expect("written");
            self.place().server().run_file(self.place().name(), &file);
            std::fs::remove_file(file).expect("removed");
        }
    }

    /// Leaves what a crash leaves in the midst of an upload: a transaction without its end.
    pub fn half_an_upload(&self) {
        self.sql(r"BEGIN; INSERT INTO blob_part (upload, number, shard, bytes) VALUES ('\x00', 0, 0, '\x00')");
    }

    /// Uploads that have not come to their end.
    pub fn uploads(&self) -> usize {
        self.sql(r"SELECT count(*) FROM blob_part WHERE upload = '\x00'").parse().expect("a number")
    }

    /// Everything that stands in the tables, as bytes, each table after the other.
    pub fn written(&self) -> Vec<u8> {
        let tables = self.sql("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname");
        let mut out = Vec::new();
        for table in tables.lines() {
            let columns = self.sql(&format!(
                "SELECT string_agg('coalesce(encode(' || attname || ', ''hex''), '''')', ' || '' '' || ') FROM pg_attribute \
                 WHERE attrelid = '{table}'::regclass AND attnum > 0 AND atttypid = 'bytea'::regtype"
            ));
            if !columns.is_empty() {
                self.sql(&format!("SELECT {columns} FROM {table}")).lines().flat_map(str::split_whitespace).for_each(|word| {
                    out.extend(bytes(word));
                    out.push(0);
                });
            }
        }
        out
    }

    /// What a sealing leaves behind until it is tidied up: dead rows, which no statement shows.
    pub fn forget_the_past(&self) {
        self.sql("VACUUM FULL");
    }

    /// Exchanges the bodies of two rows.
    pub fn exchange(&self, one: u32, other: u32) {
        let sql = format!(
            "UPDATE version v SET dictionary = o.dictionary, body = o.body FROM version o WHERE v.row IN ({one}, {other}) AND o.row = {one} + {other} - v.row RETURNING 1"
        );
        assert_eq!(self.sql(&sql).lines().count(), 2);
    }

    /// Runs statements behind the store's back.
    pub fn behind(&self, sql: &str) {
        self.sql(sql);
    }

    pub fn content_key(&self, hash: &BlobHash) -> Vec<u8> {
        bytes(&self.sql(&format!(r"SELECT encode(key, 'hex') FROM blob WHERE hash = '\x{}'", hash.to_text())))
    }

    /// Whether these bytes stand anywhere in the file of the keys.
    pub fn holds_key(&self, key: &[u8]) -> bool {
        self.sql("CHECKPOINT");
        let file = self.place().server().data().join(self.sql("SELECT pg_relation_filepath('blob')"));
        let held = std::fs::read(file).expect("readable");
        held.windows(key.len()).any(|window| window == key)
    }
}
