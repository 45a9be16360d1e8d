//! From texts to a checked pack: every fault is collected, and a pack with faults is no pack.

use crate::pack::{Group, IdentifierSystem, Issuer, LegalStatus, Names, Pack, Site, Writing};
use crate::read::{Problem, Section};
use crate::{
    Access, Allergens, AuditRules, Consents, Cover, Indicators, Labels, Notes, Papers, Pattern, Provenance, QueueRules, Requests, Roles, Shifts, Signs, Stays,
    Triage, access, allergens, audit, consents, cover, indicators, labels, lists, notes, papers, queue, requests, roles, shifts, signs, stays, triage,
};
use jiff::civil::Date;
use rihla_fhir::r4::{TypeId, tables};
use rihla_kernel::SiteId;
use std::collections::HashSet;
use std::sync::LazyLock;
use toml::{Table, Value};

pub(crate) fn pack(files: &[(&str, &str)]) -> Result<Pack, Vec<Problem>> {
    let mut out = Vec::new();
    let files = Files::of(files, &mut out);
    if !out.is_empty() {
        return Err(out);
    }
    // Read apart, so that another fault of the country does not make every name of the pack look wrong.
    let languages = files.root("pack.toml").get("languages").and_then(texts).unwrap_or_default();
    let country = country_of(files.root("pack.toml"), &languages, &mut out);
    let group = group_of(files.root("group.toml"), &languages, &mut out);
    let sites: Vec<SiteId> = group.iter().flat_map(|(_, sites)| sites).map(|site| site.number).collect();
    let identifiers = identifiers_of(files.root("identifiers.toml"), &languages, &sites, &mut out);
    let cover = cover::read(files.root("cover.toml"), &languages, &mut out);
    let roles = roles::read(files.root("roles.toml"), &languages, &mut out);
    let access = access::read(files.root("access.toml"), &mut out);
    let audit = audit::read(files.root("audit.toml"), &mut out);
    let papers = papers::read(files.root("papers.toml"), &languages, &mut out);
    let labels = labels::read(files.root("labels.toml"), &languages, &mut out);
    let shifts = shifts::read(files.root("shifts.toml"), &languages, &mut out);
    let indicators = indicators::read(files.root("indicators.toml"), &languages, &mut out);
    let signs = signs::read(files.root("signs.toml"), &languages, &shifts, &mut out);
    let notes = notes::read(files.root("notes.toml"), &languages, &roles, &mut out);
    let requests = requests::read(files.root("requests.toml"), &languages, &roles, &mut out);
    let allergens = allergens::read(files.root("allergens.toml"), &languages, &mut out);
    let consents = consents::read(files.root("consents.toml"), &languages, &mut out);
    let stays = stays::read(files.root("stays.toml"), &languages, &mut out);
    let triage = triage::read(files.root("triage.toml"), &languages, &mut out);
    let queue = queue::read(files.root("queue.toml"), &languages, &mut out);
    let person_names = lists::names(files.list("names.tsv"), &mut out);
    let places = lists::places(files.list("places.tsv"), &mut out);
    match (country, group, person_names, places) {
        (Some(country), Some((group, sites)), Some(person_names), Some(places)) if out.is_empty() => Ok(Pack {
            group,
            sites,
            identifiers,
            cover,
            person_names,
            places,
            roles,
            access,
            audit,
            papers,
            labels,
            notes,
            requests,
            allergens,
            consents,
            signs,
            stays,
            shifts,
            indicators,
            triage,
            queue,
            ..country
        }),
        _ => Err(out),
    }
}

/// The files of a pack by their names: the path that faults name, the text, and the table where it is one.
struct Files<'f>(Vec<(&'f str, &'f str, Table)>);

