//! What the editor shows, written back over the questionnaire from which it came. A member is touched only where what the
//! editor shows of it was changed.

use super::of::{CONTEXT, ROLE, flat, is_user, language, users};
use super::patch::{Patch, written};
use super::{By, Condition, Entry, Offer, Work, of_three};
use crate::fault::Fault;
use crate::filling::digits;
use crate::model::Kind;
use crate::number::Number;
use crate::options::ORDINAL;
use crate::read::{CALCULATED, EXTRACT, MAX, MIN, PERIOD, UNIT};
use crate::words::quoted;
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_kernel::Lang;

const UCUM: &str = "http://unitsofmeasure.org";

/// Where a questionnaire that is written anew has its place.
struct Pen<'p> {
    work: &'p Work,
    main: Lang,
    /// The questionnaire's own address, of which the codes of its options are.
    url: &'p str,
    base: Vec<Value<'p>>,
    was: Work,
}

impl Work {
    /// The Questionnaire, over the one from which it came. `url`: its address where it has none yet.
    pub fn json(&self, base: Option<Value<'_>>, url: &str) -> String {
        let main = base.map(language).unwrap_or_default();
        let own = base.and_then(|base| base.text("url")).map(|url| url.into_owned());
        let pen = Pen {
            work: self,
            main,
            url: own.as_deref().unwrap_or(url),
            base: base.map(|base| flat(base).into_iter().map(|(_, item)| item).collect()).unwrap_or_default(),
            was: base.map(Work::of).unwrap_or_default(),
        };
        let mut patch = match base {
            Some(base) => Patch::of(base),
            None => {
                let mut patch = Patch::default();
                patch.set_text("resourceType", "Questionnaire");
                patch.set_text("language", main.tag());
                patch.set_text("status", "draft");
                patch.set("subjectType", Some(r#"["Patient"]"#.to_owned()));
                patch
            }
        };
        if own.is_none() {
            patch.set_text("url", url);
        }
        if pen.was.title != self.title {
            patch.words(base, "title", &of_three(&self.title, main));
        }
        if pen.was.about != self.about {
            patch.words(base, "description", &of_three(&self.about, main));
        }
        let before = base.map(users).unwrap_or_default();
        if before.iter().any(|user| !self.users.contains(user)) || self.users.iter().any(|user| !before.contains(user)) {
            patch.set("useContext", uses(base, &self.users));
        }
        let items = pen.items(0, self.entries.len());
        patch.set("item", (!items.is_empty()).then(|| format!("[{}]", items.join(","))));
        patch.json()
    }

    /// What was typed that can be no part of a questionnaire, each with its linkId.
    pub fn faults(&self) -> Vec<Fault> {
        let mut out = Vec::new();
        for entry in &self.entries {
            let points = entry.options.iter().map(|offer| &offer.points);
            let numbers = points.chain(entry.counts().then_some([&entry.min, &entry.max]).into_iter().flatten()).chain([&entry.since]);
            for text in numbers.filter(|text| !text.is_empty() && number(text).is_none()) {
                out.push(Fault::new(&entry.link, "RH-FORMS-NUMBER", format!("{text:?} is no number")));
            }
            let unnamed = |by: By, lacks: bool| entry.by == by && lacks;
            if unnamed(By::Sum, entry.summed.is_empty()) || unnamed(By::Formula, entry.formula.is_empty()) {
                out.push(Fault::new(&entry.link, "RH-FORMS-CALCULATES-NOTHING", "it is calculated, and nothing says from what"));
            }
            if entry.by == By::Sum
                && let Some(link) = entry.summed.iter().find(|link| self.find(link).is_none())
            {
                out.push(Fault::new(&entry.link, "RH-FORMS-SUM-UNKNOWN", format!("it sums {link:?}, and there is no such question")));
            }
            if (entry.observed || !entry.since.is_empty()) && entry.asks() && entry.code.is_empty() {
                out.push(Fault::new(&entry.link, "RH-FORMS-NO-CODE", "what is taken over from or into the record needs a code"));
            }
            if entry.is() != Some(Kind::Group) && entry.words.iter().all(String::is_empty) {
                out.push(Fault::new(&entry.link, "RH-FORMS-NO-WORDS", "it has no words"));
            }
        }
        if self.title.iter().all(String::is_empty) {
            out.push(Fault::new("", "RH-FORMS-NO-TITLE", "the form has no title"));
        }
        out
    }
}

fn number(text: &str) -> Option<Number> {
    Number::parse(&digits(text))
}

fn uses(base: Option<Value<'_>>, roles: &[String]) -> Option<String> {
    let kept = base.map(|base| base.all("useContext")).unwrap_or_default().into_iter().filter(|context| !is_user(*context)).map(written);
    let one = |role: &String| {
        format!(r#"{{"code":{{"system":"{CONTEXT}","code":"user"}},"valueCodeableConcept":{{"coding":[{{"system":"{ROLE}","code":{}}}]}}}}"#, quoted(role))
    };
    let all: Vec<String> = kept.chain(roles.iter().map(one)).collect();
    (!all.is_empty()).then(|| format!("[{}]", all.join(",")))
}

impl Pen<'_> {
    /// The items of one level, between two entries.
    fn items(&self, from: usize, to: usize) -> Vec<String> {
        let mut out = Vec::new();
        let mut at = from;
        while at < to {
            let end = at + self.work.length(at);
            if let Some(entry) = self.work.entries.get(at) {
                out.push(self.item(entry, &self.items(at + 1, end)));
            }
            at = end;
        }
        out
    }

    fn item(&self, entry: &Entry, within: &[String]) -> String {
        let base = entry.source.and_then(|source| self.base.get(source)).copied();
        let was = entry.source.and_then(|source| self.was.entries.get(source)).cloned().unwrap_or_default();
        let mut patch = base.map(Patch::of).unwrap_or_default();
        if was.link != entry.link {
            patch.set_text("linkId", &entry.link);
        }
        if was.kind != entry.kind {
            patch.set_text("type", &entry.kind);
        }
        if was.words != entry.words {
            patch.words(base, "text", &of_three(&entry.words, self.main));
        }
        self.coded(&mut patch, base, entry, &was);
        self.conditions(&mut patch, base, entry, &was);
        for (name, is, was) in [("required", entry.required, was.required), ("repeats", entry.repeats, was.repeats)] {
            if is != was {
                patch.set(name, is.then(|| "true".to_owned()));
            }
        }
        self.limits(&mut patch, entry, &was);
        calculation(&mut patch, entry, &was);
        if was.options != entry.options {
            let options: Vec<_> = entry.options.iter().map(|offer| self.option(offer, entry, base, &was)).collect();
            patch.set("answerOption", (!options.is_empty()).then(|| format!("[{}]", options.join(","))));
        }
        if was.set != entry.set {
            patch.set_text("answerValueSet", &entry.set);
        }
        patch.set("item", (!within.is_empty()).then(|| format!("[{}]", within.join(","))));
        patch.json()
    }

    fn coded(&self, patch: &mut Patch, base: Option<Value<'_>>, entry: &Entry, was: &Entry) {
        if (&was.system, &was.code) != (&entry.system, &entry.code) {
            let mut coding = Patch::default();
            coding.set_text("system", &entry.system);
            coding.set_text("code", &entry.code);
            let first = (!entry.code.is_empty()).then(|| coding.json());
            let others = base.map(|base| base.all("code")).unwrap_or_default().into_iter().skip(1).map(written);
            let all: Vec<_> = first.into_iter().chain(others).collect();
            patch.set("code", (!all.is_empty()).then(|| format!("[{}]", all.join(","))));
        }
        if was.observed != entry.observed {
            patch.extension(EXTRACT, Some(format!(r#"{{"url":"{EXTRACT}","valueBoolean":{}}}"#, entry.observed)));
        }
        if (&was.since, &was.period) != (&entry.since, &entry.period) {
            let unit = if entry.period.is_empty() { "d" } else { &entry.period };
            let json = number(&entry.since)
                .map(|amount| format!(r#"{{"url":"{PERIOD}","valueDuration":{{"value":{amount},"system":"{UCUM}","code":{}}}}}"#, quoted(unit)));
            patch.extension(PERIOD, json);
        }
    }

    fn conditions(&self, patch: &mut Patch, base: Option<Value<'_>>, entry: &Entry, was: &Entry) {
        if was.when != entry.when {
            let there = base.map(|base| base.all("enableWhen")).unwrap_or_default();
            let one = |when: &Condition| {
                let same = when.source.filter(|source| was.when.get(*source) == Some(when)).and_then(|source| there.get(source));
                same.map_or_else(|| self.condition(when), |value| written(*value))
            };
            let all: Vec<_> = entry.when.iter().map(one).collect();
            patch.set("enableWhen", (!all.is_empty()).then(|| format!("[{}]", all.join(","))));
        }
        if was.any != entry.any || was.when.len() != entry.when.len() {
            // Several conditions say how they go together (que-12).
            let text = if entry.any { "any" } else { "all" };
            patch.set_text("enableBehavior", if entry.when.len() > 1 { text } else { "" });
        }
    }

    fn condition(&self, when: &Condition) -> String {
        let exists = |is: bool| ("exists".to_owned(), format!(r#""answerBoolean":{is}"#));
        let (operator, answer) = match when.operator.as_str() {
            "exists" => exists(true),
            "absent" => exists(false),
            other => (other.to_owned(), self.answer(when)),
        };
        format!(r#"{{"question":{},"operator":{},{answer}}}"#, quoted(&when.question), quoted(&operator))
    }

    /// What does not fit the question is written as a text: the reader of forms says that it can never be met.
    fn answer(&self, when: &Condition) -> String {
        let text = when.answer.as_str();
        let as_text = || format!(r#""answerString":{}"#, quoted(text));
        let Some(question) = self.work.find(&when.question) else { return as_text() };
        let number = number(text);
        match (question.is(), number) {
            (Some(Kind::Boolean), _) if text == "true" || text == "false" => format!(r#""answerBoolean":{text}"#),
            (Some(Kind::Integer), Some(number)) if number.is_whole() => format!(r#""answerInteger":{number}"#),
            (Some(Kind::Integer | Kind::Decimal), Some(number)) => format!(r#""answerDecimal":{number}"#),
            (Some(Kind::Quantity), Some(number)) => {
                let unit = quoted(&question.unit);
                let unit = if question.unit.is_empty() { String::new() } else { format!(r#","unit":{unit},"system":"{UCUM}","code":{unit}"#) };
                format!(r#""answerQuantity":{{"value":{number}{unit}}}"#)
            }
            (Some(Kind::Date), _) if text.parse::<jiff::civil::Date>().is_ok() => format!(r#""answerDate":{}"#, quoted(text)),
            (Some(Kind::DateTime), _) if text.parse::<jiff::civil::Date>().is_ok() => format!(r#""answerDateTime":{}"#, quoted(text)),
            (Some(Kind::Time), _) if text.parse::<jiff::civil::Time>().is_ok() => {
                let time = text.parse::<jiff::civil::Time>().map(|time| time.strftime("%H:%M:%S").to_string()).unwrap_or_default();
                format!(r#""answerTime":{}"#, quoted(&time))
            }
            (Some(Kind::Choice | Kind::OpenChoice), _) => self.choice(question, text).unwrap_or_else(as_text),
            _ => as_text(),
        }
    }

    /// The coding of an option, as it will be written.
    fn choice(&self, question: &Entry, code: &str) -> Option<String> {
        if code.is_empty() {
            return None;
        }
        let base = question.source.and_then(|source| self.base.get(source)).copied();
        let at = question.options.iter().position(|offer| offer_code(question, offer) == code)?;
        let there = question.options.get(at)?.source.and_then(|source| base?.all("answerOption").get(source).copied());
        let coding = there.and_then(|option| option.get("valueCoding"));
        let mut patch = Patch::default();
        match coding {
            Some(coding) => patch.set_text("system", &coding.text("system").unwrap_or_default()),
            None => patch.set_text("system", &self.system(question)),
        }
        patch.set_text("code", code);
        Some(format!(r#""answerCoding":{}"#, patch.json()))
    }

    fn system(&self, entry: &Entry) -> String {
        format!("{}#{}", self.url, entry.link)
    }

    fn option(&self, offer: &Offer, entry: &Entry, base: Option<Value<'_>>, was: &Entry) -> String {
        let there = offer.source.and_then(|source| base?.all("answerOption").get(source).copied());
        let old = offer.source.and_then(|source| was.options.get(source));
        if let (Some(value), Some(old)) = (there, old)
            && (&old.code, &old.words, &old.points) == (&offer.code, &offer.words, &offer.points)
        {
            return written(value);
        }
        let mut option = there.map(Patch::of).unwrap_or_default();
        let coding = there.and_then(|value| value.get("valueCoding"));
        if let (Some(old), None, Some(value)) = (old, coding, there)
            && old.code == offer.code
        {
            // An answer that is no coding: only a text has words that may be changed.
            if value.get("valueString").is_some() && old.words != offer.words {
                option.set_text("valueString", &of_three(&offer.words, self.main).said);
            }
        } else {
            let mut inner = coding.map(Patch::of).unwrap_or_default();
            if coding.is_none() {
                inner.set_text("system", &self.system(entry));
            }
            inner.set_text("code", &offer_code(entry, offer));
            if old.is_none_or(|old| old.words != offer.words) {
                inner.words(coding, "display", &of_three(&offer.words, self.main));
            }
            if old.is_none_or(|old| old.points != offer.points) {
                ORDINAL.iter().for_each(|url| inner.extension(url, None));
            }
            for name in ["valueString", "valueInteger", "valueDate", "valueTime", "valueReference"] {
                option.set(name, None);
            }
            option.set("valueCoding", Some(inner.json()));
        }
        if old.is_none_or(|old| old.points != offer.points) {
            ORDINAL.iter().skip(1).for_each(|url| option.extension(url, None));
            let [url, _] = ORDINAL;
            option.extension(url, number(&offer.points).map(|points| format!(r#"{{"url":"{url}","valueDecimal":{points}}}"#)));
        }
        option.json()
    }

    fn limits(&self, patch: &mut Patch, entry: &Entry, was: &Entry) {
        if was.unit != entry.unit {
            let unit = quoted(&entry.unit);
            let json = format!(r#"{{"url":"{UNIT}","valueCoding":{{"system":"{UCUM}","code":{unit},"display":{unit}}}}}"#);
            patch.extension(UNIT, (!entry.unit.is_empty()).then_some(json));
        }
        for (url, is, before) in [(MIN, &entry.min, &was.min), (MAX, &entry.max, &was.max)] {
            if is == before && entry.kind == was.kind {
                continue;
            }
            let whole = |number: Number| entry.is() == Some(Kind::Integer) && number.is_whole();
            let member = match number(is) {
                Some(number) if entry.counts() => Some(format!(r#""{}":{number}"#, if whole(number) { "valueInteger" } else { "valueDecimal" })),
                _ if entry.counts() || is.is_empty() => None,
                _ => continue,
            };
            patch.extension(url, member.map(|member| format!(r#"{{"url":"{url}",{member}}}"#)));
        }
    }
}

/// The code of an option: its own, or the first number that no other has.
pub fn offer_code(entry: &Entry, offer: &Offer) -> String {
    if !offer.code.is_empty() {
        return offer.code.clone();
    }
    let nameless = entry.options.iter().filter(|other| other.code.is_empty());
    let before = nameless.take_while(|other| !std::ptr::eq(*other, offer)).count();
    let taken = |code: &String| entry.options.iter().any(|other| other.code == *code);
    (1..).map(|number: u32| number.to_string()).filter(|code| !taken(code)).nth(before).unwrap_or_default()
}

fn calculation(patch: &mut Patch, entry: &Entry, was: &Entry) {
    if (was.by, &was.summed, &was.formula) == (entry.by, &entry.summed, &entry.formula) {
        return;
    }
    let expression = match entry.by {
        By::Hand => None,
        By::Sum => Some(sum(&entry.summed)),
        By::Formula => Some(entry.formula.clone()),
    };
    let json = expression.map(|text| format!(r#"{{"url":"{CALCULATED}","valueExpression":{{"language":"text/fhirpath","expression":{}}}}}"#, quoted(&text)));
    patch.set("readOnly", json.is_some().then(|| "true".to_owned()));
    patch.extension(CALCULATED, json);
}

/// An expression around the list of linkIds, twice, and how many they are.
const SUM: [&str; 4] = [
    "iif(%resource.descendants().where(linkId in (",
    ")).linkId.distinct().count() = ",
    ", %resource.descendants().where(linkId in (",
    ")).answer.value.ordinal().sum())",
];

/// The points of some questions, once each of them is answered: a score of what is missing is none.
fn sum(links: &[String]) -> String {
    let all: Vec<_> = links.iter().map(|link| format!("'{}'", link.replace('\\', "\\\\").replace('\'', "\\'"))).collect();
    let (all, count) = (all.join(" | "), links.len());
    let [head, counted, then, end] = SUM;
    format!("{head}{all}{counted}{count}{then}{all}{end}")
}

/// The linkIds of a sum as [`sum`] writes it; none: it is another expression.
pub(super) fn summed(expression: &str) -> Option<Vec<String>> {
    let [head, counted, ..] = SUM;
    let (list, _) = expression.strip_prefix(head)?.split_once(counted)?;
    let links: Vec<String> = list.split(" | ").map(|link| link.trim_matches('\'').replace("\\'", "'").replace("\\\\", "\\")).collect();
    (sum(&links) == expression).then_some(links)
}
