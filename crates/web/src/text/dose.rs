//! A line of medicine: **ingredient** form strength — dose, route, frequency, duration.

use super::html::{Dir, auto, runs};
use super::timing::Timing;
use super::{Html, Voice, listed};
use crate::key;
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look, Quantity, Range};
use rihla_fhirpath::normalize;
use rihla_kernel::Lang;

/// A medicine and how it is to be given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoseLine {
    pub ingredient: String,
    pub form: String,
    pub strength: Strength,
    /// One after the other.
    pub dosages: Vec<Dosage>,
}

/// How much of the ingredient one unit holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Strength {
    #[default]
    Unsaid,
    Of(Quantity),
    In(Quantity, Quantity),
    /// One an ingredient, in their order.
    Each(Vec<Strength>),
    Text(String),
}

/// One way of giving it (<https://hl7.org/fhir/R4/dosage.html>).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dosage {
    /// Its place among the others: what has the same goes together.
    pub sequence: String,
    /// The whole in the words of who wrote it; shown where it says more than its parts do.
    pub text: String,
    pub dose: Amount,
    pub rate: Amount,
    /// What else was written as a dose: calculated beside ordered.
    pub others: Vec<Amount>,
    pub route: Route,
    pub site: String,
    pub timing: Timing,
    pub as_needed: Option<String>,
    pub at_most: Option<(Quantity, Quantity)>,
    /// The most at one time, and in a whole life.
    pub at_most_once: Option<Quantity>,
    pub at_most_ever: Option<Quantity>,
    /// What else has to be known: each as it was written.
    pub notes: Vec<String>,
}

/// By which way it is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    pub codes: Vec<String>,
    /// What the code systems call it.
    pub display: String,
    /// How people wrote it, which may say more: "IV lente sur 10 min".
    pub text: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Amount {
    #[default]
    Unsaid,
    Of(Quantity),
    Between(Range),
    To(Quantity, Quantity),
}

impl DoseLine {
    /// A MedicationRequest, MedicationStatement or MedicationAdministration, as its author wrote it.
    pub fn of(resource: Value<'_>, lang: Lang) -> Self {
        let mut dosages: Vec<Dosage> =
            ["dosageInstruction", "dosage"].iter().flat_map(|path| resource.all(path)).map(|dosage| Dosage::of(dosage, lang)).collect();
        dosages.sort_by_key(|dosage| dosage.sequence.parse::<u32>().unwrap_or_default());
        let mut line = Self { dosages, ..Self::default() };
        let reference = resource.text("medicationReference.reference").unwrap_or_default();
        let within = |medication: &Value<'_>| reference.strip_prefix('#').is_some_and(|id| medication.text("id").as_deref() == Some(id));
        if let Some(medication) = resource.all("contained").into_iter().find(within) {
            line.is_of(medication, lang);
        }
        if line.ingredient.is_empty() {
            line.ingredient = words(resource, "medicationCodeableConcept", lang);
        }
        if line.ingredient.is_empty() {
            line.ingredient = resource.text("medicationReference.display").unwrap_or(reference).into_owned();
        }
        line
    }

    /// Takes ingredient, form and strength from a Medication, as far as it says them.
    pub fn is_of(&mut self, medication: Value<'_>, lang: Lang) {
        let (form, own) = (words(medication, "form", lang), words(medication, "code", lang));
        if !form.is_empty() {
            self.form = form;
        }
        let mut ingredients = medication.all("ingredient");
        ingredients.retain(|ingredient| ingredient.at("isActive").and_then(|active| active.as_bool()) != Some(false));
        let names: Vec<String> = ingredients.iter().map(|ingredient| ingredient_name(*ingredient, lang)).collect();
        let named = !names.is_empty() && names.iter().all(|name| !name.is_empty());
        if named {
            self.ingredient = names.join(" + ");
        } else if !own.is_empty() {
            self.ingredient.clone_from(&own);
        }
        let strengths: Vec<Strength> = ingredients.into_iter().map(strength).collect();
        let known = strengths.iter().all(|strength| *strength != Strength::Unsaid);
        match strengths.as_slice() {
            [] => {}
            [one] => self.strength = one.clone(),
            _ if known => self.strength = Strength::Each(strengths),
            // The medicine's own name tells the strengths, if anything does.
            _ if named => self.strength = if own.is_empty() { Strength::Unsaid } else { Strength::Text(own) },
            _ => self.strength = Strength::Unsaid,
        }
    }
}

