//! Who works at the hospital.

use super::coded::{hl7_coding, in_language, refer, translated};
use super::content::{Content, Role};
use super::lists::{Lists, Sex};
use super::people::{Spelt, chance, family, given, masked};
use super::places::{site_code, ward_id};
use crate::json::Json;
use rihla_plan::rng::Rng;

/// The system of the hospital's own role codes.
const ROLE: &str = "urn:rihla:role";

#[derive(Clone, Debug)]
pub struct Member {
    pub id: String,
    pub title: String,
    site: usize,
    ward: String,
    role: String,
    number: String,
    sex: Sex,
    family: Spelt,
    given: Spelt,
}

#[derive(Clone, Debug)]
pub struct Staff {
    pub members: Vec<Member>,
}

impl Staff {
    pub fn new(lists: &Lists, content: &Content, rng: &mut Rng) -> Self {
        let mut members = Vec::new();
        for site in 0..lists.sites.len() {
            for role in &content.role {
                for ward in &role.wards {
                    let female = if role.code == "midwife" { 1.0 } else { 0.5 };
                    let sex = if chance(rng, female) { Sex::Female } else { Sex::Male };
                    let (family, given) = (family(rng, lists), given(rng, lists, sex));
                    let prefix = role.prefix.as_ref().map(|prefix| format!("{prefix} ")).unwrap_or_default();
                    members.push(Member {
                        id: format!("{}-s{:02}", site_code(lists, site), members.iter().filter(|member: &&Member| member.site == site).count() + 1),
                        title: format!("{prefix}{} {}", given.latin, family.latin),
                        site,
                        ward: ward.clone(),
                        role: role.code.clone(),
                        number: lists.professional.as_ref().map(|kind| masked(rng, &kind.mask)).unwrap_or_default(),
                        sex,
                        family,
                        given,
                    });
                }
            }
        }
        Self { members }
    }

    /// Somebody of that role at the site: of the ward if there is one.
    pub fn of(&self, rng: &mut Rng, site: usize, role: &str, ward: &str) -> Option<&Member> {
        let all: Vec<&Member> = self.members.iter().filter(|member| member.site == site && member.role == role).collect();
        let near: Vec<&Member> = all.iter().copied().filter(|member| member.ward == ward).collect();
        rng.pick(if near.is_empty() { &all } else { &near }).copied()
    }

    pub fn resources(&self, lists: &Lists, content: &Content) -> Vec<Json> {
        let role_of = |member: &Member| content.role.iter().find(|role| role.code == member.role);
        self.members.iter().filter_map(|member| Some((member, role_of(member)?))).flat_map(|(member, role)| one(member, role, lists, content)).collect()
    }
}

fn one(member: &Member, role: &Role, lists: &Lists, content: &Content) -> [Json; 2] {
    let called = role.feminine.as_deref().filter(|_| member.sex == Sex::Female).unwrap_or(&role.name.fr);
    let number = lists.professional.as_ref().map(|kind| obj! { "system": &kind.system, "value": &member.number });
    let latin = obj! {
        "extension": in_language("fr"), "use": "official", "text": &member.title, "family": &member.family.latin, "given": list![&member.given.latin],
        "prefix": list![role.prefix.as_deref()],
    };
    let arabic = obj! { "extension": in_language("ar"), "use": "usual", "family": &member.family.arabic, "given": list![&member.given.arabic] };
    let ward = content.ward.iter().find(|ward| ward.code == member.ward);
    let code = obj! {
        "coding": list![obj! { "system": ROLE, "code": &role.code, "display": called }, hl7_coding("practitioner-role", &role.hl7, "")],
        "text": called, "_text": translated(role.name.ar.as_deref()),
    };
    [
        obj! { "resourceType": "Practitioner", "id": &member.id, "identifier": list![number], "active": true, "name": list![latin, arabic], "gender": member.sex.code() },
        obj! {
            "resourceType": "PractitionerRole", "id": format!("{}-{}", member.id, role.code), "active": true,
            "practitioner": obj! { "reference": format!("Practitioner/{}", member.id), "display": &member.title },
            "organization": refer("Organization", site_code(lists, member.site)), "code": list![code],
            "location": list![ward.map(|ward| refer("Location", &ward_id(lists, member.site, ward)))],
        },
    ]
}
