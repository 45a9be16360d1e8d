//! As little of a browser as a measurement needs.

use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What came back.
pub struct Answer {
    pub head: String,
    pub body: Vec<u8>,
    /// Until the first byte, and until the last.
    pub first: Duration,
    pub whole: Duration,
}

/// One request on a connection of its own.
pub async fn call(address: &str, method: &str, path: &str, headers: &str, body: &str) -> Result<Answer, String> {
    let failed = |error: std::io::Error| format!("{method} {path}: {error}");
    let mut stream = TcpStream::connect(address).await.map_err(failed)?;
    stream.set_nodelay(true).map_err(failed)?;
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let text = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{length}{headers}\r\n{body}");
    let begun = Instant::now();
    stream.write_all(text.as_bytes()).await.map_err(failed)?;
    let mut bytes = vec![0; 64 << 10];
    let read = stream.read(&mut bytes).await.map_err(failed)?;
    let first = begun.elapsed();
    bytes.truncate(read);
    stream.read_to_end(&mut bytes).await.map_err(failed)?;
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").ok_or("an answer without an end of its head")?;
    let body = bytes.split_off(end + 4);
    Ok(Answer { head: String::from_utf8_lossy(&bytes).into_owned(), body, first, whole: begun.elapsed() })
}

/// Signs in and returns the cookie.
pub async fn enter(address: &str, login: &str, password: &str, lang: &str) -> Result<String, String> {
    let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
    let answer = call(address, "POST", "/sign-in", headers, &format!("login={login}&password={password}")).await?;
    let session = answer.head.lines().find_map(|line| line.strip_prefix("set-cookie: ").filter(|set| set.starts_with("rihla_session=")));
    let session = session.and_then(|set| set.split(';').next()).ok_or("no session was opened")?;
    Ok(format!("Cookie: {session}; rihla_lang={lang}\r\n"))
}
