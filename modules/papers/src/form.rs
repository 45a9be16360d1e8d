//! What somebody says for a certificate: the fields of its form, checked, and as words of the paper's language.

use jiff::civil::{Date, DateTime};
use rihla_packs::{AskKind, Paper, PaperAsk};
use rihla_web::Desk;
use rihla_web::text::Voice;
use std::collections::BTreeMap;

const LINE: usize = 200;
const LONG: usize = 4_000;
/// More days than this are a slip of the finger.
const DAYS: u32 = 1_000;
/// What stands before the code of what is asked, so that no code is another field of the form.
const HEAD: &str = "ask-";

/// A form as it was sent, or as a draft keeps it.
#[derive(Clone, Debug, Default)]
pub struct Typed(BTreeMap<String, String>);

/// A field on the page.
pub struct Field {
    pub id: String,
    pub label: String,
    /// Of the `input`; empty for a long text.
    pub kind: &'static str,
    pub required: bool,
    pub value: String,
    pub longest: usize,
    /// What is wrong with it.
    pub wrong: Option<String>,
}

impl Typed {
    pub fn of(fields: BTreeMap<String, String>) -> Self {
        Self(fields)
    }

    /// A hidden field of the form.
    pub fn hidden(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// What was typed, without white space around it; lines end as on this side.
    fn said(&self, code: &str) -> String {
        self.hidden(&format!("{HEAD}{code}")).replace("\r\n", "\n").trim().to_owned()
    }

    /// Takes over what a draft kept.
    pub fn with_draft(paper: &Paper, draft: impl Fn(&str) -> String) -> Self {
        Self(paper.asks.iter().map(|ask| (format!("{HEAD}{}", ask.code), draft(&format!("{HEAD}{}", ask.code)))).collect())
    }

    /// What is wrong, by the code of what was asked, with the key of its words.
    pub fn faults(&self, paper: &Paper) -> Vec<(String, &'static str)> {
        let mut faults: Vec<(String, &'static str)> = paper.asks.iter().filter_map(|ask| Some((ask.code.clone(), self.fault(ask)?))).collect();
        let bounds = (moment(&self.said("from")), moment(&self.said("until")));
        if faults.is_empty() && matches!(bounds, (Some(from), Some(until)) if until < from) {
            faults.push(("until".to_owned(), rihla_web::key!("papers-wrong-until")));
        }
        faults
    }

    fn fault(&self, ask: &PaperAsk) -> Option<&'static str> {
        let said = self.said(&ask.code);
        if said.is_empty() {
            return ask.required.then_some(rihla_web::key!("papers-wrong-missing"));
        }
        let (right, words) = match ask.kind {
            AskKind::Line => (said.chars().count() <= LINE && !said.contains('\n'), rihla_web::key!("papers-wrong-long")),
            AskKind::Long => (said.chars().count() <= LONG, rihla_web::key!("papers-wrong-long")),
            AskKind::Days => (said.parse::<u32>().is_ok_and(|days| days <= DAYS), rihla_web::key!("papers-wrong-days")),
            AskKind::Date => (said.parse::<Date>().is_ok(), rihla_web::key!("papers-wrong-date")),
            AskKind::Moment => (moment(&said).is_some(), rihla_web::key!("papers-wrong-moment")),
        };
        (!right).then_some(words)
    }

    /// What was said, in the words of the paper's language; empty for what was left empty.
    pub fn words(&self, ask: &PaperAsk, voice: &Voice) -> String {
        let said = self.said(&ask.code);
        match ask.kind {
            AskKind::Line | AskKind::Long | AskKind::Days => said,
            AskKind::Date => voice.long_date(said),
            AskKind::Moment => moment(&said).map_or(said, |at| voice.date_time(format!("{at}"))),
        }
    }

    /// The fields of the page, with what was typed and what is wrong with it.
    pub fn fields(&self, desk: &Desk, paper: &Paper, faults: &[(String, &'static str)]) -> Vec<Field> {
        let field = |ask: &PaperAsk| Field {
            id: format!("{HEAD}{}", ask.code),
            label: desk.named(&ask.names).into_owned(),
            kind: match ask.kind {
                AskKind::Long => "",
                AskKind::Line => "text",
                AskKind::Days => "number",
                AskKind::Date => "date",
                AskKind::Moment => "datetime-local",
            },
            required: ask.required,
            value: self.said(&ask.code),
            longest: if ask.kind == AskKind::Long { LONG } else { LINE },
            wrong: faults.iter().find(|(code, _)| *code == ask.code).map(|(_, words)| desk.voice.t(words)),
        };
        paper.asks.iter().map(field).collect()
    }
}

/// `2026-01-15T08:00`, as a browser sends it.
fn moment(text: &str) -> Option<DateTime> {
    text.contains('T').then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_packs::Pack;

    fn paper(code: &str) -> Paper {
        let pack = Pack::built_in_names().next().and_then(Pack::built_in).expect("a pack").expect("sound");
        pack.papers.paper(code).expect("a paper").clone()
    }

    fn typed(fields: &[(&str, &str)]) -> Typed {
        Typed(fields.iter().map(|(code, said)| (format!("{HEAD}{code}"), (*said).to_owned())).collect())
    }

    /// PAP-7
    #[test]
    fn what_is_missing_or_no_day_is_told_by_field() {
        let leave = paper("sick-leave");
        let faults = |fields: &[(&str, &str)]| typed(fields).faults(&leave).into_iter().map(|(code, words)| format!("{code}: {words}")).collect::<Vec<_>>();
        assert_eq!(faults(&[]), ["days: papers-wrong-missing", "from: papers-wrong-missing"], "a remark may stay empty");
        assert_eq!(faults(&[("days", "3"), ("from", "2026-01-15")]), [""; 0]);
        assert_eq!(faults(&[("days", "-3"), ("from", "15/01/2026")]), ["days: papers-wrong-days", "from: papers-wrong-date"]);
        assert_eq!(faults(&[("days", "1001"), ("from", "2026-02-30"), ("remark", "a\nb")]).len(), 3);
        let long = "é".repeat(LINE + 1);
        assert_eq!(faults(&[("days", "0"), ("from", "2026-01-15"), ("remark", &long)]), ["remark: papers-wrong-long"]);
    }

    #[test]
    fn nobody_was_there_until_before_they_came() {
        let there = paper("attendance");
        let faults = |from: &str, until: &str| typed(&[("from", from), ("until", until)]).faults(&there);
        assert_eq!(faults("2026-01-15T08:00", "2026-01-15T07:59"), [("until".to_owned(), "papers-wrong-until")]);
        assert_eq!(faults("2026-01-15T08:00", "2026-01-15T08:00"), []);
        assert_eq!(faults("2026-01-15", "x").len(), 2, "a day is no moment");
    }
}
