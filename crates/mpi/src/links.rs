//! What a merge is: two Patients that name each other. Nothing else of them changes, and nothing that refers to them.

use rihla_fhir::json::{Edits, Value, minify_into};
use rihla_fhir::view::Look;

/// Beside the link of the one that goes: whether it was in use before.
const ACTIVE_BEFORE: &str = "urn:rihla:extension:active-before";

/// To whom a Patient is linked by merges, by id (<https://hl7.org/fhir/R4/valueset-link-type.html>).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The record that stands in this one's place.
    pub replaced_by: Option<String>,
    /// Those in whose place this one stands.
    pub replaces: Vec<String>,
}

impl Links {
    pub fn of(patient: Value<'_>) -> Self {
        let mut out = Self::default();
        for link in patient.all("link") {
            let Some(other) = link.reference("other.reference", "Patient").map(|id| id.into_owned()) else { continue };
            match link.text("type").as_deref() {
                Some("replaced-by") => out.replaced_by = Some(other),
                Some("replaces") => out.replaces.push(other),
                _ => {}
            }
        }
        out
    }
}

/// Why two records are not merged, or not parted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeFault {
    /// They are one record.
    Same,
    /// One of them was merged into another already.
    Merged,
    /// They were not merged.
    NotMerged,
    /// One of them has no id, or is no Patient.
    Unreadable,
}

/// The two records after a merge: the one that stays, and the one that goes.
pub fn merged(stays: Value<'_>, goes: Value<'_>) -> Result<(Vec<u8>, Vec<u8>), MergeFault> {
    let (id_stays, id_goes) = (id(stays)?, id(goes)?);
    if id_stays == id_goes {
        return Err(MergeFault::Same);
    }
    let (links_stays, links_goes) = (Links::of(stays), Links::of(goes));
    if links_stays.replaced_by.is_some() || links_goes.replaced_by.is_some() {
        return Err(MergeFault::Merged);
    }
    // What had been merged into the one that goes follows it, so that nobody has to go from link to link.
    let follow = std::iter::once(id_goes.as_str()).chain(links_goes.replaces.iter().map(String::as_str)).map(|id| link(id, "replaces", None));
    let active = goes.get("active").and_then(|active| active.as_bool());
    let away = link(&id_stays, "replaced-by", active.unwrap_or(true).then_some(active.is_some()));
    let stays = with(stays, &[("link", Some(list(kept(stays, |_| true).chain(follow))))]);
    let goes = with(goes, &[("active", Some("false".into())), ("link", Some(list(kept(goes, |_| true).chain([away]))))]);
    Ok((stays, goes))
}

/// The two records after a merge was undone.
pub fn unmerged(stays: Value<'_>, goes: Value<'_>) -> Result<(Vec<u8>, Vec<u8>), MergeFault> {
    let (id_stays, id_goes) = (id(stays)?, id(goes)?);
    let links = Links::of(goes);
    if links.replaced_by.as_ref() != Some(&id_stays) || !Links::of(stays).replaces.contains(&id_goes) {
        return Err(MergeFault::NotMerged);
    }
    let stay = without(stays, std::iter::once(id_goes).chain(links.replaces).collect());
    let own = kept(goes, |link| !is(link, "replaced-by"));
    let away = goes.all("link").into_iter().find(|link| is(*link, "replaced-by"));
    let before = away.and_then(|link| link.extensions("", ACTIVE_BEFORE).first().and_then(|before| before.get("valueBoolean")?.as_bool()));
    let active = match before {
        // It said so; or it said nothing, which means the same.
        Some(true) => Some("true".to_owned()),
        Some(false) => None,
        None => Some("false".to_owned()),
    };
    Ok((with(stays, &[("link", some_list(stay))]), with(goes, &[("active", active), ("link", some_list(own))])))
}

fn id(patient: Value<'_>) -> Result<String, MergeFault> {
    let is_patient = patient.text("resourceType").as_deref() == Some("Patient");
    patient.text("id").map(|id| id.into_owned()).filter(|_| is_patient).ok_or(MergeFault::Unreadable)
}

fn is(link: Value<'_>, kind: &str) -> bool {
    link.text("type").as_deref() == Some(kind)
}

