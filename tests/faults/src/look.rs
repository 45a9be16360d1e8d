//! Everything that can be asked of a record, compared with what the model says.

use crate::ensure;
use crate::model::{Content, Lens};
use crate::questions::question;
use crate::site::{query_by, search_by, type_of};
use crate::texts::tail;
use crate::world::{World, lens};
use rihla_kernel::FaultKind;
use rihla_store::{EverythingQuery, HistoryOf, HistoryQuery, Scoped, SearchPage, Stored};
use std::collections::BTreeSet;

impl World {
    /// All that can be asked, seen whole and through a made-up limit.
    pub fn compare(&self, numbers: [u8; 4]) -> Result<(), String> {
        for lens in [Lens::default(), lens(numbers)] {
            self.ask(&lens, numbers, 6)?;
            self.look(&lens, numbers)?;
            self.look_back(&lens, numbers)?;
            self.beside(&lens, numbers)?;
        }
        Ok(())
    }

    /// So many searches, seen whole and through a made-up limit.
    pub fn compare_some(&self, numbers: [u8; 4], searches: u8) -> Result<(), String> {
        self.ask(&Lens::default(), numbers, searches)?;
        self.ask(&lens(numbers), numbers, searches)
    }

    fn ask(&self, lens: &Lens, [pick, a, b, c]: [u8; 4], searches: u8) -> Result<(), String> {
        let scoped = self.handle(lens);
        for turn in 0..searches {
            let asked = question(&self.model, lens, pick.wrapping_add(turn.wrapping_mul(3)), a.wrapping_add(turn), b.wrapping_add(c));
            let all = self.all(&scoped, &asked);
            asked.judge(&all).map_err(|why| format!("{why} through {lens:?}"))?;
            let total = scoped.search(&query_by(&scoped, asked.ty, &format!("{}&_count=1&_total=accurate", asked.text))).expect("searches").total;
            ensure!(total == Some(asked.ids.len() as u64), "{}?{}: a total of {total:?}, not {} through {lens:?}", asked.ty, asked.text, asked.ids.len());
            let paged: Vec<String> = search_by(&scoped, asked.ty, &format!("{}&_count=2", asked.text));
            asked.judge(&paged).map_err(|why| format!("in pages: {why} through {lens:?}"))?;
            ensure!(paged == all, "{}?{}: {all:?}, and in pages {paged:?} through {lens:?}", asked.ty, asked.text);
            self.say(&asked.text, &all, total);
        }
        Ok(())
    }

    /// Every resource by its name, and its versions.
    fn look(&self, lens: &Lens, [pick, ..]: [u8; 4]) -> Result<(), String> {
        let scoped = self.handle(lens);
        for (name, versions) in self.model.resources.iter().filter(|(_, versions)| !versions.is_empty()) {
            let (ty, newest) = (type_of(name.0), versions.last().expect("some"));
            let seen = self.model.shows(lens, name, newest);
            let expected = if !seen { Err(FaultKind::NotFound) } else { newest.content.as_ref().map(Content::text).ok_or(FaultKind::Gone) };
            let found = scoped.read(ty, &name.1).map_err(|fault| fault.kind).map(|stored| String::from_utf8(stored.json()).expect("utf-8"));
            let same = match (&found, &expected) {
                (Ok(found), Ok(text)) => found.ends_with(tail(text)),
                (found, expected) => found.as_ref().err() == expected.as_ref().err(),
            };
            ensure!(same, "{name:?}: {found:?} is not {expected:?} through {lens:?}");
            let version = &versions[usize::from(pick) % versions.len()];
            let found = scoped.vread(ty, &name.1, version.vid).map(|stored| String::from_utf8(stored.json()).expect("utf-8")).ok();
            let expected = version.content.as_ref().filter(|_| seen && self.model.shows(lens, name, version)).map(Content::text);
            ensure!(found.is_some() == expected.is_some(), "{name:?} version {}: {found:?} is not {expected:?} through {lens:?}", version.vid);
            let history = scoped.history(&HistoryQuery { of: HistoryOf::Instance(ty, name.1.clone()), since: None, at: None, count: 500, cursor: None });
            let expected = seen.then(|| self.model.history(lens, |other| other == name));
            let total = history.as_ref().ok().and_then(|page| page.total);
            let found = history.ok().map(|page| entries(&page.entries));
            ensure!(found == expected, "history of {name:?}: {found:?} is not {expected:?} through {lens:?}");
            ensure!(total == expected.map(|all| all.len() as u64), "history of {name:?} has a total of {total:?} through {lens:?}");
        }
        Ok(())
    }

