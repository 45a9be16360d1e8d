//! Somebody at a screen: a session, pages, forms, and what a live page hears.

use crate::client::{Client, Reply};
use crate::site::TestSite;
use rihla_identity::{Account, Client as Browser, DemoAccount, DisplayName, Grant, Profile, Seat, Step};
use std::collections::BTreeMap;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// The password of every account of a test's site that was made here.
pub const PASSWORD: &str = "mon chat ronge trois galets";

/// One browser with one session. It follows no redirect and runs no script; cookies it keeps as a browser does.
pub struct Screen {
    client: Client,
    address: std::net::SocketAddr,
    cookies: BTreeMap<String, String>,
    lang: &'static str,
}

impl TestSite {
    /// Sits down in a role. All screens of one role are one person's.
    pub async fn screen(&self, role: &str) -> Screen {
        self.screen_of("", role).await
    }

    /// Sits down as somebody whom the record knows; a physician, unless another role is said.
    pub async fn screen_of(&self, practitioner: &str, role: &str) -> Screen {
        let role = if role.is_empty() { "physician" } else { role };
        let login = if practitioner.is_empty() { role.to_owned() } else { format!("{role}.{practitioner}") };
        self.account(&login, &[(role, None)], practitioner).await;
        let identity = &self.accounts.identity;
        let Ok(Step::In(proven)) = identity.password(&login, PASSWORD, &Browser::default()).await else { panic!("{login} is let in") };
        let opened = identity.enter(proven, Seat::default()).await.expect("a session");
        let mut screen = self.stranger().await;
        screen.cookies.insert("rihla_session".into(), opened.token.as_str().to_owned());
        screen
    }

    /// Makes an account with [`PASSWORD`] in so many roles at this site, each perhaps at a unit, if it is not there yet.
    pub async fn account(&self, login: &str, roles: &[(&str, Option<&str>)], practitioner: &str) -> Account {
        let grants = roles.iter().map(|(role, unit)| Grant::new(role, self.node.site, *unit)).collect();
        let names = vec![DisplayName::new("fr", &format!("Personne {login}")), DisplayName::new("ar", &format!("شخص {login}"))];
        let practitioner = Some(practitioner.to_owned()).filter(|id| !id.is_empty());
        let profile = Profile { login: login.to_owned(), names, grants, practitioner };
        let made = self.accounts.identity.demo(vec![DemoAccount { profile, password: PASSWORD.into() }]).await;
        made.expect("an account").pop().expect("one")
    }

    /// A browser that nobody sits at.
    pub async fn stranger(&self) -> Screen {
        Screen { client: self.client().await, address: self.address, cookies: BTreeMap::new(), lang: "fr" }
    }
}

impl Screen {
    pub fn speaking(mut self, lang: &'static str) -> Self {
        self.lang = lang;
        self
    }

    /// Comes in at the door by a password.
    pub async fn sign_in(&mut self, login: &str, password: &str) -> Reply {
        self.post("/sign-in", &[("login", login), ("password", password)]).await
    }

    /// A cookie that the browser holds.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Puts a cookie into the browser, or takes it away.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    pub async fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, &[], "").await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.send("POST", path, &[], &form(fields)).await
    }

    /// Asks for a part of the page that is on screen.
    pub async fn part(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.send("POST", path, &[("HX-Request-Type", "partial")], &form(fields)).await
    }

    pub async fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let head = self.head(method, path, headers, body);
        let reply = self.client.send_raw(format!("{head}{body}").as_bytes()).await;
        for set in reply.headers("set-cookie") {
            let (name, value) = set.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie has a name");
            self.set_cookie(name, value);
        }
        reply
    }

    /// Sends a form with a file, as a browser does.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], (name, file): (&str, &[u8])) -> Reply {
        const BOUNDARY: &str = "----of-a-test";
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend_from_slice(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes());
        }
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"x\"\r\nContent-Type: application/octet-stream\r\n\r\n");
        body.extend([head.as_bytes(), file, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let plain = self.head("GET", path, &[("Content-Type", &kind), ("Content-Length", &body.len().to_string())], "");
        let head = format!("POST{}", plain.strip_prefix("GET").expect("a head"));
        self.client.send_raw(&[head.as_bytes(), &body].concat()).await
    }

    fn head(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
        let cookies: String = self.cookies.iter().map(|(name, value)| format!("{name}={value}; ")).collect();
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}rihla_lang={}\r\n", self.address, cookies, self.lang);
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if method == "POST" {
            head.push_str(&format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        head
    }

    /// Listens as a page does that was just written.
    pub async fn listen(&mut self, page: &Reply) -> Events {
        let address = page.text().split("hx-sse:connect=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a live page").replace("&#38;", "&");
        self.listen_at(&address, &[]).await.expect("a stream of events")
    }

    /// Listens at an address; `Err` holds the status of a refusal.
    pub async fn listen_at(&mut self, address: &str, headers: &[(&str, &str)]) -> Result<Events, u16> {
        let head = self.head("GET", address, headers, "");
        let mut stream = TcpStream::connect(self.address).await.expect("the site listens");
        stream.write_all(head.as_bytes()).await.expect("the request goes out");
        let mut events = Events(BufReader::new(stream));
        let status = events.line().await.and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or(0);
        while events.line().await.is_some_and(|line| !line.is_empty()) {}
        if status == 200 { Ok(events) } else { Err(status) }
    }
}

/// What a live page hears.
pub struct Events(BufReader<TcpStream>);

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    pub id: String,
    pub data: String,
}

impl Events {
    /// The next event that carries markup; `None` once the server ended the stream.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            let event = self.any().await?;
            if !event.data.is_empty() {
                return Some(event);
            }
        }
    }

    /// The next event, with markup or without.
    pub async fn any(&mut self) -> Option<Event> {
        let mut event = Event::default();
        loop {
            let line = self.line().await?;
            // The last chunk: the server has let go, though the connection stays.
            if line == "0" {
                return None;
            }
            match line.split_once(": ") {
                Some(("id", id)) => event.id = id.to_owned(),
                Some(("data", data)) => event.data.push_str(data),
                _ if line.is_empty() && event != Event::default() => return Some(event),
                // Sizes of chunks, comments, and the empty lines between them.
                _ => {}
            }
        }
    }

    async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.0.read_line(&mut line).await.ok()?;
        (read > 0).then(|| line.trim_end().to_owned())
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    let value = |text: &str| {
        let mut out = String::new();
        for byte in text.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' => out.push(char::from(byte)),
                _ => out.push_str(&format!("%{byte:02X}")),
            }
        }
        out
    };
    fields.iter().map(|(name, text)| format!("{name}={}", value(text))).collect::<Vec<_>>().join("&")
}

impl Reply {
    /// The value of a hidden field of the page.
    pub fn hidden(&self, name: &str) -> String {
        let field = format!("name=\"{name}\" value=\"");
        self.text().split(field.as_str()).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
    }
}
