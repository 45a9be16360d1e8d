//! Critical results that nobody answers for in time go to the next role while the server runs.

use crate::edge;
use crate::node::Node;
use rihla_clinical::request::{Act, calls};
use rihla_kernel::{Actor, Fault, Instant, Lang, Purpose};
use std::time::Duration;
use tokio::sync::watch;

/// How often it is looked. Times of calls are minutes.
const LOOK: Duration = Duration::from_secs(20);

/// Looks until the server ends.
pub async fn keep(node: Node, mut stopped: watch::Receiver<bool>) {
    loop {
        match escalate(&node, node.clock.now()).await {
            Ok(0) => {}
            Ok(moved) => tracing::warn!("{moved} critical results went to the next role: nobody answered in time"),
            Err(fault) => tracing::error!(code = fault.code, "critical calls are not taken on: {}", fault.text),
        }
        tokio::select! {
            () = edge::told(&mut stopped) => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Takes on what is overdue at a moment; how many calls.
pub async fn escalate(node: &Node, now: Instant) -> Result<usize, Fault> {
    let actor = Actor::node("critical-calls");
    let account = actor.id().to_owned();
    let record = node.store.scoped(actor, Purpose::Operations);
    let act = Act { record: &record, now, by: r#"{"display":"Rihla"}"#.to_owned(), account, lang: Lang::default() };
    calls::escalate(&act, &node.pack.requests.callback).await
}
