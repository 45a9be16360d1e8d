//! A session that stays open: for locks, and what else lasts from one statement to the next.

use crate::Server;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

/// Ends with its value; what it held is let go.
pub struct Session {
    psql: Child,
    tell: ChildStdin,
    heard: BufReader<ChildStdout>,
}

const DONE: &str = "--done--";

impl Server {
    pub fn session(&self, database: &str) -> Session {
        let mut command = self.tool("psql", database);
        let mut psql = command.args(["-v", "ON_ERROR_STOP=1", "-qAtX"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("psql");
        let (tell, heard) = (psql.stdin.take().expect("piped"), BufReader::new(psql.stdout.take().expect("piped")));
        Session { psql, tell, heard }
    }
}

impl Session {
    /// Has a statement done, and gives the lines of its answer.
    pub fn sql(&mut self, sql: &str) -> Vec<String> {
        writeln!(self.tell, "{sql};\n\\echo {DONE}").expect("told");
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            assert!(self.heard.read_line(&mut line).expect("read") > 0, "{sql}: refused");
            if line.trim_end() == DONE {
                return lines;
            }
            lines.push(line.trim_end().to_string());
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        _ = self.psql.kill();
        _ = self.psql.wait();
    }
}
