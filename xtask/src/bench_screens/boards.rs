//! Boards of beds in a large house: how soon a place's change is on every board that shows it.

use super::http::call;
use super::live::{Scene, follow};
use crate::bench::process::Server;
use serde_json::{Value, json};

pub(super) const WARDS: usize = 40;
/// Beds of a ward, two a room.
const BEDS: usize = 30;
/// How long places change all over the house.
const RUSH_S: usize = 30;
/// Who has boards open.
const ROLES: [&str; 3] = ["nurse", "bed-manager", "physician"];

/// Boards of one ward, then boards of all wards in turn while a place of one of them changes.
pub async fn measure(server: &Server, password: &str, pages: usize, changes: usize) -> Result<Value, String> {
    build(&server.address).await?;
    let change = |mark: &str| {
        let id = "bench-0-0-0";
        // Clean and dirty in turn, as a place is; the mark is in its name.
        let dirty = mark.bytes().last().is_some_and(|last| last % 2 == 0);
        (format!("/fhir/Location/{id}"), bed(id, "bench-0-0", &format!("L 1 {mark}"), if dirty { "K" } else { "U" }).to_string())
    };
    let one = Scene { roles: &ROLES, pages: vec!["/beds/bench-0".to_owned()], change: &change, touched: pages };
    let one = follow(server, password, &one, pages, changes).await?;
    let all: Vec<String> = (0..WARDS).map(|ward| format!("/beds/bench-{ward}")).collect();
    let touched = (0..pages).filter(|at| at % WARDS == 0).count();
    let spread = Scene { roles: &ROLES, pages: all, change: &change, touched };
    let spread = follow(server, password, &spread, pages, changes).await?;
    let group = Scene { roles: &ROLES, pages: vec!["/beds".to_owned(), "/beds/bench-0".to_owned()], change: &change, touched: pages / 2 };
    let group = follow(server, password, &group, pages, changes).await?;
    let rush = super::rush::measure(server, password, 2 * pages, RUSH_S).await?;
    Ok(json!({ "rush": rush, "places": WARDS * BEDS, "one_ward": one, "all_wards": spread, "group_and_ward": group }))
}

async fn build(address: &str) -> Result<(), String> {
    for ward in 0..WARDS {
        let name = format!("bench-{ward}");
        let mut made = vec![location(&name, "wa", None, &format!("Service {ward}"))];
        for room in 0..BEDS / 2 {
            let id = format!("{name}-{room}");
            made.push(location(&id, "ro", Some(&name), &format!("Chambre {room}")));
            made.extend((0..2).map(|at| bed(&format!("{id}-{at}"), &id, &format!("L {room}-{at}"), "U")));
        }
        let entry: Vec<Value> = made
            .into_iter()
            .map(|one| json!({ "request": { "method": "PUT", "url": format!("Location/{}", one["id"].as_str().unwrap_or_default()) }, "resource": one }))
            .collect();
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entry });
        let answer = call(address, "POST", "/fhir", "Content-Type: application/fhir+json\r\n", &bundle.to_string()).await?;
        if !answer.head.starts_with("HTTP/1.1 200") {
            return Err(format!("the wards were not built: {} {}", answer.head, String::from_utf8_lossy(&answer.body)));
        }
    }
    Ok(())
}

fn location(id: &str, level: &str, above: Option<&str>, name: &str) -> Value {
    let physical = json!({ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/location-physical-type", "code": level }] });
    let mut out = json!({ "resourceType": "Location", "id": id, "status": "active", "mode": "instance", "name": name, "physicalType": physical });
    if let Some(above) = above {
        out["partOf"] = json!({ "reference": format!("Location/{above}") });
    }
    out
}

pub(super) fn bed(id: &str, room: &str, name: &str, state: &str) -> Value {
    let mut out = location(id, "bd", Some(room), name);
    out["operationalStatus"] = json!({ "system": "http://terminology.hl7.org/CodeSystem/v2-0116", "code": state });
    out
}
