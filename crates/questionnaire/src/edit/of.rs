//! A Questionnaire as the editor shows it, and what of it the editor does not show.

use super::write::summed;
use super::{By, Condition, Entry, Offer, PUBLISHED, Patch, RETIRED, WRITTEN, Work, three};
use crate::answer::Answer;
use crate::expr::text_of;
use crate::model::DEPTH;
use crate::options::ORDINAL;
use crate::read::{CALCULATED, EXTRACT, MAX, MIN, PERIOD, UNIT};
use crate::words::Words;
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_kernel::Lang;

/// Who fills a form in (<https://hl7.org/fhir/R4/valueset-usage-context-type.html>).
pub(super) const CONTEXT: &str = "http://terminology.hl7.org/CodeSystem/usage-context-type";
pub(super) const ROLE: &str = "urn:rihla:role";

/// In which language the words of a questionnaire stand beside their translations.
pub(super) fn language(root: Value<'_>) -> Lang {
    root.text("language").and_then(|tag| Lang::from_tag(&tag)).unwrap_or_default()
}

/// Every item in the order of the page, with how deep it lies.
pub(super) fn flat(root: Value<'_>) -> Vec<(usize, Value<'_>)> {
    fn walk<'v>(of: Value<'v>, depth: usize, out: &mut Vec<(usize, Value<'v>)>) {
        for one in of.all("item") {
            out.push((depth, one));
            if depth < DEPTH {
                walk(one, depth + 1, out);
            }
        }
    }
    let mut out = Vec::new();
    walk(root, 0, &mut out);
    out
}

impl Work {
    pub fn of(root: Value<'_>) -> Self {
        let main = language(root);
        let mut around: Vec<bool> = vec![extracts(root).unwrap_or(false)];
        let mut entries = Vec::new();
        for (at, (depth, item)) in flat(root).into_iter().enumerate() {
            around.truncate(depth + 1);
            let observed = extracts(item).or_else(|| around.last().copied()).unwrap_or(false);
            around.push(observed);
            entries.push(Entry { source: Some(at), depth, observed, ..entry(item, main) });
        }
        let title = Some(Words::at(root, "title")).filter(|title| !title.is_empty()).unwrap_or_else(|| Words::at(root, "name"));
        Self { title: three(&title, main), about: three(&Words::at(root, "description"), main), users: users(root), entries }
    }
}

/// Whether a use of the questionnaire says by which role it is filled in.
pub(super) fn is_user(context: Value<'_>) -> bool {
    context.text("code.system").as_deref() == Some(CONTEXT)
        && context.text("code.code").as_deref() == Some("user")
        && context.text("valueCodeableConcept.coding.system").as_deref() == Some(ROLE)
}

/// The codes of the roles by whom a questionnaire is filled in.
pub fn users(root: Value<'_>) -> Vec<String> {
    let named = root.all("useContext").into_iter().filter(|context| is_user(*context));
    named.filter_map(|context| context.text("valueCodeableConcept.coding.code").map(|code| code.into_owned())).collect()
}

fn extracts(value: Value<'_>) -> Option<bool> {
    value.extensions("", EXTRACT).first().and_then(|one| one.get("valueBoolean")?.as_bool())
}

fn entry(item: Value<'_>, main: Lang) -> Entry {
    let own = |path: &str| item.text(path).unwrap_or_default().into_owned();
    let flag = |name: &str| item.get(name).and_then(|flag| flag.as_bool()).unwrap_or(false);
    let extension = |url: &str| item.extensions("", url).into_iter().next();
    let limit =
        |url: &str| extension(url).and_then(|one| Answer::at(one, "value")).map(|answer| answer.number().map_or_else(|| text_of(&answer), |n| n.to_string()));
    let formula = extension(CALCULATED).and_then(|one| one.text("valueExpression.expression").map(|text| text.into_owned())).unwrap_or_default();
    let sum = summed(&formula);
    let by = match (&sum, formula.is_empty()) {
        (Some(_), _) => By::Sum,
        (None, true) => By::Hand,
        (None, false) => By::Formula,
    };
    let since = extension(PERIOD).and_then(|one| one.get("valueDuration"));
    let unit = extension(UNIT).and_then(|one| one.get("valueCoding"));
    let code = item.all("code").into_iter().next();
    Entry {
        link: own("linkId"),
        kind: own("type"),
        words: three(&Words::at(item, "text"), main),
        required: flag("required"),
        repeats: flag("repeats"),
        options: item.all("answerOption").into_iter().enumerate().map(|(at, option)| offer(at, option, main)).collect(),
        set: own("answerValueSet"),
        unit: unit.and_then(|unit| unit.text("code").or_else(|| unit.text("display"))).unwrap_or_default().into_owned(),
        min: limit(MIN).unwrap_or_default(),
        max: limit(MAX).unwrap_or_default(),
        any: own("enableBehavior") == "any",
        when: item.all("enableWhen").into_iter().enumerate().map(|(at, when)| condition(at, when)).collect(),
        by,
        formula: if by == By::Formula { formula } else { String::new() },
        summed: sum.unwrap_or_default(),
        system: code.and_then(|code| code.text("system")).unwrap_or_default().into_owned(),
        code: code.and_then(|code| code.text("code")).unwrap_or_default().into_owned(),
        since: since.and_then(|one| one.get("value")?.number_source()).unwrap_or_default().to_owned(),
        period: since.and_then(|one| one.text("code").or_else(|| one.text("unit"))).unwrap_or_default().into_owned(),
        ..Entry::default()
    }
}

