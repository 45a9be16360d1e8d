//! What somebody types is kept on the server within a second, bound to its author, form, patient and stay, and is offered
//! back to its author only. Saving what was typed takes the draft away in the same commit.

use crate::desk::Desk;
use crate::house::House;
use crate::page::Page;
use crate::refuse::Refusal;
use askama::Template;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rihla_identity::AccountId;
use rihla_kernel::{Fault, FaultKind, Instant};
use std::collections::BTreeMap;

/// The longest text of a form that is kept.
const LONGEST: usize = 256 << 10;
/// Drafts of one person.
const MOST: usize = 200;
/// Whoever typed so lately is said to be at it.
const BESIDE_MS: i64 = 15 * 60 * 1000;
/// A draft that nobody came back to for so long is past use.
const PAST_USE_MS: i64 = 90 * 24 * 60 * 60 * 1000;

/// Which form somebody was filling in, about whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftKey<'k> {
    /// `module.act`.
    pub form: &'k str,
    pub patient: &'k str,
    /// The Encounter; empty where the form is about no stay.
    pub stay: &'k str,
}

/// What was typed and not saved.
#[derive(Clone, Debug)]
pub struct Draft {
    pub at: Instant,
    /// The page that it was typed on.
    pub path: String,
    fields: BTreeMap<String, String>,
}

impl Draft {
    /// A field as it was typed; empty if it was not.
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// Everything that was typed, by the names of its fields.
    pub fn fields(&self) -> &BTreeMap<String, String> {
        &self.fields
    }

    /// Whether this was typed on one page after what `fields` bring: a request that was overtaken takes nothing back.
    fn is_later(kept: &[u8], fields: &[(String, String)]) -> bool {
        let turn = |fields: &[(String, String)]| {
            let field = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
            Some((field("_page")?, field("_turn")?.parse::<u64>().ok()?))
        };
        let before = std::str::from_utf8(kept).ok().and_then(|kept| kept.splitn(3, '\n').nth(2)).and_then(|body| turn(&pairs(body)));
        matches!((before, turn(fields)), (Some((page, before)), Some((here, turn))) if page == here && before > turn)
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let mut lines = std::str::from_utf8(bytes).ok()?.splitn(3, '\n');
        let (at, path, body) = (lines.next()?.parse().ok()?, lines.next()?, lines.next()?);
        let fields = pairs(body).into_iter().filter(|(name, value)| !name.starts_with('_') && !value.is_empty()).collect();
        Some(Self { at: Instant(at), path: path.to_owned(), fields })
    }
}

impl Desk {
    /// What this person typed into a form and did not save.
    pub fn draft(&self, key: &DraftKey<'_>) -> Result<Option<Draft>, Refusal> {
        let kept = self.house.store().mark(&self.draft_mark(key))?;
        Ok(kept.as_deref().and_then(Draft::read).filter(|draft| !draft.fields.is_empty()))
    }

    /// The mark that takes a draft away, for the commit that saves it.
    pub fn without_draft(&self, key: &DraftKey<'_>) -> (String, Vec<u8>) {
        (self.draft_mark(key), Vec::new())
    }

    fn draft_mark(&self, key: &DraftKey<'_>) -> String {
        format!("{}{}/{}/{}", self.drafts_of_mine(), key.form, key.patient, key.stay)
    }

    fn drafts_of_mine(&self) -> String {
        format!("draft/{}/", self.person.author())
    }
}

/// Where it is found who types into one form: its value is the mark of the draft.
fn writing(key: &DraftKey<'_>) -> String {
    format!("writing/{}/{}/{}/", key.form, key.patient, key.stay)
}

impl Desk {
    /// Others who typed into the same form a moment ago, about a patient whom this person may read of: name and when.
    fn others_writing(&self, key: &DraftKey<'_>) -> Result<Vec<(String, Instant)>, Refusal> {
        if key.patient.is_empty() || !self.record.reaches(key.patient)? {
            return Ok(Vec::new());
        }
        let (own, now) = (self.draft_mark(key), self.voice.now().0);
        let mut others = Vec::new();
        for (name, draft) in self.house.store().marks(&writing(key))? {
            let draft = String::from_utf8_lossy(&draft).into_owned();
            let kept = if draft == own { None } else { self.house.store().mark(&draft)? };
            let recent = kept.as_deref().and_then(Draft::read).filter(|draft| now.saturating_sub(draft.at.0) <= BESIDE_MS);
            let account = name.rsplit('/').next().and_then(AccountId::parse);
            if let (Some(recent), Some(id)) = (recent, account) {
                let account = self.house.identity().account(id)?;
                others.extend(account.map(|account| (account.name(self.voice.lang().tag()).to_owned(), recent.at)));
            }
        }
        Ok(others)
    }

    /// The mark by which others find that this person types here.
    fn writing_mark(&self, key: &DraftKey<'_>) -> String {
        let author = self.person.author();
        format!("{}{}", writing(key), author.rsplit('/').next().unwrap_or_default())
    }
}

/// The marks that take away drafts past use, and what told of drafts that are gone.
pub(crate) fn past_use(house: &House) -> Result<Vec<(String, Vec<u8>)>, Fault> {
    let now = house.clock().now().0;
    let old = |kept: &[u8]| Draft::read(kept).is_none_or(|draft| now.saturating_sub(draft.at.0) > PAST_USE_MS);
    let mut over: Vec<String> = house.store().marks("draft/")?.into_iter().filter(|(_, kept)| old(kept)).map(|(name, _)| name).collect();
    for (name, draft) in house.store().marks("writing/")? {
        if house.store().mark(&String::from_utf8_lossy(&draft))?.is_none() {
            over.push(name);
        }
    }
    Ok(over.into_iter().map(|name| (name, Vec::new())).collect())
}

