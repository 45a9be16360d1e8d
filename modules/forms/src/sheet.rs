//! A questionnaire of the site, as it stands in the record.

use rihla_fhir::view::Look;
use rihla_kernel::Lang;
use rihla_questionnaire::edit::users;
use rihla_questionnaire::{Choice, Fault, Form, ValueSets, Words, enumerated, read};
use rihla_store::Stored;
use rihla_web::{Desk, Refusal, escaped, look};

/// Value sets that are looked through for one address.
const SETS: &str = "1";

/// Value sets of the record.
pub struct OfRecord<'d>(pub &'d Desk);

impl ValueSets for OfRecord<'_> {
    fn options(&self, url: &str) -> Option<Result<Vec<Choice>, String>> {
        let (address, version) = url.split_once('|').map_or((url, None), |(address, version)| (address, Some(version)));
        let address = escaped(address);
        let mut wanted = vec![("url", address.as_str()), ("_sort", "-_lastUpdated"), ("_count", SETS)];
        if let Some(version) = version {
            wanted.push(("version", version));
        }
        if !self.0.shows("ValueSet") {
            return Some(Err("this role is shown no value sets".to_owned()));
        }
        match self.0.search("ValueSet", &wanted) {
            Ok(found) => found.matches.first().and_then(|stored| look(stored, enumerated)),
            Err(_) => Some(Err("the value sets could not be read".to_owned())),
        }
    }
}

/// What a list says of a questionnaire.
#[derive(Clone)]
pub struct Sheet {
    pub id: String,
    pub title: Words,
    pub status: String,
    pub version: String,
    pub about: Words,
    /// Roles by whom it is filled in; none: by whoever fills in forms.
    pub users: Vec<String>,
}

impl Sheet {
    pub fn of(stored: &Stored) -> Option<Self> {
        look(stored, |root| {
            let own = |name: &str| root.text(name).unwrap_or_default().into_owned();
            let title = Some(Words::at(root, "title")).filter(|title| !title.is_empty()).unwrap_or_else(|| Words::at(root, "name"));
            let id = stored.id.to_text();
            let title = if title.is_empty() { Words::plain(&id) } else { title };
            Self { id, title, status: own("status"), version: own("version"), about: Words::at(root, "description"), users: users(root) }
        })
    }

    pub fn words(&self, lang: Lang) -> &str {
        self.title.of(lang)
    }
}

/// A questionnaire read for filling in. `Err` within: what is wrong with it.
pub fn form(desk: &Desk, stored: &Stored) -> Result<Result<Form, Vec<Fault>>, Refusal> {
    let read = look(stored, |root| read(root, &OfRecord(desk))).ok_or_else(Refusal::not_found)?;
    Ok(read.map(|mut form| {
        // A response has to name what it answers: without an address, where the questionnaire lies.
        if form.url.is_empty() {
            form.url = format!("Questionnaire/{}", stored.id.to_text());
            form.version = String::new();
        }
        form
    }))
}

/// The questionnaire that a response names; none: it is not here, or not to be read.
pub fn named(desk: &Desk, canonical: &str) -> Result<Option<Form>, Refusal> {
    if canonical.is_empty() || !desk.shows("Questionnaire") {
        return Ok(None);
    }
    let stored = match canonical.strip_prefix("Questionnaire/") {
        Some(id) => desk.read("Questionnaire", id).ok(),
        None => {
            let (url, version) = canonical.split_once('|').unwrap_or((canonical, ""));
            let (url, version) = (escaped(url), escaped(version));
            let mut wanted = vec![("url", url.as_str()), ("_sort", "-_lastUpdated"), ("_count", "1")];
            if !version.is_empty() {
                wanted.push(("version", &version));
            }
            desk.search("Questionnaire", &wanted)?.matches.into_iter().next()
        }
    };
    Ok(stored.map(|stored| form(desk, &stored)).transpose()?.and_then(Result::ok))
}
