//! The editor as its page sends it: `e3.fr` a text of the fourth entry, `e3.o0.code` its first option, `e3.w0.q` its first
//! condition. Names that the editor does not have are passed over.

use super::{By, Condition, ENTRIES, Entry, Offer, PARTS, TEXT, Three, Work};
use crate::model::Kind;
use rihla_kernel::Lang;
use std::collections::{BTreeMap, BTreeSet};

struct Fields<'f>(&'f BTreeMap<String, String>);

impl Fields<'_> {
    fn text(&self, name: &str) -> String {
        self.0.get(name).map(|text| text.replace("\r\n", "\n").trim().chars().take(TEXT).collect()).unwrap_or_default()
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.0.get(name)?.parse().ok()
    }

    fn is(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_empty())
    }

    fn three(&self, head: &str) -> Three {
        Lang::ALL.map(|lang| self.text(&format!("{head}.{}", lang.tag())))
    }

    /// The numbers behind a head that fields have: a draft holds no field that is empty.
    fn numbers(&self, head: &str) -> BTreeSet<usize> {
        let named = self.0.range(head.to_owned()..).map(|(name, _)| name).map_while(|name| name.strip_prefix(head));
        named.filter_map(|rest| rest.split('.').next()?.parse().ok()).filter(|number| *number < ENTRIES).collect()
    }

    fn offers(&self, head: &str) -> Vec<Offer> {
        let one = |at: usize| {
            let head = format!("{head}.o{at}");
            Offer {
                source: self.number(&format!("{head}.src")),
                code: self.text(&format!("{head}.code")),
                words: self.three(&head),
                points: self.text(&format!("{head}.points")),
            }
        };
        let blank = |offer: &Offer| offer.code.is_empty() && offer.points.is_empty() && offer.words.iter().all(String::is_empty);
        self.numbers(&format!("{head}.o")).into_iter().map(one).filter(|offer| !blank(offer)).take(PARTS).collect()
    }

    fn conditions(&self, head: &str) -> Vec<Condition> {
        let one = |at: usize| {
            let head = format!("{head}.w{at}");
            Condition {
                source: self.number(&format!("{head}.src")),
                question: self.text(&format!("{head}.q")),
                operator: Some(self.text(&format!("{head}.op"))).filter(|text| !text.is_empty()).unwrap_or_else(|| "=".to_owned()),
                answer: self.text(&format!("{head}.a")),
            }
        };
        self.numbers(&format!("{head}.w")).into_iter().map(one).filter(|when| !when.question.is_empty()).take(PARTS).collect()
    }

    fn entry(&self, at: usize) -> Option<Entry> {
        let head = format!("e{at}");
        let own = |name: &str| self.text(&format!("{head}.{name}"));
        let is = |name: &str| self.is(&format!("{head}.{name}"));
        let by = By::ALL.into_iter().find(|(code, _)| *code == own("by")).map_or(By::Hand, |(_, by)| by);
        let entry = Entry {
            link: Some(own("link")).filter(|link| !link.is_empty())?,
            source: self.number(&format!("{head}.src")),
            depth: self.number(&format!("{head}.depth")).unwrap_or(0),
            kind: own("kind"),
            words: self.three(&head),
            required: is("required"),
            repeats: is("repeats"),
            options: self.offers(&head),
            set: own("set"),
            unit: own("unit"),
            min: own("min"),
            max: own("max"),
            any: is("any"),
            when: self.conditions(&head),
            by,
            summed: self.numbers(&format!("{head}.s")).into_iter().map(|other| own(&format!("s{other}"))).filter(|link| !link.is_empty()).collect(),
            formula: own("formula"),
            system: own("system"),
            code: own("code"),
            since: own("since"),
            period: own("period"),
            observed: is("observed"),
        };
        Some(if own("was") == entry.kind { entry } else { entry.fitted() })
    }
}

impl Entry {
    /// Without what an entry of its kind does not have, once it was made one of another kind.
    fn fitted(mut self) -> Self {
        let kind = self.is();
        if !self.chooses() {
            self.options.clear();
        }
        if !self.counts() {
            (self.min, self.max) = (String::new(), String::new());
        }
        if !matches!(kind, Some(Kind::Quantity | Kind::Decimal)) {
            self.unit = String::new();
        }
        if !self.asks() {
            (self.by, self.observed) = (By::Hand, false);
            (self.system, self.code, self.since, self.formula) = Default::default();
            self.summed.clear();
        }
        if kind == Some(Kind::Display) {
            (self.required, self.repeats) = (false, false);
        }
        self
    }
}

impl Work {
    /// What was typed, as it stands on the page.
    pub fn typed(fields: &BTreeMap<String, String>) -> Self {
        let all = Fields(fields);
        let users = fields.iter().filter(|(name, value)| name.starts_with("user.") && !value.is_empty());
        let mut work = Self {
            title: all.three("title"),
            about: all.three("about"),
            users: users.filter_map(|(name, _)| name.strip_prefix("user.")).map(str::to_owned).collect(),
            entries: (0..ENTRIES).map_while(|at| all.entry(at)).collect(),
        };
        work.settle();
        work
    }

    /// Nothing lies deeper than below what stands before it.
    pub(crate) fn settle(&mut self) {
        let mut most = 0;
        for entry in &mut self.entries {
            entry.depth = entry.depth.min(most).min(crate::model::DEPTH - 1);
            most = entry.depth + 1;
        }
    }
}