impl<'f> Files<'f> {
    fn of(given: &[(&'f str, &'f str)], out: &mut Vec<Problem>) -> Self {
        let mut found = Vec::new();
        for name in Pack::FILES {
            let Some((path, text)) = given.iter().find(|(path, _)| is_named(path, name)) else {
                out.push(Problem { file: (*name).to_owned(), key: String::new(), text: "the file is missing".to_owned() });
                continue;
            };
            let table = if name.ends_with(".toml") { text.parse::<Table>() } else { Ok(Table::new()) };
            found.push((*path, *text, table.map_err(|error| out.push(syntax(path, &error))).unwrap_or_default()));
        }
        Self(found)
    }

    fn find(&self, name: &str) -> Option<&(&'f str, &'f str, Table)> {
        self.0.iter().find(|(path, _, _)| is_named(path, name))
    }

    fn root(&self, name: &'static str) -> Section<'_> {
        static NONE: LazyLock<Table> = LazyLock::new(Table::new);
        self.find(name).map_or_else(|| Section::root(name, &NONE), |(path, _, table)| Section::root(path, table))
    }

    fn list(&self, name: &'static str) -> (&str, &str) {
        self.find(name).map_or((name, ""), |(path, text, _)| (*path, *text))
    }
}

/// Whether a path is that of a file.
fn is_named(path: &str, name: &str) -> bool {
    path.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with(['/', '\\']))
}

fn syntax(file: &str, error: &toml::de::Error) -> Problem {
    Problem { file: file.to_owned(), key: String::new(), text: error.to_string().trim().to_owned() }
}