fn ingredient_name(ingredient: Value<'_>, lang: Lang) -> String {
    let name = words(ingredient, "itemCodeableConcept", lang);
    if name.is_empty() { ingredient.text("itemReference.display").unwrap_or_default().into_owned() } else { name }
}

fn strength(ingredient: Value<'_>) -> Strength {
    match (Quantity::at(ingredient, "strength.numerator"), Quantity::at(ingredient, "strength.denominator")) {
        (Some(amount), Some(each)) if !(each.value == "1" && each.code.is_empty() && each.unit.is_empty()) => Strength::In(amount, each),
        (Some(amount), _) => Strength::Of(amount),
        _ => Strength::Unsaid,
    }
}

impl Dosage {
    pub fn of(dosage: Value<'_>, lang: Lang) -> Self {
        let own = |path: &str| dosage.text(path).map(|text| text.into_owned()).unwrap_or_default();
        let reason = dosage.at("asNeededCodeableConcept").map(|_| words(dosage, "asNeededCodeableConcept", lang));
        let asked = dosage.at("asNeededBoolean").and_then(|value| value.as_bool()).filter(|needed| *needed).map(|_| String::new());
        let routes: Vec<_> = Concept::at(dosage, "route").into_iter().flat_map(|route| route.codings().collect::<Vec<_>>()).collect();
        let further = dosage.all("additionalInstruction").into_iter().filter_map(|note| Concept(note).words(lang)).map(|note| note.into_owned());
        let patient = Some(own("patientInstruction")).filter(|note| !note.is_empty());
        let mut doses = Amount::each(dosage, "dose").into_iter();
        let mut rates = Amount::each(dosage, "rate").into_iter();
        Self {
            sequence: own("sequence"),
            text: own("text"),
            dose: doses.next().unwrap_or_default(),
            rate: rates.next().unwrap_or_default(),
            others: doses.chain(rates).collect(),
            route: Route {
                codes: routes.iter().filter_map(|coding| coding.text("code")).map(|code| code.into_owned()).collect(),
                display: routes.iter().find_map(|coding| coding.text("display")).map(|display| display.into_owned()).unwrap_or_default(),
                text: own("route.text"),
            },
            site: words(dosage, "site", lang),
            timing: dosage.at("timing").map(Timing::of).unwrap_or_default(),
            as_needed: reason.or(asked),
            at_most: Quantity::at(dosage, "maxDosePerPeriod.numerator").zip(Quantity::at(dosage, "maxDosePerPeriod.denominator")),
            at_most_once: Quantity::at(dosage, "maxDosePerAdministration"),
            at_most_ever: Quantity::at(dosage, "maxDosePerLifetime"),
            notes: further.chain(patient).collect(),
        }
    }
}

impl Amount {
    /// What all parts of a dosage say of its dose or its rate, what was ordered before what was calculated.
    fn each(dosage: Value<'_>, path: &str) -> Vec<Self> {
        let mut parts = dosage.all("doseAndRate");
        parts.sort_by_key(|part| !Concept::at(*part, "type").is_some_and(|kind| kind.has_code("ordered")));
        let mut out: Vec<Self> = Vec::new();
        for amount in parts.into_iter().map(|part| Self::at(part, path)) {
            if amount != Self::Unsaid && !out.contains(&amount) {
                out.push(amount);
            }
        }
        out
    }

