//! An HTTP client that shows everything and follows nothing.

use rihla_fhir::json::{Doc, Limits, parse};
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// One kept-alive connection to a site.
pub struct Client {
    stream: BufReader<TcpStream>,
    host: SocketAddr,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    /// Every value of a header, in their order.
    pub fn headers(&self, name: &str) -> Vec<String> {
        self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone()).collect()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a body in UTF-8")
    }

    pub fn json(&self) -> Doc<'_> {
        parse(&self.body, &Limits { values: usize::MAX, ..Limits::default() }).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The text at a path of names and positions: `entry.0.resource.id`.
    pub fn at(&self, path: &str) -> Option<String> {
        let doc = self.json();
        let mut value = doc.root();
        for step in path.split('.') {
            value = match step.parse::<usize>() {
                Ok(position) => value.items().nth(position)?,
                Err(_) => value.get(step)?,
            };
        }
        Some(value.as_str().map_or_else(|| value.source().to_owned(), |text| text.into_owned()))
    }

    /// How many items stand at a path.
    pub fn count(&self, path: &str) -> usize {
        let doc = self.json();
        path.split('.')
            .try_fold(doc.root(), |value, step| match step.parse::<usize>() {
                Ok(position) => value.items().nth(position),
                Err(_) => value.get(step),
            })
            .map_or(0, |value| value.len())
    }

    /// The house's code of the first issue of an OperationOutcome.
    pub fn code(&self) -> Option<String> {
        self.at("issue.0.details.coding.0.code")
    }

    /// The logical id and the version that Location names.
    pub fn location(&self) -> (String, u32) {
        let mut steps = self.header("location").expect("a Location").rsplit('/');
        let version = steps.next().and_then(|version| version.parse().ok()).expect("a version");
        (steps.nth(1).expect("an id").to_owned(), version)
    }

    /// The path below the base of the link with that relation.
    pub fn link(&self, relation: &str) -> Option<String> {
        let doc = self.json();
        let link = doc.root().get("link")?.items().find(|link| link.get("relation").and_then(|it| it.as_plain_str()) == Some(relation))?;
        let url = link.get("url")?.as_str()?.into_owned();
        url.split_once("/fhir/").map(|(_, path)| path.to_owned())
    }
}

impl Client {
    pub async fn connect(host: SocketAddr) -> Self {
        let stream = TcpStream::connect(host).await.expect("the site listens");
        stream.set_nodelay(true).expect("a socket");
        Self { stream: BufReader::new(stream), host }
    }

    pub async fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, &[], b"").await
    }

    pub async fn post(&mut self, path: &str, body: &str) -> Reply {
        self.send("POST", path, &[], body.as_bytes()).await
    }

    pub async fn put(&mut self, path: &str, body: &str) -> Reply {
        self.send("PUT", path, &[], body.as_bytes()).await
    }

    pub async fn delete(&mut self, path: &str) -> Reply {
        self.send("DELETE", path, &[], b"").await
    }

    /// Ties a patient to everybody who acts for the whole site, by an appointment.
    pub async fn take_into_care(&mut self, patient: &str) {
        let actor = format!(r#"{{"actor":{{"reference":"Patient/{patient}"}},"status":"accepted"}}"#);
        let json = format!(r#"{{"resourceType":"Appointment","id":"visit-{patient}","status":"booked","participant":[{actor}]}}"#);
        let reply = self.put(&format!("Appointment/visit-{patient}"), &json).await;
        assert!(reply.status < 300, "{}", reply.text());
    }

    /// Sends a request to a path below the base. A body is JSON unless a header says otherwise.
    pub async fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut head = format!("{method} /fhir/{path} HTTP/1.1\r\nHost: {}\r\n", self.host);
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            head.push_str("Content-Type: application/fhir+json\r\n");
        }
        if !body.is_empty() || matches!(method, "POST" | "PUT") {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        self.stream.write_all(head.as_bytes()).await.expect("the request goes out");
        self.stream.write_all(body).await.expect("the body goes out");
        self.reply(method == "HEAD").await
    }

    /// Sends bytes as they are and reads one reply.
    pub async fn send_raw(&mut self, bytes: &[u8]) -> Reply {
        self.stream.write_all(bytes).await.expect("the request goes out");
        self.reply(false).await
    }

    async fn reply(&mut self, no_body: bool) -> Reply {
        let status = self.line().await;
        let status: u16 = status.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("a status line: {status:?}"));
        let mut reply = Reply { status, headers: Vec::new(), body: Vec::new() };
        loop {
            let line = self.line().await;
            let Some((name, value)) = line.split_once(':') else { break };
            reply.headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
        if status == 100 {
            return Box::pin(self.reply(no_body)).await;
        }
        let length = reply.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        if !no_body && status != 204 && status != 304 {
            reply.body = vec![0; length];
            self.stream.read_exact(&mut reply.body).await.expect("the whole body");
        }
        reply
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).await.expect("a line of the reply");
        line.trim_end().to_owned()
    }
}
