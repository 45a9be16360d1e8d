//! Everything that the capability statement claims is called.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where something is wrong")]

use rihla_fhir::json::Value;
use rihla_testkit::{Client, TestSite};

fn text<'d>(value: Value<'d>, name: &str) -> &'d str {
    value.get(name).and_then(|it| it.as_plain_str()).unwrap_or("")
}

fn codes(value: Value<'_>, name: &str) -> Vec<String> {
    value.get(name).into_iter().flat_map(|list| list.items()).map(|item| text(item, "code").to_owned()).collect()
}

/// A value that a parameter of that type accepts.
fn value_of(kind: &str) -> &'static str {
    match kind {
        "date" => "ge2020-01-01",
        "number" | "quantity" => "1",
        "reference" => "x",
        "composite" => "1$1",
        _ => "a",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_claim_is_kept() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let statement = client.get("metadata").await;
    let doc = statement.json();
    let rest = doc.root().get("rest").and_then(|rest| rest.items().next()).expect("rest");
    assert_eq!(codes(rest, "interaction"), ["transaction", "batch", "history-system", "search-system"]);
    let mut parameters = 0;
    for resource in rest.get("resource").expect("resources").items() {
        let name = text(resource, "type");
        assert_eq!(codes(resource, "interaction"), ["read", "vread", "update", "delete", "history-instance", "history-type", "create", "search-type"]);
        interactions(&mut client, name).await;
        for parameter in resource.get("searchParam").into_iter().flat_map(|list| list.items()) {
            search(&mut client, name, text(parameter, "name"), text(parameter, "type")).await;
            parameters += 1;
        }
        for include in resource.get("searchInclude").into_iter().flat_map(|list| list.items()).filter_map(|it| it.as_plain_str()) {
            strictly(&mut client, &format!("{name}?_include={include}&_count=1")).await;
        }
        for include in resource.get("searchRevInclude").into_iter().flat_map(|list| list.items()).filter_map(|it| it.as_plain_str()) {
            strictly(&mut client, &format!("{name}?_revinclude={include}&_count=1")).await;
        }
    }
    assert!(parameters > 1_300, "{parameters}");
    strictly(&mut client, "?_type=Patient").await;
    strictly(&mut client, "_history?_count=1").await;
    for format in doc.root().get("format").expect("formats").items().filter_map(|it| it.as_plain_str()) {
        assert_eq!(client.get(&format!("Patient?_count=0&_format={}", format.replace('+', "%2B"))).await.status, 200, "{format}");
    }
    site.stop().await;
}

/// Reads what is not there: a claimed interaction is never answered with 405, and its refusal is about the resource.
async fn interactions(client: &mut Client, name: &str) {
    for (method, path, statuses) in [
        ("GET", format!("{name}/none"), &[404][..]),
        ("GET", format!("{name}/none/_history/1"), &[404]),
        ("GET", format!("{name}/none/_history"), &[404]),
        ("GET", format!("{name}/_history?_count=1"), &[200]),
        ("DELETE", format!("{name}/none"), &[204]),
        ("DELETE", format!("{name}?_id=none"), &[204]),
        ("PUT", format!("{name}/none"), &[400, 422, 201]),
        ("PUT", format!("{name}?_id=none"), &[400, 422, 201]),
        ("POST", name.to_owned(), &[400, 422, 201]),
    ] {
        let body = if matches!(method, "PUT" | "POST") { format!(r#"{{"resourceType":"{name}","unheardOf":1}}"#) } else { String::new() };
        let reply = client.send(method, &path, &[], body.as_bytes()).await;
        assert!(statuses.contains(&reply.status), "{method} {path}: {} {}", reply.status, reply.text());
    }
}

async fn search(client: &mut Client, name: &str, parameter: &str, kind: &str) {
    strictly(client, &format!("{name}?{parameter}={}&_count=1", value_of(kind))).await;
}

async fn strictly(client: &mut Client, path: &str) {
    let reply = client.send("GET", path, &[("Prefer", "handling=strict")], b"").await;
    let is_about_the_value = reply.status == 400 && reply.code().as_deref() == Some("RH-SEARCH-VALUE") && path.contains('$');
    assert!(reply.status == 200 || is_about_the_value, "{path}: {} {}", reply.status, reply.text());
}
