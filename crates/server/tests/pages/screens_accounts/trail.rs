//! What the audit trail says of people coming and going.

use super::{OTHER_PASSWORD, signed_in};
use rihla_store::trail::{EventKind, SeenWhat, TrailQuestion};
use rihla_testkit::TestSite;

/// Events, oldest first: kind, whether refused, actor is the account, subject is the account, detail, address.
async fn events(site: &TestSite, account: &str) -> Vec<String> {
    site.node.for_task("chain").commit(vec![], vec![], vec![]).await.expect("chained");
    let mut entries = site.node.store.trail(&TrailQuestion::all(10_000)).expect("found").entries;
    entries.reverse();
    let line = |seen: &rihla_store::trail::Seen| {
        let SeenWhat::Event { kind, subject, detail, .. } = &seen.what else { return None };
        let by = if seen.actor.id() == account { "own" } else { seen.actor.id() };
        let of = if **subject == *account { "own" } else { subject };
        let wanted = !matches!(kind, EventKind::KeyChange | EventKind::Service);
        wanted.then(|| {
            format!("{}{} {detail} by {by} of {of} from {}", if seen.denied { "refused " } else { "" }, kind.code(), seen.origin.address().unwrap_or(""))
        })
    };
    entries.iter().filter_map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a3_coming_going_and_failing_are_in_the_trail_and_what_was_typed_is_not() {
    let site = TestSite::start().await;
    let account = site.account("amal", &[("nurse", None)], "").await.actor().id().to_owned();
    let mut screen = site.stranger().await;
    screen.sign_in("amal", OTHER_PASSWORD).await;
    screen.sign_in("my secret typed in the wrong field", OTHER_PASSWORD).await;
    let mut screen = signed_in(&site, "amal").await;
    let page = screen.get("/").await;
    screen.post("/sign-out", &[("_author", &page.hidden("_author"))]).await;
    assert_eq!(
        events(&site, &account).await,
        [
            "account-change made by demo of own from ".to_owned(),
            "refused sign-in password by own of own from 127.0.0.1".into(),
            "refused sign-in password by identity of  from 127.0.0.1".into(),
            "sign-in password by own of own from 127.0.0.1".into(),
            "sign-out left by own of own from ".into(),
        ]
    );
    site.stop().await;
}
