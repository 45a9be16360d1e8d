//! Sites, wards, rooms and beds, and who lies where when: a bed holds one patient at a time.

use super::coded::{aliases, hl7, refer, words};
use super::content::{Content, Counter, Text, Ward};
use super::lists::Lists;
use super::time::DAY;
use crate::json::Json;
use rihla_plan::rng::Rng;

#[derive(Clone, Debug)]
pub struct Bed {
    pub id: String,
    pub room: String,
    site: usize,
    ward: usize,
    name: Text,
    /// v2-0116, for what cannot be given.
    out_of_use: Option<&'static str>,
    taken: Vec<(i64, i64)>,
}

#[derive(Clone, Debug)]
pub struct Beds {
    pub beds: Vec<Bed>,
}

/// Beyond every stay.
pub const OPEN_END: i64 = i64::MAX;

pub fn ward_id(lists: &Lists, site: usize, ward: &Ward) -> String {
    format!("{}-{}", site_code(lists, site), ward.code)
}

pub fn site_code(lists: &Lists, site: usize) -> &str {
    lists.sites.get(site).map_or("", |site| site.code.as_str())
}

fn room_id(ward: &str, floor: usize, room: u32) -> String {
    format!("{ward}-{floor}{room:02}")
}

impl Beds {
    pub fn new(lists: &Lists, content: &Content, rng: &mut Rng) -> Self {
        let mut beds = Vec::new();
        for site in 0..lists.sites.len() {
            for (at, ward) in content.ward.iter().enumerate() {
                for room in 1..=ward.rooms {
                    let room_id = room_id(&ward_id(lists, site, ward), floor(at), room);
                    for bed in 1..=ward.beds {
                        let number = if ward.beds > 1 { format!("{}{room:02}-{bed}", floor(at)) } else { format!("{}{room:02}", floor(at)) };
                        let [fr, ar] = ward
                            .place
                            .as_ref()
                            .map_or(["Lit".to_owned(), "سرير".to_owned()], |place| [place.fr.clone(), place.ar.clone().unwrap_or_default()]);
                        let out_of_use = match rng.below(28) {
                            0 => Some("H"),
                            1 => Some("C"),
                            _ => None,
                        };
                        beds.push(Bed {
                            id: format!("{room_id}-{bed}"),
                            room: room_id.clone(),
                            site,
                            ward: at,
                            name: Text { fr: format!("{fr} {number}"), ar: Some(format!("{ar} {number}")) },
                            out_of_use: out_of_use.filter(|_| ward.code != "urg"),
                            taken: Vec::new(),
                        });
                    }
                }
            }
        }
        Self { beds }
    }

    /// A bed of the ward that is free all that time.
    pub fn take(&mut self, rng: &mut Rng, site: usize, ward: usize, from: i64, to: i64) -> Option<(String, String)> {
        let free =
            |bed: &Bed| bed.site == site && bed.ward == ward && bed.out_of_use.is_none() && bed.taken.iter().all(|(start, end)| to <= *start || *end <= from);
        let found: Vec<usize> = self.beds.iter().enumerate().filter(|(_, bed)| free(bed)).map(|(at, _)| at).collect();
        let bed = self.beds.get_mut(*rng.pick(&found)?)?;
        bed.taken.push((from, to));
        Some((bed.id.clone(), bed.room.clone()))
    }

    /// Forgets what ended long ago, so that many patients do not make long searches.
    pub fn forget(&mut self, before: i64) {
        for bed in &mut self.beds {
            bed.taken.retain(|(_, end)| *end > before - 400 * DAY);
        }
    }
}

const fn floor(ward: usize) -> usize {
    1 + ward / 4
}

fn physical(code: &str, display: &str) -> Json {
    hl7("location-physical-type", code, display)
}