    fn at(dosage: Value<'_>, path: &str) -> Self {
        if let Some(quantity) = Quantity::at(dosage, &format!("{path}Quantity")) {
            return Self::Of(quantity);
        }
        if let Some(range) = dosage.at(&format!("{path}Range")).and_then(Range::of) {
            return Self::Between(range);
        }
        let ends = ["numerator", "denominator"].map(|end| Quantity::at(dosage, &format!("{path}Ratio.{end}")));
        match ends {
            [Some(amount), Some(each)] => Self::To(amount, each),
            _ => Self::Unsaid,
        }
    }
}

fn words(value: Value<'_>, path: &str, lang: Lang) -> String {
    Concept::at(value, path).and_then(|concept| concept.words(lang).map(|words| words.into_owned())).unwrap_or_default()
}

impl Voice {
    /// The whole line. `tall` holds the spellings of look-alikes, `DOBUTamine`, from the pack.
    pub fn dose_line(&self, line: &DoseLine, tall: &[String]) -> Html {
        let mut out = Html::default();
        out.push_markup("<span class=\"dose-line\">");
        out.push(&self.medicine(line, tall));
        let mut before: Option<&Dosage> = None;
        for dosage in &line.dosages {
            let said = self.dosage(dosage);
            if said.is_empty() {
                continue;
            }
            out.push_text(" — ");
            if let Some(before) = before {
                let word = if before.sequence == dosage.sequence { "units-also" } else { "units-then" };
                out.push(&Html::text(self.t(word)).isolated(self.way()));
                out.push_text(' ');
            }
            out.push(&said);
            before = Some(dosage);
        }
        out.push_markup("</span>");
        out
    }

    /// **ingredient** form strength.
    pub fn medicine(&self, line: &DoseLine, tall: &[String]) -> Html {
        let mut out = Html::default();
        out.push_markup("<bdi class=\"medicine\"><b>");
        out.push(&runs(&tall_man(&line.ingredient, tall)));
        out.push_markup("</b>");
        if !line.form.is_empty() {
            out.push_text(' ');
            out.push(&auto(&line.form));
        }
        let strength = self.strength(&line.strength);
        if !strength.is_empty() {
            out.push_text(' ');
            out.push(&strength);
        }
        out.push_markup("</bdi>");
        out
    }

    fn strength(&self, strength: &Strength) -> Html {
        match strength {
            Strength::Unsaid => Html::default(),
            Strength::Of(amount) => self.dose(amount),
            Strength::In(amount, each) => self.ratio(amount, each),
            Strength::Text(text) => auto(text),
            Strength::Each(each) => {
                let mut out = Html::default();
                for strength in each {
                    if !out.is_empty() {
                        out.push_text(" + ");
                    }
                    out.push(&self.strength(strength));
                }
                out.isolated(Dir::LeftToRight)
            }
        }
    }

    /// Dose, route, frequency, duration: each a run of its own, in the order of the language.
    pub fn dosage(&self, dosage: &Dosage) -> Html {
        let mut parts = self.coded(dosage);
        // Whoever reads the parts has to see what the author wrote, unless it says the same.
        let text = normalize(&dosage.text);
        let same = |lang| normalize(&plain(&self.in_lang(lang).listed(self.in_lang(lang).coded(dosage)))).contains(text.as_ref());
        if !text.is_empty() && !Lang::ALL.into_iter().any(same) {
            // In quotes, or it would be read as one more dose.
            parts.push(if parts.is_empty() { auto(&dosage.text) } else { self.th("units-written", &[("text", auto(&dosage.text))]).isolated(self.way()) });
        }
        self.listed(parts)
    }

    fn listed(&self, parts: Vec<Html>) -> Html {
        parts.into_iter().reduce(|some, next| self.th("units-comma", &[("some", some), ("next", next)])).unwrap_or_default()
    }

