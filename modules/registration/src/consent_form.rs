//! The form that is signed: the pack's words about one question or all, with the patient's name, on paper.

use crate::REGISTER;
use crate::consents::{asked, today};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_fhir::view::{HumanName, Script};
use rihla_kernel::Lang;
use rihla_packs::{ConsentKind, Paper};
use rihla_web::text::{Html, Voice, auto, ltr};
use rihla_web::{Banner, Desk, Page, Refusal};
use serde::Deserialize;

/// Where the record does not know something, the pen writes it.
const DOTS: &str = "……………………";
/// Numbers of a patient that stand on the form.
const NUMBERS: usize = 2;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    lang: String,
    /// One question; none: all of them.
    code: String,
}

/// One question as it is signed.
struct Asks {
    name: String,
    version: String,
    paragraphs: Vec<Html>,
    confirmed: bool,
}

#[derive(Template)]
#[template(path = "registration/consent-form.html")]
struct Body<'b> {
    voice: &'b Voice,
    /// The language of the form.
    own: Voice,
    back: String,
    others: Vec<(String, &'static str, &'static str)>,
    group: String,
    site: String,
    name: Html,
    second: Html,
    who: Vec<(String, Html)>,
    asks: Vec<Asks>,
    confirmed: bool,
}

const LANGUAGES: [(Lang, &str); 3] = [(Lang::French, "Français"), (Lang::Arabic, "العربية"), (Lang::English, "English")];

/// `GET /patients/{patient}/consents/form?lang=…&code=…`
pub async fn show(desk: Desk, Path(patient): Path<String>, Query(wanted): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(REGISTER)?;
    let banner = Banner::load(&desk, &patient)?;
    let kinds: Vec<ConsentKind> = asked(&desk).into_iter().filter(|kind| wanted.code.is_empty() || kind.code == wanted.code).cloned().collect();
    if kinds.is_empty() {
        return Err(Refusal::not_found());
    }
    let lang = LANGUAGES.iter().map(|(lang, _)| *lang).find(|lang| lang.tag() == wanted.lang).unwrap_or_else(|| desk.house.lang());
    // What is printed speaks one language, whatever the screen speaks.
    let own = desk.voice.in_lang(lang);
    let script = Script::of_lang(lang);
    let name = |name: Option<&HumanName>| name.map(HumanName::formal).unwrap_or_default();
    let (first, second) = (name(banner.names.first(script)), name(banner.names.second(script)));
    let born = banner.birth.as_deref().map(|birth| own.date(birth)).unwrap_or_else(|| DOTS.to_owned());
    let called = |names: &rihla_packs::Names| names.get(lang.tag()).cloned().unwrap_or_else(|| desk.named(names).into_owned());
    let site = desk.house.pack().site(desk.house.site()).map(|site| called(&site.names)).unwrap_or_default();
    let day = today(&desk).map(|day| own.date(day.to_string().as_str())).unwrap_or_default();
    let fact = |word: &str| match word {
        "name" => first.clone(),
        "born" => born.clone(),
        "site" => site.clone(),
        _ => day.clone(),
    };
    let one = |kind: &ConsentKind| Asks {
        name: called(&kind.names),
        version: kind.version.clone(),
        paragraphs: kind.text.get(lang.tag()).into_iter().flatten().map(|text| filled(text, &fact)).collect(),
        confirmed: kind.provenance.validator.is_some(),
    };
    let asks: Vec<Asks> = kinds.iter().map(one).collect();
    let path = format!("/patients/{patient}/consents");
    let query = |lang: Lang| format!("{path}/form?lang={}&code={}", lang.tag(), rihla_web::percent(&wanted.code));
    let body = Body {
        voice: &desk.voice,
        back: path.clone(),
        others: LANGUAGES.iter().filter(|(other, _)| *other != lang).map(|(other, called)| (query(*other), other.tag(), *called)).collect(),
        group: called(&desk.house.pack().group.names),
        site: site.clone(),
        name: auto(&first),
        second: auto(second),
        who: std::iter::once((own.t("registration-birth"), auto(&born)))
            .chain(banner.numbers.iter().take(NUMBERS).map(|one| (one.kind.clone(), ltr(&one.value))))
            .collect(),
        confirmed: asks.iter().all(|asks| asks.confirmed),
        asks,
        own,
    }
    .render()?;
    desk.page(Page {
        title: desk.voice.t("registration-consent-form"),
        nav: "/patients",
        patient: Some(&banner),
        tab: Some("consents"),
        body,
        ..Page::default()
    })
}

/// A paragraph with what is known put in, each isolated from the script around it.
fn filled(text: &str, fact: &impl Fn(&str) -> String) -> Html {
    let (pieces, end) = Paper::pieces(text);
    let mut out = String::new();
    for (before, word) in pieces {
        // What the record says stands between the marks that isolate it, so that a name turns nothing around (UAX 9, 3.1).
        out.push_str(&format!("{before}\u{2068}{}\u{2069}", fact(word)));
    }
    out.push_str(end);
    auto(out)
}
