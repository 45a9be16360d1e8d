//! What a database has to be, each rule with its source.

use rihla_store_engine::check::{Judge, Level, Rule};

/// Where a value comes from.
#[derive(Clone, Copy, Debug)]
pub enum Ask {
    /// A setting as this user's sessions have it.
    Setting(&'static str),
    /// A statement that gives one text.
    Sql(&'static str),
    /// Percent of the machine's memory.
    BuffersOfMemory,
    /// GiB.
    Free,
    /// Milliseconds, the median of some.
    RoundTrip,
    Commit,
}

const ON: Judge = Judge::OneOf(&["on"], Level::Unfit);
/// A node keeps up to 32 lines for readers, the writer's, and those of operators.
const LINES: Judge = Judge::AtLeast(10.0, 60.0);
const OURS: &str = "docs/decisions/0012-postgres.md";

const fn rule(name: &'static str, ask: Ask, judge: Judge, unit: &'static str, advice: &'static str, source: &'static str) -> Rule<Ask> {
    Rule { name, ask, judge, unit, advice, source }
}

pub const RULES: &[Rule<Ask>] = &[
    rule(
        "version",
        Ask::Sql("SELECT (current_setting('server_version_num')::integer / 10000)::text"),
        Judge::AtLeast(15.0, 15.0),
        "",
        "Use PostgreSQL 15 or newer: docs/runbooks/postgres-upgrade.md.",
        "https://www.postgresql.org/support/versioning/",
    ),
    rule(
        "takes writes",
        Ask::Sql("SELECT CASE WHEN pg_is_in_recovery() THEN 'a standby' WHEN current_setting('transaction_read_only') = 'on' THEN 'read only' ELSE 'yes' END"),
        Judge::OneOf(&["yes"], Level::Unfit),
        "",
        "Name the primary in the store's address, or take default_transaction_read_only away.",
        "https://www.postgresql.org/docs/current/hot-standby.html",
    ),
    rule(
        "fsync",
        Ask::Setting("fsync"),
        ON,
        "",
        "Set fsync = on: without it a power cut loses or destroys what was acknowledged.",
        "https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-FSYNC",
    ),
    rule(
        "full_page_writes",
        Ask::Setting("full_page_writes"),
        ON,
        "",
        "Set full_page_writes = on: without it a page half written at a power cut stays damaged.",
        "https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-FULL-PAGE-WRITES",
    ),
    rule(
        "synchronous_commit",
        Ask::Setting("synchronous_commit"),
        Judge::NoneOf(&["off"], Level::Unfit),
        "",
        "Set synchronous_commit = on, for this user too: with off an acknowledged commit may be lost.",
        "https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT",
    ),
    rule(
        "wal_level",
        Ask::Setting("wal_level"),
        Judge::OneOf(&["replica", "logical"], Level::Warning),
        "",
        "Set wal_level = replica: with minimal there is no standby and no recovery to a point in time.",
        "https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-WAL-LEVEL",
    ),
    rule(
        "data_checksums",
        Ask::Setting("data_checksums"),
        Judge::OneOf(&["on"], Level::Warning),
        "",
        "Stop the server and run pg_checksums --enable, so that a disk that gives wrong bytes is noticed.",
        "https://www.postgresql.org/docs/current/app-pgchecksums.html",
    ),
    rule(
        "archive_mode",
        Ask::Setting("archive_mode"),
        Judge::OneOf(&["on", "always"], Level::Warning),
        "",
        "Archive the log, so that the record can be restored to any moment: docs/runbooks/postgres-backup.md.",
        "https://www.postgresql.org/docs/current/continuous-archiving.html",
    ),
    rule(
        "archiving",
        Ask::Sql(
            "SELECT CASE WHEN current_setting('archive_mode') = 'off' THEN 'off' WHEN last_failed_time > coalesce(last_archived_time, '-infinity') \
             THEN 'fails since ' || last_failed_time::timestamp(0) ELSE 'works' END FROM pg_stat_archiver",
        ),
        Judge::OneOf(&["off", "works"], Level::Unfit),
        "",
        "The last segment of the log was not archived: see the server's log. Until it is, the disk fills and no new backup is complete.",
        "https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ARCHIVER-VIEW",
    ),
    rule(
        "autovacuum",
        Ask::Setting("autovacuum"),
        ON,
        "",
        "Set autovacuum = on: without it tables only grow.",
        "https://www.postgresql.org/docs/current/runtime-config-autovacuum.html#GUC-AUTOVACUUM",
    ),
    rule(
        "track_counts",
        Ask::Setting("track_counts"),
        ON,
        "",
        "Set track_counts = on: autovacuum goes by its statistics.",
        "https://www.postgresql.org/docs/current/runtime-config-statistics.html#GUC-TRACK-COUNTS",
    ),
    rule(
        "encoding",
        Ask::Setting("server_encoding"),
        Judge::OneOf(&["UTF8"], Level::Warning),
        "",
        "Create the database with ENCODING 'UTF8'. The record is kept as bytes; tools of operators are not.",
        "https://www.postgresql.org/docs/current/multibyte.html",
    ),
    rule(
        "collation",
        Ask::Sql(
            "SELECT CASE WHEN datcollversion IS DISTINCT FROM pg_database_collation_actual_version(oid) THEN 'changed since it was made' ELSE datcollate END \
             FROM pg_database WHERE datname = current_database()",
        ),
        Judge::NoneOf(&["changed since it was made"], Level::Warning),
        "",
        "Run ALTER DATABASE … REFRESH COLLATION VERSION. The record's own keys are bytes and need no REINDEX.",
        "https://www.postgresql.org/docs/current/sql-altercollation.html",
    ),
    rule(
        "time zone",
        Ask::Setting("TimeZone"),
        Judge::OneOf(&["UTC", "Etc/UTC"], Level::Warning),
        "",
        "Something between this program and the database changes the session's time zone. Take it away.",
        "https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-TIMEZONE",
    ),
    rule(
        "time limits",
        Ask::Sql(
            "SELECT coalesce(string_agg(name, ', '), 'none') FROM pg_settings WHERE setting <> '0' \
             AND name IN ('statement_timeout', 'idle_session_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')",
        ),
        Judge::OneOf(&["none"], Level::Warning),
        "",
        "Set these to 0 for this user (ALTER ROLE … SET …): rebuilding and checking a large record takes long, and lines wait for their next question.",
        "https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-STATEMENT-TIMEOUT",
    ),
    rule(
        "connections left",
        Ask::Sql(
            "SELECT (least(current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer, \
             CASE WHEN datconnlimit >= 0 THEN datconnlimit ELSE 100000 END, CASE WHEN rolconnlimit >= 0 THEN rolconnlimit ELSE 100000 END) \
             - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()))::text \
             FROM pg_database, pg_roles WHERE datname = current_database() AND rolname = current_user",
        ),
        LINES,
        "",
        "Raise max_connections, or the limit of this user or database: a node uses up to 60 lines.",
        "https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-MAX-CONNECTIONS",
    ),
    rule(
        "shared_buffers",
        Ask::BuffersOfMemory,
        Judge::Within(15.0, 40.0),
        "% of memory",
        "Give shared_buffers a quarter of the memory of a machine that does nothing else.",
        "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-SHARED-BUFFERS",
    ),
    rule(
        "free space",
        Ask::Free,
        Judge::AtLeast(2.0, 20.0),
        "GiB",
        "Make room before the disk is full: then nothing can be written any more.",
        "https://www.postgresql.org/docs/current/disk-full.html",
    ),
    rule(
        "user",
        Ask::Sql("SELECT CASE WHEN rolsuper THEN 'a superuser' ELSE 'no superuser' END FROM pg_roles WHERE rolname = current_user"),
        Judge::OneOf(&["no superuser"], Level::Warning),
        "",
        "Enter as a user of the record's own without SUPERUSER: docs/runbooks/postgres-install.md.",
        "https://www.postgresql.org/docs/current/role-attributes.html",
    ),
    rule(
        "may make tables",
        Ask::Sql("SELECT CASE WHEN has_schema_privilege(current_schema(), 'CREATE') THEN 'yes' ELSE 'no' END"),
        Judge::OneOf(&["yes"], Level::Unfit),
        "",
        "Make this user the owner of the database, or GRANT CREATE ON SCHEMA to it: rebuilding the index makes a table.",
        "https://www.postgresql.org/docs/current/ddl-priv.html",
    ),
    rule(
        "temporary tables",
        Ask::Sql("SELECT CASE WHEN has_database_privilege(current_database(), 'TEMP') THEN 'yes' ELSE 'no' END"),
        Judge::OneOf(&["yes"], Level::Unfit),
        "",
        "GRANT TEMP ON DATABASE to this user: purging a content needs it.",
        "https://www.postgresql.org/docs/current/ddl-priv.html",
    ),
    rule(
        "line",
        Ask::Sql(
            "SELECT CASE WHEN inet_server_addr() IS NULL THEN 'a socket' WHEN ssl THEN version WHEN inet_client_addr() = inet_server_addr() \
             THEN 'on this machine' ELSE 'not encrypted' END FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
        ),
        Judge::NoneOf(&["not encrypted", "TLSv1", "TLSv1.1"], Level::Unfit),
        "",
        "Patients' data cross the network readable for everybody on it. Encrypt the line.",
        "https://www.postgresql.org/docs/current/ssl-tcp.html",
    ),
    rule(
        "round trip",
        Ask::RoundTrip,
        Judge::AtMost(1.0, 10.0),
        "ms",
        "Put node and database nearer to each other: a search asks three to six times, one after another.",
        OURS,
    ),
    rule(
        "commit",
        Ask::Commit,
        Judge::AtMost(10.0, 50.0),
        "ms",
        "Use disks that flush faster, with a cache that survives a power cut: whoever saves waits for one flush.",
        "https://www.postgresql.org/docs/current/wal-reliability.html",
    ),
];
