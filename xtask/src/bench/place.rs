//! Where a measured store is, and what its database uses.

use super::process::precise_cpu;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Clone, Debug)]
pub enum Place {
    /// A store on SQLite, which has no process of its own.
    Folder(PathBuf),
    /// A database of a PostgreSQL on this machine, reached by its socket.
    Database { url: String, postmaster: u32 },
}

impl fmt::Display for Place {
    /// As commands name it.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(out, "sqlite:{}", folder.display()),
            Self::Database { url, .. } => out.write_str(url),
        }
    }
}

impl Place {
    /// `sqlite:PATH`, or `postgres://USER@localhost/DATABASE?host=FOLDER` with an empty database.
    pub fn parse(url: &str) -> Result<Self, String> {
        if let Some(folder) = url.strip_prefix("sqlite:") {
            return Ok(Self::Folder(folder.into()));
        }
        let place = "write sqlite:PATH or postgres://USER@localhost/DATABASE?host=FOLDER: the CPU time of a database is read from its processes";
        let folder = url.strip_prefix("postgres://").and_then(|rest| rest.split_once("?host=")).map(|(_, folder)| Path::new(folder)).ok_or(place)?;
        let lock = std::fs::read_to_string(folder.join(".s.PGSQL.5432.lock")).map_err(|error| format!("no PostgreSQL at {}: {error}", folder.display()))?;
        let postmaster = lock.lines().next().and_then(|pid| pid.trim().parse().ok()).ok_or(place)?;
        Ok(Self::Database { url: url.into(), postmaster })
    }

    /// A folder of the measurement's own, beside the store or in the temporary one.
    pub fn beside(&self, what: &str) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.with_extension(what),
            Self::Database { .. } => std::env::temp_dir().join(format!("rihla-bench-{}.{what}", std::process::id())),
        }
    }

    /// Whether something is there already.
    pub fn is_taken(&self) -> bool {
        match self {
            Self::Folder(folder) => folder.exists(),
            Self::Database { .. } => self.sql("SELECT 1 FROM pg_class WHERE relname = 'version'").is_ok_and(|found| !found.is_empty()),
        }
    }

    pub fn bytes(&self) -> u64 {
        match self {
            Self::Folder(folder) => {
                let files = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
                files.filter_map(|file| file.metadata().ok()).filter(std::fs::Metadata::is_file).map(|data| data.len()).sum()
            }
            Self::Database { .. } => self.sql("SELECT pg_database_size(current_database())").ok().and_then(|bytes| bytes.parse().ok()).unwrap_or(0),
        }
    }

    /// What a database answers, unadorned.
    pub fn sql(&self, sql: &str) -> Result<String, String> {
        let answer = Command::new("psql").arg(self.to_string()).args(["-v", "ON_ERROR_STOP=1", "-qAtXc", sql]).output().map_err(|error| error.to_string())?;
        if answer.status.success() { Ok(String::from_utf8_lossy(&answer.stdout).trim_end().into()) } else { Err("psql failed".into()) }
    }

    /// CPU seconds of all the database's processes so far; those that ended count in hundredths.
    pub fn cpu_seconds(&self) -> f64 {
        let Self::Database { postmaster, .. } = self else { return 0.0 };
        let stat = std::fs::read_to_string(format!("/proc/{postmaster}/stat")).unwrap_or_default();
        // Fields 16 and 17 of proc(5): what waited-for children used.
        let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        let ended: f64 = after_name.split(' ').skip(13).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
        let living = std::fs::read_to_string(format!("/proc/{postmaster}/task/{postmaster}/children")).unwrap_or_default();
        let living: f64 = living.split_whitespace().filter_map(|pid| precise_cpu(pid.parse().ok()?)).sum();
        ended / 100.0 + living + precise_cpu(*postmaster).unwrap_or(0.0)
    }

    pub fn remove(&self) {
        match self {
            Self::Folder(folder) => super::remove(folder),
            Self::Database { url, .. } => eprintln!("bench: {url} is left as it is; drop it when you need it no more"),
        }
    }
}