fn country_of(mut root: Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Option<Pack> {
    let country = root.need("country", "a two-letter code (ISO 3166-1)", |value| letters(value, 2), out);
    let zone = zone(&mut root, out);
    let listed = root.need("languages", "a list of language codes", texts, out);
    let default_language = root.text("default_language", out);
    if let Some(default) = default_language.as_ref().filter(|default| !languages.contains(default)) {
        root.fault("default_language", format!("{default} is not among the languages"), out);
    }
    let phones = root.may("phones", "a list of shapes such as +999999", texts, out).unwrap_or_default();
    let of_age = root.may("of_age", "a number of years", |value| value.as_integer().and_then(|years| u8::try_from(years).ok()), out).unwrap_or(0);
    let names = names(&mut root, languages, out);
    let writing = root.may("writing", "articles and particles as lists of texts, and phone_country, phone_trunk, phone_abroad as texts", writing, out);
    let provenance = provenance(&mut root, out);
    root.end(out);
    let empty = Group { code: String::new(), names: Names::new(), provenance: provenance.clone()? };
    Some(Pack {
        country: country?,
        names,
        zone: zone?,
        languages: listed?,
        default_language: default_language?,
        phones,
        of_age,
        provenance: provenance?,
        writing: writing.unwrap_or_default(),
        group: empty,
        sites: Vec::new(),
        identifiers: Vec::new(),
        cover: Cover::default(),
        person_names: lists::Names::default(),
        places: lists::Places::default(),
        roles: Roles::default(),
        access: Access::default(),
        audit: AuditRules::default(),
        papers: Papers::default(),
        labels: Labels::default(),
        signs: Signs::default(),
        notes: Notes::default(),
        requests: Requests::default(),
        allergens: Allergens::default(),
        consents: Consents::default(),
        stays: Stays::default(),
        shifts: Shifts::default(),
        indicators: Indicators::default(),
        triage: Triage::default(),
        queue: QueueRules::default(),
    })
}

fn writing(value: &Value) -> Option<Writing> {
    let table = value.as_table()?;
    let text = |key: &str| table.get(key)?.as_str().map(str::to_owned);
    let list = |key: &str| table.get(key).and_then(texts);
    let known = ["articles", "particles", "phone_country", "phone_trunk", "phone_abroad"];
    table.keys().all(|key| known.contains(&key.as_str())).then_some(())?;
    Some(Writing {
        articles: list("articles")?,
        particles: list("particles")?,
        phone_country: text("phone_country")?,
        phone_trunk: text("phone_trunk")?,
        phone_abroad: text("phone_abroad")?,
    })
}

fn group_of(mut root: Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Option<(Group, Vec<Site>)> {
    let group = root.section("group", out).and_then(|mut section| {
        let code = code(&mut section, "code", out);
        let names = names(&mut section, languages, out);
        let provenance = provenance(&mut section, out);
        section.end(out);
        Some(Group { code: code?, names, provenance: provenance? })
    });
    let mut sites = Vec::new();
    let (mut numbers, mut codes) = (HashSet::new(), HashSet::new());
    for mut section in root.list("site", out) {
        let number = section.need("number", "a number from 1 to 65535", |value| u16::try_from(value.as_integer()?).ok().filter(|number| *number > 0), out);
        let code = code(&mut section, "code", out);
        if number.is_some_and(|number| !numbers.insert(number)) {
            section.fault("number", "another site has this number", out);
        }
        if code.as_ref().is_some_and(|code| !codes.insert(code.clone())) {
            section.fault("code", "another site has this code", out);
        }
        let legal_status = section.need("legal_status", "public, foundation or private", legal_status, out);
        let zone = zone(&mut section, out);
        let names = names(&mut section, languages, out);
        let provenance = provenance(&mut section, out);
        section.end(out);
        if let (Some(number), Some(code), Some(legal_status), Some(zone), Some(provenance)) = (number, code, legal_status, zone, provenance) {
            sites.push(Site { number: SiteId(number), code, names, legal_status, zone, provenance });
        }
    }
    root.end(out);
    Some((group?, sites))
}

fn identifiers_of(mut root: Section<'_>, languages: &[String], sites: &[SiteId], out: &mut Vec<Problem>) -> Vec<IdentifierSystem> {
    let mut found: Vec<IdentifierSystem> = Vec::new();
    for mut section in root.list("identifier", out) {
        let row = identifier(&mut section, languages, sites, out);
        if let Some(row) = row {
            if found.iter().any(|other| other.id == row.id) {
                section.fault("id", format!("{} is given twice", row.id), out);
            }
            if found.iter().any(|other| other.system == row.system) {
                section.fault("system", format!("{} is given twice", row.system), out);
            }
            found.push(row);
        }
        section.end(out);
    }
    root.end(out);
    found
}

fn identifier(section: &mut Section<'_>, languages: &[String], sites: &[SiteId], out: &mut Vec<Problem>) -> Option<IdentifierSystem> {
    let id = code(section, "id", out);
    let system = section.need("system", "a URI", |value| value.as_str().filter(|text| is_uri(text)).map(str::to_owned), out);
    let issuer = section.need("issuer", "site, group, state or insurer", issuer, out);
    let site = section.may("site", "a site's number", |value| u16::try_from(value.as_integer()?).ok().map(SiteId), out);
    let unique = section.need("unique", "true or false", Value::as_bool, out);
    let of = section.need("of", "a list of FHIR resource types", resource_types, out);
    let pattern = section.may("pattern", "a text", |value| value.as_str().map(str::to_owned), out);
    let pattern = pattern.and_then(|text| Pattern::parse(&text).map_err(|error| section.fault("pattern", error.to_string(), out)).ok());
    if site.is_some_and(|site| !sites.contains(&site)) {
        section.fault("site", "the group has no such site", out);
    }
    if issuer.is_some_and(|issuer| (issuer == Issuer::Site) != site.is_some()) {
        section.fault("site", "a number of a site names it, and no other does", out);
    }
    if unique == Some(true) && issuer.is_some_and(|issuer| matches!(issuer, Issuer::State | Issuer::Insurer)) {
        section.fault("unique", "only numbers that the hospital gives itself may be unique", out);
    }
    let names = names(section, languages, out);
    let provenance = provenance(section, out);
    Some(IdentifierSystem { id: id?, system: system?, names, issuer: issuer?, site, unique: unique?, of: of?, pattern, provenance: provenance? })
}

pub(crate) fn provenance(section: &mut Section<'_>, out: &mut Vec<Problem>) -> Option<Provenance> {
    let mut own = section.section("provenance", out)?;
    let source = own.text("source", out);
    let from = own.may("from", "a day such as 2026-01-31", day, out);
    let until = own.may("until", "a day such as 2026-01-31", day, out);
    // The key must be there, so that an unsigned row is seen to be one.
    let validator = own.need("validator", "a name, or an empty text while nobody has confirmed the row", |value| value.as_str().map(str::to_owned), out);
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        own.fault("until", "lies before from", out);
    }
    own.end(out);
    Some(Provenance { source: source?, from, until, validator: Some(validator?.trim().to_owned()).filter(|name| !name.is_empty()) })
}

pub(crate) fn names(section: &mut Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Names {
    names_at(section, "names", languages, out)
}

/// A table of names by language under a key.
pub(crate) fn names_at(section: &mut Section<'_>, key: &'static str, languages: &[String], out: &mut Vec<Problem>) -> Names {
    let found = section.need(key, "a table of names by language", |value| value.as_table().cloned(), out).unwrap_or_default();
    let mut names = Names::new();
    for (language, name) in &found {
        match name.as_str().filter(|name| !name.trim().is_empty()) {
            Some(_) if !languages.contains(language) => section.fault(key, format!("{language} is no language of this pack"), out),
            Some(name) => {
                names.insert(language.clone(), name.to_owned());
            }
            None => section.fault(key, format!("{language}: a text is expected"), out),
        }
    }
    for language in languages.iter().filter(|language| !found.contains_key(*language)) {
        section.fault(key, format!("{language} is missing"), out);
    }
    names
}

fn zone(section: &mut Section<'_>, out: &mut Vec<Problem>) -> Option<String> {
    let known = |value: &Value| value.as_str().filter(|name| jiff::tz::TimeZone::get(name).is_ok()).map(str::to_owned);
    section.need("zone", "an IANA time zone", known, out)
}

pub(crate) fn code(section: &mut Section<'_>, name: &'static str, out: &mut Vec<Problem>) -> Option<String> {
    let plain = |text: &&str| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    section.need(name, "lower-case letters, digits and hyphens", |value| value.as_str().filter(plain).map(str::to_owned), out)
}

fn letters(value: &Value, count: usize) -> Option<String> {
    value.as_str().filter(|text| text.len() == count && text.chars().all(|c| c.is_ascii_uppercase())).map(str::to_owned)
}

pub(crate) fn texts(value: &Value) -> Option<Vec<String>> {
    let all: Vec<String> = value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<_>>()?;
    (!all.is_empty()).then_some(all)
}

fn legal_status(value: &Value) -> Option<LegalStatus> {
    match value.as_str()? {
        "public" => Some(LegalStatus::Public),
        "foundation" => Some(LegalStatus::Foundation),
        "private" => Some(LegalStatus::Private),
        _ => None,
    }
}

fn issuer(value: &Value) -> Option<Issuer> {
    match value.as_str()? {
        "site" => Some(Issuer::Site),
        "group" => Some(Issuer::Group),
        "state" => Some(Issuer::State),
        "insurer" => Some(Issuer::Insurer),
        _ => None,
    }
}

fn resource_types(value: &Value) -> Option<Vec<TypeId>> {
    let all: Vec<TypeId> = value.as_array()?.iter().map(|item| tables().resource_type(item.as_str()?)).collect::<Option<_>>()?;
    (!all.is_empty()).then_some(all)
}

pub(crate) fn day(value: &Value) -> Option<Date> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Datetime(moment) => moment.to_string().parse().ok(),
        _ => None,
    }
}

/// An absolute URI, as FHIR asks of `Identifier.system`.
fn is_uri(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty()) && !text.contains(char::is_whitespace)
}
