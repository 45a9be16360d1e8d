//! Which paper is asked for, of whom and of which stay, and whether whoever asks may have it.

use crate::stays::{Told, stays_of};
use crate::{BIRTH, CERTIFY, PRINT, SEE};
use rihla_kernel::{Fault, FaultKind, Lang};
use rihla_packs::{Paper, PaperAuthor, PaperMoment};
use rihla_web::{Banner, CLINICAL, Desk, Refusal, percent};

/// A paper that somebody may make, in a language, of a patient and perhaps of a stay.
pub struct Of {
    pub desk: Desk,
    pub banner: Banner,
    pub paper: Paper,
    pub told: Option<Told>,
    pub lang: Lang,
    /// The name of its form among drafts.
    pub form: String,
}

/// Whether somebody may make a paper.
pub fn may(desk: &Desk, paper: &Paper) -> bool {
    let may = |permission: rihla_kernel::Permission| desk.person.may(permission.0);
    match paper.by {
        PaperAuthor::Desk => may(PRINT),
        PaperAuthor::Physician => may(CERTIFY),
        PaperAuthor::Midwife => may(CERTIFY) || may(BIRTH),
    }
}

/// Whose page it is. Whoever works by care may say why they look; others are told of a masked person no more than of nobody.
pub fn reached(desk: Desk, patient: &str) -> Result<(Desk, Banner), Refusal> {
    let banner = Banner::load(&desk, patient);
    if banner.is_ok() || desk.person.may(CLINICAL.0) {
        desk.must_reach(patient)?;
    }
    let banner = banner?;
    let desk = if banner.glass.is_some() { desk.in_emergency()? } else { desk };
    Ok((desk, banner))
}

impl Of {
    /// `stay`: the id of a stay, or empty; `lang`: a language that the paper has, else its first.
    pub fn open(desk: Desk, patient: &str, paper: &str, stay: &str, lang: &str) -> Result<Self, Refusal> {
        desk.require(SEE)?;
        let paper = desk.house.pack().papers.paper(paper).cloned().ok_or_else(Refusal::not_found)?;
        if !may(&desk, &paper) {
            return Err(Fault::new(FaultKind::Forbidden, "RH-WEB-NOT-YOURS", "This role may not make this paper.").into());
        }
        let (desk, banner) = reached(desk, patient)?;
        let told = match (stay, paper.when) {
            ("", _) | (_, PaperMoment::Always) => None,
            (stay, _) => Some(stays_of(&desk, patient)?.into_iter().find(|told| told.stay.id == stay).ok_or_else(Refusal::not_found)?),
        };
        if told.is_none() && paper.when != PaperMoment::Always {
            return Err(Refusal::invalid("RH-PAPERS-STAY", "The address does not say of which stay the paper is."));
        }
        let lang = languages(&paper).find(|known| known.tag() == lang).or_else(|| languages(&paper).next()).unwrap_or_default();
        let form = format!("papers.{}", paper.code);
        Ok(Self { desk, banner, paper, told, lang, form })
    }

    /// That the paper makes sense for the stay now. What was certified before stays printable.
    pub fn suits(&self) -> Result<(), Refusal> {
        if self.told.as_ref().is_none_or(|told| told.suits(self.paper.when)) {
            return Ok(());
        }
        Err(Fault::new(FaultKind::Conflict, "RH-PAPERS-NOT-NOW", "The stay is not where this paper makes sense.").into())
    }

    pub fn stay(&self) -> &str {
        self.told.as_ref().map_or("", |told| told.stay.id.as_str())
    }

    /// The address of this paper, in a language.
    pub fn path(&self, lang: Lang, more: &str) -> String {
        let (patient, code, stay) = (percent(&self.banner.id), &self.paper.code, percent(self.stay()));
        let of = if stay.is_empty() { String::new() } else { format!("&stay={stay}") };
        format!("/patients/{patient}/papers/{code}?lang={}{of}{more}", lang.tag())
    }

    /// What the paper is called on screen.
    pub fn title(&self) -> String {
        self.desk.named(&self.paper.names).into_owned()
    }
}

/// A language as a link or a choice has it.
#[derive(Clone)]
pub struct Way {
    pub tag: &'static str,
    /// What it is called in itself.
    pub called: String,
    pub path: String,
}

impl Way {
    pub fn new(desk: &Desk, lang: Lang, path: String) -> Self {
        Self { tag: lang.tag(), called: desk.voice.in_lang(lang).t("papers-language"), path }
    }
}

/// The languages in which a paper can be had, in the order of the house.
pub fn languages(paper: &Paper) -> impl Iterator<Item = Lang> {
    Lang::ALL.into_iter().filter(|lang| paper.text.contains_key(lang.tag()))
}
