//! What a guard of privacy should look at: looks at records that are unusual by the rules of the pack. Each is a question to a
//! person, and the page says so.

use super::trail::Names;
use super::words::Named;
use super::{TRAIL, kin};
use crate::desk::Desk;
use crate::page::Page;
use crate::refuse::Refusal;
use crate::text::{Html, Voice};
use askama::Template;
use axum::response::Response;
use rihla_audit::{Anomaly, Finding, Looked, find};
use rihla_identity::{Account, AccountId};
use rihla_kernel::{Actor, ActorKind, Instant};
use rihla_rights::Who;
use rihla_store::trail::{EventKind, Seen, SeenWhat, TrailQuestion};
use std::collections::{BTreeSet, HashMap};

/// How far back it goes, and the most entries that are read for it.
const DAYS: i64 = 7;
const READ_AT_ONCE: usize = 2_000;
const READ_AT_MOST: usize = 60_000;
/// Findings on the page, and patients named in one.
const SHOWN: usize = 100;
const NAMED: usize = 5;
const DAY: i64 = 24 * 60 * 60 * 1000;
const MINUTE: i64 = 60 * 1000;

struct Row {
    what: String,
    who: Named,
    login: String,
    from: String,
    to: String,
    /// The days of the trail that show it whole.
    days: (String, String),
    patients: Vec<(String, Html)>,
    others: usize,
    looks: usize,
}

#[derive(Template)]
#[template(path = "audit/unusual.html")]
struct List {
    voice: Voice,
    rows: Vec<Row>,
    since: String,
    /// Not all of these days was read.
    cut: bool,
    more: usize,
}

/// `GET /audit/unusual`
pub(crate) async fn show(desk: Desk) -> Result<Response, Refusal> {
    let desk = super::opened(desk)?;
    let read = read(&desk)?;
    let mut known = Known::default();
    let mut looked = Vec::new();
    for look in &read.looks {
        looked.extend(known.judged(&desk, look)?);
    }
    let found = find(&desk.house.pack().audit, &looked);
    let mut names = Names::default();
    let rows = found.iter().take(SHOWN).map(|finding| row(&desk, &mut names, &known, finding)).collect::<Result<Vec<_>, _>>()?;
    let body = List { voice: desk.voice.clone(), more: found.len() - rows.len(), rows, since: desk.voice.date_time(read.since), cut: read.cut };
    desk.page(Page { title: desk.voice.t("audit-unusual"), nav: TRAIL, body: body.render()?, ..Page::default() })
}

/// One person's look at one record within one minute.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Look {
    minute: i64,
    account: String,
    patient: String,
    glass: bool,
}

struct Read {
    looks: BTreeSet<Look>,
    since: Instant,
    cut: bool,
}

/// Gathers the looks of people; what is older than the limit of entries is left out, and said to be.
fn read(desk: &Desk) -> Result<Read, Refusal> {
    let since = Instant(desk.voice.now().0 - DAYS * DAY);
    let mut out = Read { looks: BTreeSet::new(), since, cut: false };
    let mut question = TrailQuestion { from: Some(since), ..TrailQuestion::all(READ_AT_ONCE) };
    let mut count = 0;
    loop {
        let page = desk.record.trail(None, &question)?.ok_or_else(Refusal::not_found)?;
        page.entries.iter().for_each(|seen| gather(seen, &mut out.looks));
        count += page.entries.len();
        match page.next {
            Some(_) if count >= READ_AT_MOST => {
                out.since = page.entries.last().map_or(since, |seen| seen.at);
                out.cut = true;
                return Ok(out);
            }
            Some(next) => question.before = Some(next),
            None => return Ok(out),
        }
    }
}

fn gather(seen: &Seen, out: &mut BTreeSet<Look>) {
    let glass = matches!(seen.what, SeenWhat::Event { kind: EventKind::BrokenGlass, .. });
    if seen.denied || seen.actor.kind() != ActorKind::Person || !(glass || matches!(seen.what, SeenWhat::Access { .. })) {
        return;
    }
    // A program that acts for somebody is named behind them.
    let account = seen.actor.id().split(' ').next().unwrap_or_default().to_owned();
    let minute = seen.at.0.div_euclid(MINUTE);
    out.extend(seen.patients().map(|id| Look { minute, account: account.clone(), patient: id.to_text(), glass }));
}