    fn coded(&self, dosage: &Dosage) -> Vec<Html> {
        let mut parts: Vec<Html> = [&dosage.dose].into_iter().filter_map(|dose| self.amount(dose)).collect();
        parts.extend(self.route(&dosage.route));
        parts.extend((!dosage.site.is_empty()).then(|| auto(&dosage.site)));
        parts.extend(self.amount(&dosage.rate).map(|rate| self.th("units-rate", &[("rate", rate)]).isolated(self.way())));
        parts.extend(self.frequency(&dosage.timing));
        parts.extend(dosage.as_needed.as_ref().map(|reason| self.as_needed(reason)));
        parts.extend(self.course(&dosage.timing));
        parts.extend(dosage.others.iter().filter_map(|other| self.amount(other)));
        let most = |key, amount: &Option<Quantity>| amount.as_ref().map(|amount| self.th(key, &[("amount", self.dose(amount))]).isolated(self.way()));
        parts.extend(most("units-at-most-once", &dosage.at_most_once));
        parts.extend(dosage.at_most.as_ref().map(|(amount, each)| self.at_most(amount, each)));
        parts.extend(most("units-at-most-ever", &dosage.at_most_ever));
        parts.extend(dosage.notes.iter().map(auto));
        parts
    }

    fn amount(&self, amount: &Amount) -> Option<Html> {
        match amount {
            Amount::Unsaid => None,
            Amount::Of(quantity) => Some(self.dose(quantity)),
            Amount::Between(range) => Some(self.dose_range(range)),
            Amount::To(amount, each) => Some(self.ratio(amount, each)),
        }
    }

    /// The words of the code; beside them what people wrote, if it is not the same in any language.
    fn route(&self, route: &Route) -> Vec<Html> {
        let known = route.codes.iter().map(|code| listed(key!("units-route-*"), code)).find(|key| self.knows(key));
        let Some(key) = known else {
            let written = [&route.text, &route.display].into_iter().chain(&route.codes).find(|text| !text.is_empty());
            return written.map(auto).into_iter().collect();
        };
        let mut parts = vec![Html::text(self.t(&key)).isolated(self.way())];
        let said = |lang| self.in_lang(lang).t(&key).to_lowercase() == route.text.to_lowercase();
        if !route.text.is_empty() && route.text != route.display && !Lang::ALL.into_iter().any(said) {
            parts.push(auto(&route.text));
        }
        parts
    }

    fn as_needed(&self, reason: &str) -> Html {
        let said = if reason.is_empty() { Html::text(self.t("units-as-needed")) } else { self.th("units-as-needed-for", &[("reason", auto(reason))]) };
        said.isolated(self.way())
    }

    fn at_most(&self, amount: &Quantity, each: &Quantity) -> Html {
        let unit = if each.code.is_empty() { &each.unit } else { &each.code };
        let amount = self.dose(amount);
        let said = if self.knows(&listed(key!("units-length-*"), unit)) {
            let length = self.length(&super::Spread::one(&each.value), unit);
            self.th("units-at-most", &[("amount", amount), ("length", length)])
        } else {
            self.th("units-at-most-per", &[("amount", amount), ("each", self.dose(each))])
        };
        said.isolated(self.way())
    }
}

/// What a reader sees of markup.
fn plain(html: &Html) -> String {
    let texts = html.as_str().split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    texts.collect::<String>().replace("&#38;", "&").replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'")
}

/// Writes a word as the list of look-alikes has it, whatever the case it came in.
pub fn tall_man(text: &str, tall: &[String]) -> String {
    let spelt = |word: &str| {
        let same = |known: &&String| known.to_lowercase() == word.to_lowercase();
        tall.iter().find(same).map_or_else(|| word.to_owned(), String::clone)
    };
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for character in text.chars() {
        if character.is_alphanumeric() {
            word.push(character);
            continue;
        }
        out.push_str(&spelt(&word));
        word.clear();
        out.push(character);
    }
    out.push_str(&spelt(&word));
    out
}