/// `before`: it was in use, and whether it said so.
fn link(other: &str, kind: &str, before: Option<bool>) -> String {
    let extension = before.map_or_else(String::new, |said| format!(r#""extension":[{{"url":"{ACTIVE_BEFORE}","valueBoolean":{said}}}],"#));
    format!(r#"{{{extension}"other":{{"reference":"Patient/{other}"}},"type":"{kind}"}}"#)
}

fn kept(patient: Value<'_>, wanted: impl Fn(Value<'_>) -> bool) -> impl Iterator<Item = String> {
    patient.all("link").into_iter().filter(|link| wanted(*link)).map(text).collect::<Vec<_>>().into_iter()
}

/// The links but the last `replaces` of each that leaves: what the record said itself before the merge stands in front of it.
fn without(patient: Value<'_>, mut leaving: Vec<String>) -> impl Iterator<Item = String> {
    let mut links = patient.all("link");
    links.reverse();
    links.retain(|link| {
        let other = link.reference("other.reference", "Patient").filter(|_| is(*link, "replaces"));
        let leaves = leaving.iter().position(|one| Some(one.as_str()) == other.as_deref());
        leaves.map(|at| leaving.swap_remove(at)).is_none()
    });
    links.into_iter().rev().map(text).collect::<Vec<_>>().into_iter()
}

fn text(value: Value<'_>) -> String {
    let mut out = Vec::new();
    minify_into(value, &Edits::default(), &mut out);
    String::from_utf8(out).unwrap_or_default()
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

fn some_list(items: impl Iterator<Item = String>) -> Option<String> {
    Some(list(items)).filter(|list| list != "[]")
}

/// An object with members in the place of those of their names, or behind all others; none: without it.
fn with(object: Value<'_>, changes: &[(&str, Option<String>)]) -> Vec<u8> {
    let mut members: Vec<String> = Vec::new();
    for member in object.members() {
        let name = member.key();
        let value = match changes.iter().find(|(changed, _)| *changed == name.as_ref()) {
            Some((_, None)) => continue,
            Some((_, Some(value))) => value.clone(),
            None => text(member.value),
        };
        members.push(format!(r#""{name}":{value}"#));
    }
    let new = changes.iter().filter(|(name, _)| object.get(name).is_none());
    members.extend(new.filter_map(|(name, value)| Some(format!(r#""{name}":{}"#, value.as_ref()?))));
    format!("{{{}}}", members.join(",")).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rihla_fhir::json::{Limits, parse};

    type Act = fn(Value<'_>, Value<'_>) -> Result<(Vec<u8>, Vec<u8>), MergeFault>;

    fn act(act: Act, stays: &str, goes: &str) -> Result<(String, String), MergeFault> {
        let (stays, goes) = (parse(stays.as_bytes(), &Limits::default()).expect("JSON"), parse(goes.as_bytes(), &Limits::default()).expect("JSON"));
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        act(stays.root(), goes.root()).map(|(stays, goes)| (text(stays), text(goes)))
    }

    const A: &str = r#"{"resourceType":"Patient","id":"a","active":true,"name":[{"family":"A\"é"}]}"#;

    fn b(more: &str) -> String {
        format!(r#"{{"resourceType":"Patient","id":"b"{more},"birthDate":"1984"}}"#)
    }

    #[test]
    fn mer_1_and_3_merged_and_unmerged_both_are_what_they_were() {
        for more in ["", r#","active":true"#, r#","active":false"#, r#","link":[{"other":{"reference":"RelatedPerson/r"},"type":"seealso"}]"#] {
            let before = b(more);
            let (stays, goes) = act(merged, A, &before).expect("merged");
            assert!(stays.contains(r#""link":[{"other":{"reference":"Patient/b"},"type":"replaces"}]"#), "{stays}");
            assert!(goes.contains(r#""active":false"#) && goes.contains(r#""other":{"reference":"Patient/a"},"type":"replaced-by""#), "{goes}");
            let (again, back) = act(unmerged, &stays, &goes).expect("unmerged");
            assert_eq!((again.as_str(), back.as_str()), (A, before.as_str()), "{more}");
        }
    }

    #[test]
    fn mer_4_what_had_been_merged_into_the_one_that_goes_follows_and_leaves_with_it() {
        let c = r#"{"resourceType":"Patient","id":"c"}"#;
        let (goes, _) = act(merged, &b(""), c).expect("c into b");
        let (stays, gone) = act(merged, A, &goes).expect("b into a");
        let links = |text: &str| Links::of(parse(text.as_bytes(), &Limits::default()).expect("JSON").root());
        assert_eq!(links(&stays).replaces, ["b", "c"]);
        let (again, back) = act(unmerged, &stays, &gone).expect("parted");
        assert_eq!((again.as_str(), links(&back).replaces), (A, vec!["c".to_owned()]));
    }

    #[test]
    fn mer_3_what_both_said_before_is_said_by_both_after() {
        let said = r#","link":[{"other":{"reference":"Patient/c"},"type":"replaces"}]}"#;
        let (stays, goes) = (r#"{"resourceType":"Patient","id":"a""#.to_owned() + said, r#"{"resourceType":"Patient","id":"b""#.to_owned() + said);
        let (one, other) = act(merged, &stays, &goes).expect("merged");
        let (one, other) = act(unmerged, &one, &other).expect("parted");
        assert_eq!((meant(&one), meant(&other)), (meant(&stays), meant(&goes)));
    }

    #[test]
    fn mer_4_nobody_is_merged_twice_or_with_themselves() {
        let (stays, goes) = act(merged, A, &b("")).expect("merged");
        let c = r#"{"resourceType":"Patient","id":"c"}"#;
        assert_eq!(act(merged, c, &goes), Err(MergeFault::Merged));
        assert_eq!(act(merged, &goes, c), Err(MergeFault::Merged));
        assert_eq!(act(merged, A, A), Err(MergeFault::Same));
        assert_eq!(act(unmerged, c, &goes), Err(MergeFault::NotMerged));
        assert_eq!(act(unmerged, A, &b("")), Err(MergeFault::NotMerged));
        assert!(act(merged, &stays, c).is_ok(), "who stays may stay again");
        assert_eq!(act(merged, A, r#"{"resourceType":"Group","id":"g"}"#), Err(MergeFault::Unreadable));
    }

    /// A Patient with some members in some order, as text; `active` and `link` among them or not.
    fn patients(id: &'static str) -> impl Strategy<Value = Vec<(String, String)>> {
        let own = prop::collection::vec(("[a-z]{3,8}", "[a-z \"\\\\é]{0,6}"), 0..5);
        let active = prop::option::of(any::<bool>());
        let links = prop::collection::vec(("[m-z]{1,3}", prop::sample::select(vec!["seealso", "refer", "replaces"])), 0..4);
        (own, active, links, any::<bool>()).prop_map(move |(own, active, links, early)| {
            let mut members = vec![("resourceType".to_owned(), "\"Patient\"".to_owned()), ("id".to_owned(), format!("\"{id}\""))];
            let mut rest: Vec<(String, String)> = own.into_iter().map(|(name, text)| (format!("x{name}"), escaped(&text))).collect();
            let link = |(other, kind): &(String, &str)| format!(r#"{{"other":{{"reference":"Patient/{other}"}},"type":"{kind}"}}"#);
            let known: Vec<(String, String)> = active
                .map(|active| ("active".to_owned(), active.to_string()))
                .into_iter()
                .chain((!links.is_empty()).then(|| ("link".to_owned(), format!("[{}]", links.iter().map(link).collect::<Vec<_>>().join(",")))))
                .collect();
            if early {
                members.extend(known);
                members.append(&mut rest);
            } else {
                members.append(&mut rest);
                members.extend(known);
            }
            let mut seen = std::collections::BTreeSet::new();
            members.retain(|(name, _)| seen.insert(name.clone()));
            members
        })
    }

    fn escaped(text: &str) -> String {
        let mut out = Vec::new();
        rihla_fhir::json::escape_into(text, &mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    fn json(members: &[(String, String)]) -> String {
        format!("{{{}}}", members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect::<Vec<_>>().join(","))
    }

    /// What a text says, whatever the order of its members.
    fn meant(text: &str) -> std::collections::BTreeMap<String, String> {
        let doc = parse(text.as_bytes(), &Limits::default()).expect("JSON");
        doc.root().members().map(|member| (member.key().into_owned(), super::text(member.value))).collect()
    }

    proptest! {
        #[test]
        fn mer_3_parted_both_mean_what_they_meant_and_what_was_written_since_stays(
            stays in patients("a"), goes in patients("b"), later in ("[a-z]{3,8}", "[a-z]{0,6}"), on_stays in any::<bool>(),
        ) {
            let (before_stays, before_goes) = (json(&stays), json(&goes));
            let (one, other) = act(merged, &before_stays, &before_goes).expect("merged");
            // Somebody writes into one of both while they are merged.
            let (name, value) = (format!("y{}", later.0), escaped(&later.1));
            let written = |text: &str| format!("{},\"{name}\":{value}}}", text.strip_suffix('}').expect("an object"));
            let (one, other) = if on_stays { (written(&one), other) } else { (one, written(&other)) };
            let (one, other) = act(unmerged, &one, &other).expect("parted");
            let mut expected = (meant(&before_stays), meant(&before_goes));
            (if on_stays { &mut expected.0 } else { &mut expected.1 }).insert(name, value);
            // An empty list of links is none.
            prop_assert_eq!((meant(&one), meant(&other)), expected);
        }
    }
}
