//! A load generator: plain HTTP/1.1 over kept connections, one thread each.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A request, ready to be sent as it is.
pub struct Request(Vec<u8>);

impl Request {
    pub fn get(path: &str) -> Self {
        Self(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/fhir+json\r\n\r\n").into_bytes())
    }

    pub fn send(method: &str, path: &str, body: &[u8]) -> Self {
        let mut bytes = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nPrefer: return=minimal\r\nContent-Type: application/fhir+json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        bytes.extend_from_slice(body);
        Self(bytes)
    }
}

pub struct Response {
    pub status: u16,
    pub location: Option<String>,
    pub body: Vec<u8>,
}

pub struct Connection {
    out: TcpStream,
    back: BufReader<TcpStream>,
}

impl Connection {
    pub fn open(address: &str) -> Result<Self, String> {
        let out = TcpStream::connect(address).map_err(|error| error.to_string())?;
        out.set_nodelay(true).map_err(|error| error.to_string())?;
        let back = out.try_clone().map_err(|error| error.to_string())?;
        Ok(Self { out, back: BufReader::with_capacity(64 << 10, back) })
    }

    pub fn call(&mut self, request: &Request) -> Result<Response, String> {
        self.out.write_all(&request.0).map_err(|error| error.to_string())?;
        self.answer().map_err(|error| error.to_string())
    }

    fn answer(&mut self) -> std::io::Result<Response> {
        let mut line = String::new();
        self.back.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        let (mut length, mut location) = (0, None);
        loop {
            line.clear();
            self.back.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().unwrap_or(0),
                "location" => location = Some(value.to_string()),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.back.read_exact(&mut body)?;
        Ok(Response { status, location, body })
    }
}

/// Sends `count` requests over `connections` connections as fast as they are answered. Returns the seconds it took.
pub fn closed(
    address: &str,
    connections: usize,
    count: usize,
    request: &(dyn Fn(usize) -> Request + Sync),
    check: &(dyn Fn(usize, Response) -> bool + Sync),
) -> Result<f64, String> {
    let next = AtomicUsize::new(0);
    let failure = Mutex::new(None);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..connections {
            scope.spawn(|| {
                let worked = Connection::open(address).and_then(|mut connection| {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        if at >= count {
                            return Ok(());
                        }
                        let response = connection.call(&request(at))?;
                        let status = response.status;
                        if !check(at, response) {
                            return Err(format!("request {at} was answered with {status}"));
                        }
                    }
                });
                if let (Err(error), Ok(mut failure)) = (worked, failure.lock()) {
                    failure.get_or_insert(error);
                }
            });
        }
    });
    match failure.into_inner() {
        Ok(Some(error)) => Err(error),
        _ => Ok(begun.elapsed().as_secs_f64()),
    }
}

/// Sends requests at a fixed rate for a while and returns their latencies in milliseconds, counted from when each was due.
pub fn open(address: &str, per_second: f64, seconds: f64, request: &(dyn Fn(usize) -> Request + Sync)) -> Result<Vec<f64>, String> {
    const CONNECTIONS: usize = 4;
    let count = (per_second * seconds) as usize;
    let next = AtomicUsize::new(0);
    let latencies = Mutex::new(Vec::with_capacity(count));
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| {
                let Ok(mut connection) = Connection::open(address) else { return };
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= count {
                        return;
                    }
                    let due = Duration::from_secs_f64(at as f64 / per_second);
                    if let Some(early) = due.checked_sub(begun.elapsed()) {
                        super::process::wait(early);
                    }
                    let answered = connection.call(&request(at)).is_ok();
                    if let (true, Ok(mut all)) = (answered, latencies.lock()) {
                        all.push((begun.elapsed().saturating_sub(due)).as_secs_f64() * 1e3);
                    }
                }
            });
        }
    });
    latencies.into_inner().map_err(|_| "a load thread failed".to_string())
}
