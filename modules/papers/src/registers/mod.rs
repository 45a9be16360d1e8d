//! The registers of entries, leavers, births and deaths: which one, of which days, and the page.

mod history;
mod lines;

use crate::REGISTERS;
use crate::facts::speaking;
use crate::of::Way;
use crate::print::Stamp;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use lines::Day;
use rihla_kernel::Lang;
use rihla_web::text::{Html, Voice, auto, listed};
use rihla_web::{Desk, Page, Refusal};
use serde::Deserialize;

/// Days that are shown at once.
pub const DAYS: i32 = 31;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Register {
    Entries,
    Leavers,
    Births,
    Deaths,
}

impl Register {
    const ALL: [Self; 4] = [Self::Entries, Self::Leavers, Self::Births, Self::Deaths];

    pub fn code(self) -> &'static str {
        match self {
            Self::Entries => "entries",
            Self::Leavers => "leavers",
            Self::Births => "births",
            Self::Deaths => "deaths",
        }
    }

    fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|register| register.code() == code)
    }

    fn name(self, voice: &Voice) -> String {
        voice.t(&listed(rihla_web::key!("papers-register-*"), self.code()))
    }
}

/// The first day and the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: Date,
    pub to: Date,
}

impl Span {
    /// As its address and the list of prints have it.
    pub fn text(&self) -> String {
        format!("{}..{}", self.from, self.to)
    }

    /// What is wrong with two days, as the key of its words.
    fn of(from: &str, to: &str, today: Date) -> Result<Self, &'static str> {
        let day = |text: &str, default: Date| if text.is_empty() { Ok(default) } else { text.parse().map_err(|_| rihla_web::key!("papers-wrong-date")) };
        let from = day(from, today)?;
        let to = day(to, from)?;
        if to < from {
            return Err(rihla_web::key!("papers-wrong-until"));
        }
        if from.checked_add(DAYS.days()).is_ok_and(|end| end <= to) {
            return Err(rihla_web::key!("papers-wrong-month"));
        }
        Ok(Self { from, to })
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    from: String,
    to: String,
    lang: String,
    printed: Option<i64>,
    #[serde(rename = "_author")]
    pub author: String,
}

/// Which register is asked for, in which language, of which days; or what is wrong with the days.
pub fn asked(desk: &Desk, register: &str, asked: &Asked) -> Result<(Register, Lang, Result<Span, &'static str>), Refusal> {
    desk.require(REGISTERS)?;
    let register = Register::of(register).ok_or_else(Refusal::not_found)?;
    let lang = Lang::from_tag(&asked.lang).filter(|lang| LANGUAGES.contains(lang)).unwrap_or_default();
    Ok((register, lang, Span::of(&asked.from, &asked.to, today(desk))))
}

/// The languages of registers: those of the country's papers.
const LANGUAGES: [Lang; 2] = [Lang::French, Lang::Arabic];

fn today(desk: &Desk) -> Date {
    let now = Timestamp::from_millisecond(desk.voice.now().0).unwrap_or_default();
    now.to_zoned(desk.voice.zone().clone()).date()
}

/// Under what its prints are remembered.
pub fn about(register: Register) -> String {
    format!("register-{}", register.code())
}

pub fn path(register: Register, span: &Span, lang: Lang) -> String {
    format!("/registers/{}?from={}&to={}&lang={}", register.code(), span.from, span.to, lang.tag())
}

#[derive(Template)]
#[template(path = "papers/registers.html")]
struct List<'l> {
    voice: &'l Voice,
    /// Each with its address of today and of this month.
    registers: Vec<(String, String, String)>,
}

/// `GET /registers`
pub async fn list(desk: Desk) -> Result<Response, Refusal> {
    desk.require(REGISTERS)?;
    let today = today(&desk);
    let (day, month) = (Span { from: today, to: today }, Span { from: today.first_of_month(), to: today });
    let lang = LANGUAGES.into_iter().find(|lang| *lang == desk.voice.lang()).unwrap_or_default();
    let registers = Register::ALL.map(|register| (register.name(&desk.voice), path(register, &day, lang), path(register, &month, lang)));
    let body = List { voice: &desk.voice, registers: registers.to_vec() }.render()?;
    desk.page(Page { title: desk.voice.t("papers-registers"), nav: "/registers", body, ..Page::default() })
}