    /// History of types and of all, in pages, and the feed of changes.
    fn look_back(&self, lens: &Lens, [pick, ..]: [u8; 4]) -> Result<(), String> {
        let scoped = self.handle(lens);
        let ty = ["Patient", "Observation", "Practitioner"][usize::from(pick) % 3];
        for of in [HistoryOf::Type(type_of(ty)), HistoryOf::System] {
            let expected = self.model.history(lens, |name| matches!(of, HistoryOf::System) || name.0 == ty);
            let (mut found, mut cursor) = (Vec::new(), None);
            loop {
                let page = scoped.history(&HistoryQuery { of: of.clone(), since: None, at: None, count: 3 + usize::from(pick), cursor }).expect("history");
                found.extend(entries(&page.entries));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            ensure!(found == expected, "{of:?}: {found:?} is not {expected:?} through {lens:?}");
        }
        let (changes, _) = scoped.changes(0, 10_000).expect("changes");
        let mut expected = self.model.history(lens, |_| true);
        expected.reverse();
        let found: Vec<(u32, bool)> = changes.iter().map(|version| (version.vid, version.deleted)).collect();
        ensure!(found == expected.into_iter().map(|(_, vid, deleted)| (vid, deleted)).collect::<Vec<_>>(), "feed: {found:?} through {lens:?}");
        Ok(())
    }

    /// Included resources, and everything of a patient.
    fn beside(&self, lens: &Lens, [a, b, ..]: [u8; 4]) -> Result<(), String> {
        let scoped = self.handle(lens);
        let (code, patient) = (a % 4, format!("p{}", b % 5));
        let page = scoped
            .search(&query_by(&scoped, "Observation", &format!("code=c{code}&_include=Observation:performer&_include=Observation:subject&_count=500")))
            .expect("searches");
        let matches: Vec<&Content> = page.matches.iter().filter_map(|one| self.model.seen(lens, "Observation", &one.id.to_text())).collect();
        let referred = |ty: &'static str, of: fn(&Content) -> Option<&str>| {
            matches.iter().filter_map(|one| of(one)).filter(move |id| self.model.seen(lens, ty, id).is_some()).map(str::to_string).collect::<BTreeSet<_>>()
        };
        let expected: BTreeSet<String> = referred("Practitioner", Content::performer).into_iter().chain(referred("Patient", Content::subject)).collect();
        ensure!(ids(&page.included) == expected, "includes {:?}, not {expected:?} through {lens:?}", ids(&page.included));

        let own: BTreeSet<String> =
            self.model.live(lens, "Observation").filter(|(_, one)| one.subject() == Some(&patient)).map(|(id, _)| id.to_string()).collect();
        let seen = self.model.seen(lens, "Patient", &patient).is_some();
        let page = scoped.search(&query_by(&scoped, "Patient", &format!("_id={patient}&_revinclude=Observation:subject"))).expect("searches");
        ensure!(ids(&page.included) == if seen { own.clone() } else { BTreeSet::new() }, "refer to {patient}: {:?} through {lens:?}", ids(&page.included));
        self.everything(&scoped, lens, &patient, seen, own)
    }

    fn everything(&self, scoped: &Scoped, lens: &Lens, patient: &str, seen: bool, own: BTreeSet<String>) -> Result<(), String> {
        let ask = |count, cursor| scoped.everything(patient, &EverythingQuery { count, cursor, ..EverythingQuery::default() });
        let page = ask(None, None);
        ensure!(page.is_ok() == seen, "everything of {patient} through {lens:?}");
        let Ok(page) = page else { return Ok(()) };
        let practitioners: BTreeSet<String> = own
            .iter()
            .filter_map(|id| self.model.seen(lens, "Observation", id).and_then(Content::performer))
            .filter(|id| self.model.seen(lens, "Practitioner", id).is_some())
            .map(str::to_string)
            .collect();
        let all: BTreeSet<String> = own.into_iter().chain([patient.to_string()]).collect();
        ensure!(ids(&page.matches) == all, "everything of {patient}: {:?} is not {all:?} through {lens:?}", ids(&page.matches));
        ensure!(ids(&page.included) == practitioners, "beside everything of {patient}: {:?} is not {practitioners:?} through {lens:?}", ids(&page.included));
        ensure!(page.total == Some(all.len() as u64), "everything of {patient}: a total of {:?}, not {} through {lens:?}", page.total, all.len());
        let (mut found, mut cursor): (Vec<String>, Option<String>) = Default::default();
        loop {
            let SearchPage { matches, next, .. } = ask(Some(2), cursor).expect("pages");
            found.extend(matches.iter().map(|one| one.id.to_text()));
            match next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        ensure!(
            found.len() == all.len() && found.iter().cloned().collect::<BTreeSet<_>>() == all,
            "everything of {patient} in pages: {found:?} through {lens:?}"
        );
        Ok(())
    }
}

fn entries(page: &[Stored]) -> Vec<(String, u32, bool)> {
    page.iter().map(|entry| (entry.id.to_text(), entry.vid, entry.deleted)).collect()
}

fn ids(found: &[Stored]) -> BTreeSet<String> {
    found.iter().map(|one| one.id.to_text()).collect()
}
