//! A record that takes nothing: said on every page, tried again, and said again once it takes what is written.

use crate::desk::porter;
use crate::house::House;
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use rihla_kernel::Code;
use std::time::Duration;
use tokio::sync::watch;

/// Between two tries to write.
const AGAIN: Duration = Duration::from_secs(2);
/// For `Retry-After`, in seconds: a try later than the node's own.
pub(crate) const RETRY_AFTER: u32 = 10;
/// Where every page has room for what is said of it.
pub(crate) const PART: &str = "standing";

/// What keeps the record from being written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Disk,
    Database,
    Other,
}

impl Cause {
    /// None: the code says nothing of the store.
    pub fn of(code: Code) -> Option<Self> {
        match code {
            "RH-STORE-DISK-FULL" => Some(Self::Disk),
            "RH-STORE-AWAY" | "RH-STORE-CONNECTIONS" | "RH-STORE-LOGIN" | "RH-STORE-DATABASE" | "RH-STORE-TLS" => Some(Self::Database),
            _ if code.starts_with("RH-STORE-") => Some(Self::Other),
            _ => None,
        }
    }
}

#[derive(Template)]
#[template(path = "web/standing.html")]
struct Strip {
    text: String,
}

/// What pages say while the record takes nothing; empty while it does.
pub(crate) fn strip(house: &House, voice: &Voice) -> Result<String, Refusal> {
    let Some(read_only) = house.store().read_only() else { return Ok(String::new()) };
    let key = match Cause::of(read_only.code).unwrap_or(Cause::Other) {
        Cause::Disk => crate::key!("web-read-only-disk"),
        Cause::Database => crate::key!("web-read-only-database"),
        Cause::Other => crate::key!("web-read-only-other"),
    };
    let since = voice.time(read_only.since);
    Ok(Strip { text: voice.ta(key, &[("since", since)]) }.render()?)
}

/// Tries to write while the record takes nothing, until told to stop.
pub(crate) async fn keep_trying(house: House, mut stop: watch::Receiver<bool>) {
    let mut standings = house.store().standings();
    loop {
        let read_only = standings.borrow_and_update().is_some();
        let pause = async {
            match read_only {
                true => tokio::time::sleep(AGAIN).await,
                // An error means that the store is gone, and the server with it.
                false => _ = standings.changed().await,
            }
        };
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = pause => {}
        }
        if house.store().read_only().is_some() {
            let tried = tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                tried = porter_tries(&house) => tried,
            };
            if tried {
                tracing::info!("the record takes what is written again");
            }
        }
    }
}

async fn porter_tries(house: &House) -> bool {
    porter(house).try_writing().await.is_ok()
}