fn offer(at: usize, option: Value<'_>, main: Lang) -> Offer {
    let worth = |path: &str| ORDINAL.iter().find_map(|url| option.extensions(path, url).first().and_then(|one| one.get("valueDecimal")?.number_source()));
    let points = worth("").or_else(|| worth("valueCoding")).unwrap_or_default().to_owned();
    match option.get("valueCoding") {
        Some(coding) => {
            let code = coding.text("code").unwrap_or_default().into_owned();
            Offer { source: Some(at), code, words: three(&Words::at(coding, "display"), main), points }
        }
        None => {
            let text = Answer::at(option, "value").map(|answer| text_of(&answer)).unwrap_or_default();
            Offer { source: Some(at), code: String::new(), words: three(&Words::plain(&text), main), points }
        }
    }
}

fn condition(at: usize, when: Value<'_>) -> Condition {
    let own = |path: &str| when.text(path).unwrap_or_default().into_owned();
    let answer = Answer::at(when, "answer");
    let operator = match (own("operator").as_str(), &answer) {
        ("exists", Some(Answer::Boolean(false))) => "absent".to_owned(),
        (operator, _) => operator.to_owned(),
    };
    let answer = match answer {
        Some(Answer::Coding(coding)) => coding.code,
        Some(answer) => answer.number().map_or_else(|| text_of(&answer), |number| number.to_string()),
        None => String::new(),
    };
    let answer = if ["exists", "absent"].contains(&operator.as_str()) { String::new() } else { answer };
    Condition { source: Some(at), question: own("question"), operator, answer }
}

/// What of an item the editor does not show: names of elements, and the last parts of extensions' addresses.
fn kept_of(item: Value<'_>) -> Vec<String> {
    const SHOWN: [&str; 13] = [
        "linkId",
        "type",
        "text",
        "_text",
        "required",
        "repeats",
        "answerOption",
        "answerValueSet",
        "enableWhen",
        "enableBehavior",
        "code",
        "item",
        "extension",
    ];
    let calculated = !item.extensions("", CALCULATED).is_empty();
    let shown = |name: &str| SHOWN.contains(&name) || (name == "readOnly" && calculated);
    let mut out: Vec<String> = item.members().map(|member| member.key().into_owned()).filter(|name| !shown(name)).collect();
    out.extend(others(item, &[UNIT, MIN, MAX, CALCULATED, EXTRACT, PERIOD]));
    if item.all("code").len() > 1 {
        out.push(format!("code × {}", item.all("code").len()));
    }
    if item.all("answerOption").iter().any(|option| option.get("initialSelected").is_some()) {
        out.push("initialSelected".to_owned());
    }
    out
}

fn others(value: Value<'_>, shown: &[&str]) -> Vec<String> {
    let urls = value.all("extension").into_iter().filter_map(|one| one.text("url").map(|url| url.into_owned()));
    urls.filter(|url| !shown.contains(&url.as_str())).map(|url| url.rsplit(['/', ':']).next().unwrap_or_default().to_owned()).collect()
}

/// By an item's place, what of it the editor does not show and leaves as it is.
pub fn kept(root: Value<'_>) -> Vec<Vec<String>> {
    flat(root).into_iter().map(|(_, item)| kept_of(item)).collect()
}

/// What of a questionnaire the editor shows, or the house itself says of it.
const SHOWN: [&str; 18] = [
    "resourceType",
    "id",
    "meta",
    "language",
    "url",
    "version",
    "status",
    "date",
    "title",
    "_title",
    "name",
    "description",
    "_description",
    "useContext",
    "subjectType",
    "derivedFrom",
    "experimental",
    "item",
];

/// The same of the questionnaire itself.
pub fn kept_of_form(root: Value<'_>) -> Vec<String> {
    let members = root.members().map(|member| member.key().into_owned());
    let mut out: Vec<String> = members.filter(|name| name != "extension" && !SHOWN.contains(&name.as_str())).collect();
    out.extend(others(root, &[WRITTEN, PUBLISHED, RETIRED]));
    out
}

/// What of a questionnaire the editor does not show, as JSON.
pub(super) fn besides(root: Value<'_>) -> String {
    let mut patch = Patch::of(root);
    SHOWN.iter().for_each(|name| patch.set(name, None));
    [WRITTEN, PUBLISHED, RETIRED].iter().for_each(|url| patch.extension(url, None));
    patch.json()
}

/// An item without those within it, for telling whether anything of it changed.
pub(super) fn alone(item: Value<'_>) -> String {
    let mut patch = Patch::of(item);
    patch.set("item", None);
    patch.json()
}