/// Organizations and Locations.
pub fn resources(lists: &Lists, content: &Content, beds: &Beds) -> Vec<Json> {
    let mut out = vec![obj! {
        "resourceType": "Organization", "id": &lists.group_code, "active": true, "type": list![hl7("organization-type", "prov", "")],
        "name": &lists.group_name.fr, "alias": aliases(&lists.group_name),
    }];
    for manager in &lists.managers {
        out.push(obj! {
            "resourceType": "Organization", "id": &manager.code, "active": true, "type": list![hl7("organization-type", "pay", "")],
            "name": &manager.name.fr, "alias": list![&manager.short, &manager.name.ar],
        });
    }
    for (at, site) in lists.sites.iter().enumerate() {
        out.push(obj! {
            "resourceType": "Organization", "id": &site.code, "active": true, "type": list![hl7("organization-type", "prov", "")],
            "name": &site.name.fr, "alias": aliases(&site.name), "partOf": refer("Organization", &lists.group_code),
        });
        out.push(location(
            &format!("{}-site", site.code),
            &site.name.fr,
            Some(&site.name.ar),
            physical("si", "Site"),
            &site.code,
            None,
            Json::Nothing,
            Json::Nothing,
        ));
        for (number, ward) in content.ward.iter().enumerate() {
            let id = ward_id(lists, at, ward);
            let kind = hl7("v3-RoleCode", &ward.kind, "");
            let above = format!("{}-site", site.code);
            out.push(location(&id, &ward.name.fr, ward.name.ar.as_deref(), physical("wa", "Ward"), &site.code, Some(&above), list![kind], Json::Nothing));
            for room in 1..=ward.rooms {
                let number = format!("{}{room:02}", floor(number));
                let name = format!("{}, salle {number}", ward.name.fr);
                let arabic = ward.name.ar.as_ref().map(|ward| format!("{ward}، قاعة {number}"));
                out.push(location(
                    &format!("{id}-{number}"),
                    &name,
                    arabic.as_deref(),
                    physical("ro", "Room"),
                    &site.code,
                    Some(&id),
                    Json::Nothing,
                    Json::Nothing,
                ));
            }
        }
    }
    out.extend(desks(lists, content));
    for bed in &beds.beds {
        let status =
            bed.out_of_use.map_or(Json::Nothing, |code| super::coded::hl7_coding("v2-0116", code, if code == "H" { "Housekeeping" } else { "Closed" }));
        let site = site_code(lists, bed.site);
        let kind = content.ward.get(bed.ward).map_or(Json::Nothing, |ward| list![words(&ward.name)]);
        let place = location(&bed.id, &bed.name.fr, bed.name.ar.as_deref(), physical("bd", "Bed"), site, Some(&bed.room), kind, status);
        out.push(standing(place, content.ward.get(bed.ward).and_then(|ward| ward.stands.as_deref())));
    }
    out
}

/// The desks of each site, which the queue knows by their type.
fn desks(lists: &Lists, content: &Content) -> Vec<Json> {
    let one = |site: &str, desk: &Counter| {
        let kind = |service: &String| obj! { "coding": list![obj! { "system": "urn:rihla:queue-service", "code": service }] };
        let kinds = Json::List(desk.services.iter().map(kind).collect());
        let (id, above) = (format!("{site}-{}", desk.code), format!("{site}-site"));
        location(&id, &desk.name.fr, desk.name.ar.as_deref(), physical("area", "Area"), site, Some(&above), kinds, Json::Nothing)
    };
    let sites = 0..lists.sites.len();
    sites.flat_map(|at| content.desk.iter().map(move |desk| (at, desk))).map(|(at, desk)| one(site_code(lists, at), desk)).collect()
}

/// A place in which no bed stands says what does.
fn standing(place: Json, stands: Option<&str>) -> Json {
    match (place, stands) {
        (Json::Object(mut members), Some(stands)) => {
            members.push(("extension", list![obj! { "url": "urn:rihla:extension:place-kind", "valueCode": stands }]));
            Json::Object(members)
        }
        (place, _) => place,
    }
}

#[allow(clippy::too_many_arguments, reason = "the parts of a Location, each once")]
fn location(id: &str, name: &str, alias: Option<&str>, physical: Json, site: &str, above: Option<&str>, kind: Json, status: Json) -> Json {
    obj! {
        "resourceType": "Location", "id": id, "status": "active", "operationalStatus": status, "name": name, "alias": list![alias], "mode": "instance", "type": kind,
        "physicalType": physical, "managingOrganization": refer("Organization", site), "partOf": above.map(|id| refer("Location", id)),
    }
}