/// What is known of people and patients, each asked for once.
#[derive(Default)]
pub(super) struct Known {
    accounts: HashMap<String, Option<Account>>,
    patients: HashMap<String, (bool, kin::Traits)>,
    staff: HashMap<String, kin::Traits>,
    pairs: HashMap<(String, String), bool>,
}

impl Known {
    fn account(&mut self, desk: &Desk, actor: &str) -> Result<Option<Account>, Refusal> {
        if let Some(known) = self.accounts.get(actor) {
            return Ok(known.clone());
        }
        let id = actor.strip_prefix("Account/").and_then(AccountId::parse);
        let account = id.map(|id| desk.house.identity().account(id)).transpose()?.flatten();
        self.accounts.insert(actor.to_owned(), account.clone());
        Ok(account)
    }

    fn judged(&mut self, desk: &Desk, look: &Look) -> Result<Option<Looked>, Refusal> {
        let Some(account) = self.account(desk, &look.account)? else { return Ok(None) };
        if !self.patients.contains_key(&look.patient) {
            let masked = desk.house.rights().is_masked(&look.patient)?;
            self.patients.insert(look.patient.clone(), (masked, kin::of_patient(desk, &look.patient)));
        }
        if !self.staff.contains_key(&look.account) {
            self.staff.insert(look.account.clone(), kin::of_account(desk, &account));
        }
        let pair = (look.account.clone(), look.patient.clone());
        let cared_for = match self.pairs.get(&pair) {
            Some(known) => *known,
            None => *self.pairs.entry(pair).or_insert(cares(desk, &account, &look.patient)?),
        };
        let (masked, traits) = self.patients.get(&look.patient).cloned().unwrap_or_default();
        let kin = self.staff.get(&look.account).is_some_and(|own| own.shares(&traits));
        let at = Instant(look.minute * MINUTE);
        let role = account.grants.iter().find(|grant| grant.site == desk.house.site()).map(|grant| grant.role.clone()).unwrap_or_default();
        let (actor, patient) = (look.account.clone(), look.patient.clone());
        Ok(Some(Looked { at, hour: hour(desk, at), actor, role, patient, cared_for, kin, masked, glass: look.glass }))
    }
}

/// In any of their roles here, as the record stands now: care that ended is remembered for as long as the role looks back.
fn cares(desk: &Desk, account: &Account, patient: &str) -> Result<bool, Refusal> {
    for grant in account.grants.iter().filter(|grant| grant.site == desk.house.site()) {
        let (practitioner, role, unit) = (account.practitioner.clone(), grant.role.clone(), grant.unit.clone());
        let who = Who { account: account.actor().id().to_owned(), practitioner, role, site: grant.site, unit };
        if desk.house.rights().cares(&who, patient)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn hour(desk: &Desk, at: Instant) -> u8 {
    let moment = jiff::Timestamp::from_millisecond(at.0).map(|moment| moment.to_zoned(desk.house.zone().clone()));
    moment.ok().and_then(|moment| u8::try_from(moment.hour()).ok()).unwrap_or(0)
}

fn row(desk: &Desk, names: &mut Names, known: &Known, finding: &Finding) -> Result<Row, Refusal> {
    let voice = &desk.voice;
    let account = known.accounts.get(&finding.actor).cloned().flatten();
    let day = |at: Instant| jiff::Timestamp::from_millisecond(at.0).map(|at| at.to_zoned(desk.house.zone().clone()).date().to_string()).unwrap_or_default();
    Ok(Row {
        what: voice.t(anomaly_key(finding.anomaly)),
        who: names.person(desk, &Actor::new(ActorKind::Person, &finding.actor))?,
        login: account.map(|account| account.login).unwrap_or_default(),
        from: voice.date_time(finding.from),
        to: voice.date_time(finding.to),
        days: (day(finding.from), day(finding.to)),
        patients: finding.patients.iter().take(NAMED).map(|id| names.patient_of(desk, id)).collect(),
        others: finding.patients.len().saturating_sub(NAMED),
        looks: finding.looks,
    })
}

fn anomaly_key(anomaly: Anomaly) -> &'static str {
    match anomaly {
        Anomaly::Crawling => crate::key!("audit-anomaly-crawling"),
        Anomaly::OwnFamily => crate::key!("audit-anomaly-own-family"),
        Anomaly::Night => crate::key!("audit-anomaly-night"),
        Anomaly::Masked => crate::key!("audit-anomaly-masked"),
        Anomaly::ManyGlasses => crate::key!("audit-anomaly-many-glasses"),
    }
}
