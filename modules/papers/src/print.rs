//! Recording a print, and what a paper says of it: when, by whom, and which one it is.

use crate::of::Of;
use crate::registers::{self, Asked as Days};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_kernel::Instant;
use rihla_web::{Desk, Printed, Refusal, go, percent};
use serde::Deserialize;

/// For so long the page that a print led to is that print; later it is a preview again.
const FRESH_MS: i64 = 15 * 60 * 1_000;

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Asked {
    stay: String,
    lang: String,
    /// The id of a certificate that was written.
    document: String,
    #[serde(rename = "_author")]
    author: String,
}

/// One print among those of a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub print: Printed,
    /// From 1.
    pub number: usize,
}

impl Stamp {
    /// The print that a page was led to, if it is one of the last minutes. `all`: the newest first.
    pub fn of(all: &[Printed], paper: &str, of: &str, at: Option<i64>, now: Instant) -> Option<Self> {
        let at = at.filter(|at| (0..=FRESH_MS).contains(&now.0.saturating_sub(*at)))?;
        let mut own: Vec<&Printed> = all.iter().filter(|one| one.paper == paper && one.of == of && one.fault.is_empty()).collect();
        own.reverse();
        let number = own.iter().rposition(|one| one.at.0 == at)?;
        Some(Self { print: (*own.get(number)?).clone(), number: number + 1 })
    }

    /// Which copy of the first print it is; 0: it is the first.
    pub fn duplicate(&self) -> usize {
        self.number - 1
    }
}

fn by_browser(desk: &Desk, paper: &str, of: &str) -> Printed {
    Printed {
        at: desk.house.clock().now(),
        by: desk.person.name.clone(),
        paper: paper.to_owned(),
        of: of.to_owned(),
        printer: String::new(),
        copies: 1,
        fault: String::new(),
    }
}

/// `POST /patients/{patient}/papers/{paper}/print`
pub async fn paper(desk: Desk, Path((patient, paper)): Path<(String, String)>, Form(asked): Form<Asked>) -> Result<Response, Refusal> {
    desk.same_author(&asked.author)?;
    let of = Of::open(desk, &patient, &paper, &asked.stay, &asked.lang)?;
    let (about, document) = if of.paper.is_certificate() {
        let found = crate::certificate::read(&of, &asked.document)?;
        (found.id, format!("&document={}", percent(&asked.document)))
    } else {
        of.suits()?;
        (of.stay().to_owned(), String::new())
    };
    let print = by_browser(&of.desk, &of.paper.code, &about);
    of.desk.note_printed(&patient, &print).await?;
    Ok(go(&of.path(of.lang, &format!("{document}&printed={}", print.at.0)), &[]))
}

/// `POST /registers/{register}/print`
pub async fn register(desk: Desk, Path(register): Path<String>, Form(days): Form<Days>) -> Result<Response, Refusal> {
    desk.same_author(&days.author)?;
    let (kind, lang, span) = registers::asked(&desk, &register, &days)?;
    let span = span.map_err(|_| Refusal::invalid("RH-PAPERS-DAYS", "These are no days of a register."))?;
    let print = by_browser(&desk, kind.code(), &span.text());
    desk.note_printed(&registers::about(kind), &print).await?;
    Ok(go(&format!("{}&printed={}", registers::path(kind, &span, lang), print.at.0), &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(at: i64, paper: &str, of: &str) -> Printed {
        Printed { at: Instant(at), by: "A".into(), paper: paper.into(), of: of.into(), printer: String::new(), copies: 1, fault: String::new() }
    }

    /// PAP-2
    #[test]
    fn the_second_print_of_a_paper_of_a_stay_is_the_first_duplicate() {
        let broken = Printed { fault: "RH-X".into(), ..print(15, "sheet", "s1") };
        let all = [print(40, "sheet", "s1"), print(30, "slip", "s1"), print(20, "sheet", "s2"), broken, print(10, "sheet", "s1")];
        let duplicate = |of: &str, at| Stamp::of(&all, "sheet", of, Some(at), Instant(50)).map(|stamp| stamp.duplicate());
        assert_eq!((duplicate("s1", 10), duplicate("s1", 40), duplicate("s2", 20)), (Some(0), Some(1), Some(0)));
        assert_eq!((duplicate("s2", 10), duplicate("s1", 15)), (None, None), "not a print of this paper");
        assert_eq!(Stamp::of(&all, "sheet", "s1", Some(40), Instant(41 + FRESH_MS)), None, "a page that was left open is a preview");
        assert_eq!(Stamp::of(&all, "sheet", "s1", None, Instant(50)), None);
    }
}