/// The register itself, all in its own language.
#[derive(Template)]
#[template(path = "papers/register-sheet.html")]
struct Sheet<'s> {
    voice: &'s Voice,
    /// The code of the register, for the words of its columns.
    time: String,
    what: String,
    group: String,
    site: String,
    title: String,
    from: String,
    to: String,
    days: Vec<Day>,
    duplicate: Option<String>,
    printed: Option<(String, Html)>,
}

#[derive(Template)]
#[template(path = "papers/register.html")]
struct Body<'b> {
    voice: &'b Voice,
    title: String,
    here: &'static str,
    from: String,
    to: String,
    lang: &'static str,
    languages: [Way; 2],
    author: String,
    wrong: String,
    /// More stays than can be looked through.
    cut: bool,
    recorded: bool,
    sheet: String,
}

/// `GET /registers/{register}?from=…&to=…&lang=…`
pub async fn show(desk: Desk, Path(register): Path<String>, Query(days): Query<Asked>) -> Result<Response, Refusal> {
    let (register, lang, span) = asked(&desk, &register, &days)?;
    let (mut cut, mut recorded, mut wrong) = (false, false, String::new());
    let sheet = match &span {
        Ok(_) if !desk.shows("Encounter") => desk.not_shown()?,
        Ok(span) => {
            let stamp = Stamp::of(&desk.printed(&about(register))?, register.code(), &span.text(), days.printed, desk.voice.now());
            let paper = speaking(&desk, lang);
            let (days, more) = lines::read(&paper, register, span)?;
            (cut, recorded) = (more, stamp.is_some());
            sheet(&paper, register, span, days, stamp.as_ref())?
        }
        Err(words) => {
            wrong = desk.voice.t(words);
            String::new()
        }
    };
    let day = |day: fn(&Span) -> Date, typed: &str| span.as_ref().map_or_else(|_| typed.to_owned(), |span| day(span).to_string());
    let title = register.name(&desk.voice);
    let body = Body {
        voice: &desk.voice,
        title: title.clone(),
        here: register.code(),
        from: day(|span| span.from, &days.from),
        to: day(|span| span.to, &days.to),
        lang: lang.tag(),
        languages: LANGUAGES.map(|lang| Way::new(&desk, lang, String::new())),
        author: desk.person.mark(),
        wrong,
        cut,
        recorded,
        sheet,
    }
    .render()?;
    desk.page(Page { title, nav: "/registers", body, ..Page::default() })
}

fn sheet(desk: &Desk, register: Register, span: &Span, days: Vec<Day>, stamp: Option<&Stamp>) -> Result<String, Refusal> {
    let voice = &desk.voice;
    let site = desk.house.pack().site(desk.house.site()).map(|site| desk.named(&site.names).into_owned()).unwrap_or_default();
    let sheet = Sheet {
        voice,
        time: voice.t(&listed(rihla_web::key!("papers-column-time-*"), register.code())),
        what: voice.t(&listed(rihla_web::key!("papers-column-what-*"), register.code())),
        group: desk.named(&desk.house.pack().group.names).into_owned(),
        site,
        title: register.name(voice),
        from: voice.long_date(span.from.to_string()),
        to: voice.long_date(span.to.to_string()),
        days,
        duplicate: stamp.map(Stamp::duplicate).filter(|number| *number > 0).map(|number| number.to_string()),
        printed: stamp.map(|stamp| (voice.date_time(stamp.print.at), auto(&stamp.print.by))),
    };
    Ok(sheet.render()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PAP-11
    #[test]
    fn a_register_is_of_a_month_at_most() {
        let today = jiff::civil::date(2026, 1, 15);
        let span = |from: &str, to: &str| Span::of(from, to, today).map(|span| span.text());
        assert_eq!(span("", "").as_deref(), Ok("2026-01-15..2026-01-15"));
        assert_eq!(span("2026-01-01", "").as_deref(), Ok("2026-01-01..2026-01-01"));
        assert_eq!(span("2026-01-01", "2026-01-31").as_deref(), Ok("2026-01-01..2026-01-31"));
        assert_eq!(span("2026-01-01", "2026-02-01"), Err("papers-wrong-month"));
        assert_eq!(span("2026-01-02", "2026-01-01"), Err("papers-wrong-until"));
        assert_eq!(span("9999-12-30", "9999-12-31").as_deref(), Ok("9999-12-30..9999-12-31"));
        assert_eq!(span("2026-13-01", ""), Err("papers-wrong-date"));
    }
}