/// `POST /drafts`: the fields of a form, with `_form`, `_patient`, `_stay` and `_path` beside them. With `_drop`, the draft
/// is taken away.
pub(crate) async fn keep(desk: Desk, body: Bytes) -> Result<Response, Refusal> {
    let text = std::str::from_utf8(&body).ok().filter(|text| text.len() <= LONGEST);
    let text = text.ok_or_else(|| Refusal::invalid("RH-WEB-DRAFT", "This is no form, or one that is too long."))?;
    let fields = pairs(text);
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let plain = |id: &str| id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
    let key = DraftKey { form: field("_form"), patient: field("_patient"), stay: field("_stay") };
    if key.form.is_empty() || ![key.form, key.patient, key.stay].into_iter().all(plain) {
        return Err(Refusal::invalid("RH-WEB-DRAFT", "This form does not say what it is."));
    }
    desk.same_author(field("_author"))?;
    let path = crate::door::local(field("_path"));
    let drop = !field("_drop").is_empty();
    let typed = fields.iter().any(|(name, value)| !name.starts_with('_') && !value.is_empty());
    let mark = desk.draft_mark(&key);
    let before = desk.house.store().mark(&mark)?;
    if !drop && typed && before.is_none() && desk.house.store().marks(&desk.drafts_of_mine())?.len() >= MOST {
        return Err(Fault::new(FaultKind::TooLarge, "RH-WEB-DRAFTS-FULL", "This person keeps too many drafts. Finish or discard some.").into());
    }
    let overtaken = before.is_some_and(|kept| Draft::is_later(&kept, &fields));
    let kept = if drop || !typed { Vec::new() } else { format!("{}\n{path}\n{text}", desk.voice.now().0).into_bytes() };
    if !overtaken {
        let told = desk.writing_mark(&key);
        let mut marks = Vec::with_capacity(2);
        if desk.house.store().mark(&told)?.is_some() == kept.is_empty() {
            marks.push((told, if kept.is_empty() { Vec::new() } else { mark.clone().into_bytes() }));
        }
        marks.push((mark, kept));
        desk.record.commit(Vec::new(), Vec::new(), marks).await?;
    }
    // Without JavaScript this came from a button, and the person wants to go on where they were.
    if !desk.wants_part() {
        return Ok(crate::door::go(path, &[]));
    }
    let mut said = desk.voice.time(desk.voice.now());
    for (name, at) in desk.others_writing(&key)? {
        said.push('\n');
        said.push_str(&desk.voice.ta("web-draft-beside", &[("name", name), ("time", desk.voice.time(at))]));
    }
    Ok((StatusCode::OK, said).into_response())
}

struct Listed {
    path: String,
    ago: String,
    start: String,
    form: String,
    patient: String,
    stay: String,
}

#[derive(Template)]
#[template(path = "web/drafts.html")]
struct Drafts {
    voice: crate::text::Voice,
    author: String,
    drafts: Vec<Listed>,
}

/// `GET /drafts`: everything that this person typed and did not save.
pub(crate) async fn list(desk: Desk) -> Result<Response, Refusal> {
    let head = desk.drafts_of_mine();
    let mut drafts = Vec::new();
    for (mark, kept) in desk.house.store().marks(&head)? {
        let mut names = mark.strip_prefix(&head).unwrap_or("").split('/').map(str::to_owned);
        let (form, patient, stay) = (names.next().unwrap_or_default(), names.next().unwrap_or_default(), names.next().unwrap_or_default());
        if let Some(draft) = Draft::read(&kept).filter(|draft| !draft.fields.is_empty()) {
            let start = draft.fields.values().map(String::as_str).max_by_key(|value| value.len()).unwrap_or("").chars().take(80).collect();
            drafts.push(Listed { path: draft.path.clone(), ago: desk.voice.ago(draft.at), start, form, patient, stay });
        }
    }
    let body = Drafts { voice: desk.voice.clone(), author: desk.person.mark(), drafts }.render()?;
    desk.page(Page { title: desk.voice.t("web-drafts"), nav: "/drafts", body, ..Page::default() })
}

/// The fields of `application/x-www-form-urlencoded` (<https://url.spec.whatwg.org/#application/x-www-form-urlencoded>).
pub(crate) fn pairs(body: &str) -> Vec<(String, String)> {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    };
    body.split('&').filter(|text| !text.is_empty()).map(pair).collect()
}

fn decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        match (byte, after) {
            (b'+', _) => out.push(b' '),
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    rest = after;
                }
                _ => out.push(b'%'),
            },
            _ => out.push(*byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_and_nothing_is_lost() {
        assert_eq!(pairs("a=1+2&b=%C3%A9%zz&c"), [("a".into(), "1 2".into()), ("b".into(), "é%zz".into()), ("c".into(), String::new())]);
    }

    #[test]
    fn what_was_overtaken_takes_nothing_back() {
        let kept = b"5\n/patients/p\n_page=a&_turn=3&text=abc";
        let later = |body: &str| Draft::is_later(kept, &pairs(body));
        assert!(later("_page=a&_turn=2&text=ab"));
        assert!(!later("_page=a&_turn=4&text=abcd"));
        assert!(!later("_page=b&_turn=1&text=x"), "another page");
        assert!(!later("text=x"), "a page without script");
    }

    #[test]
    fn a_draft_holds_what_was_typed_and_not_where_it_belongs() {
        let draft = Draft::read(b"5\n/patients/p/alerts\n_form=chart.alert&text=Chute%0Ahier&kind=").expect("a draft");
        assert_eq!((draft.at, draft.path.as_str(), draft.field("text")), (Instant(5), "/patients/p/alerts", "Chute\nhier"));
        assert_eq!(draft.field("_form"), "");
    }
}
