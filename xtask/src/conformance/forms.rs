//! Public questionnaires: each is read, or its faults are argued; filled in as far as its conditions lead, what comes out is a
//! response that base validation accepts, that the form allows, and that is read back as it was. What is to become Observations
//! does, each a valid one; and the editor writes the questionnaire again by the byte.

use super::{Outcome, argued, file_name, files, read};
use rihla_fhir::issue::Issues;
use rihla_fhir::json::{Edits, Limits, Value, minify_into, parse};
use rihla_fhir::validate::{Options, validate};
use rihla_fhir::view::Look;
use rihla_questionnaire::edit::Work;
use rihla_questionnaire::{
    Answer, Choice, Evaluated, Filling, Form, Item, Kind, Launch, Number, Quantity, ValueSets, begin, enumerated, evaluate, faults, items, observed,
};
use std::collections::BTreeMap;
use std::path::Path;

const ARGUED: &str = "docs/conformance/forms.txt";
/// Faults of one questionnaire that are printed.
const TOLD: usize = 3;
/// Rounds of answering what was asked because of what was answered.
const ROUNDS: usize = 12;

/// The value sets of the folder, by their addresses.
struct Beside(BTreeMap<String, Result<Vec<Choice>, String>>);

impl ValueSets for Beside {
    fn options(&self, url: &str) -> Option<Result<Vec<Choice>, String>> {
        self.0.get(url.split('|').next().unwrap_or_default()).cloned()
    }
}

fn beside(folder: &Path) -> Result<Beside, String> {
    let mut all = BTreeMap::new();
    for path in files(folder, "json")? {
        let bytes = read(&path)?;
        let Ok(doc) = parse(&bytes, &Limits::default()) else { continue };
        let root = doc.root();
        if root.text("resourceType").as_deref() == Some("ValueSet") {
            all.insert(root.text("url").unwrap_or_default().into_owned(), enumerated(root));
        }
    }
    Ok(Beside(all))
}

pub fn run(folder: &Path) -> Result<Outcome, String> {
    let argued = argued(ARGUED)?;
    let sets = beside(folder)?;
    let mut outcome = Outcome::default();
    for path in files(folder, "json")? {
        let bytes = read(&path)?;
        let Ok(doc) = parse(&bytes, &Limits::default()) else { continue };
        for (at, form) in of(doc.root()).into_iter().enumerate() {
            let name = if at == 0 { file_name(&path) } else { format!("{}#{at}", file_name(&path)) };
            outcome.count(&name, &one(&name, form, &sets), &argued);
        }
    }
    Ok(outcome)
}

/// The questionnaires of a file: itself, those within it, those of a bundle.
fn of(root: Value<'_>) -> Vec<Value<'_>> {
    let within = root.all("contained").into_iter().chain(root.all("entry.resource"));
    std::iter::once(root).chain(within).filter(|one| one.text("resourceType").as_deref() == Some("Questionnaire")).collect()
}

/// The codes of its faults, or what is wrong with its response; empty where nothing is.
fn one(name: &str, root: Value<'_>, sets: &Beside) -> String {
    let mut before = Vec::new();
    minify_into(root, &Edits::default(), &mut before);
    if root.text("url").is_some() && Work::of(root).json(Some(root), "").as_bytes() != before {
        return "the editor does not write it again as it was".to_owned();
    }
    let form = match rihla_questionnaire::read(root, sets) {
        Ok(form) => form,
        Err(found) => {
            found.iter().take(TOLD).for_each(|fault| println!("{name}: {}", fault.to_string().chars().take(160).collect::<String>()));
            let mut codes: Vec<_> = found.iter().map(|fault| fault.code).collect();
            codes.sort_unstable();
            codes.dedup();
            return codes.join(" ");
        }
    };
    let launch = Launch { today: "2026-01-05".into(), birth: Some("1980-03-01".into()), age: Some(45), sex: Some("female".into()), name: "A".into() };
    let filling = filled(&form, &launch);
    let done = evaluate(&form, &filling, &launch);
    let text = format!(
        r#"{{"resourceType":"QuestionnaireResponse","questionnaire":"{}","status":"completed","item":{}}}"#,
        if form.url.is_empty() { "urn:none".to_owned() } else { form.canonical() },
        items(&form, &done.parts)
    );
    let text = text.replace(r#","item":[]"#, "");
    let Ok(doc) = parse(text.as_bytes(), &Limits::default()) else { return "its response is no JSON".to_owned() };
    let mut issues = Issues::default();
    validate(doc.root(), None, Options::default(), &mut (), &mut issues);
    if !issues.accepted() {
        return format!("its response is not valid: {}", issues.list().iter().map(|issue| issue.code()).collect::<Vec<_>>().join(" "));
    }
    let told: Vec<_> = faults(&form, doc.root(), &launch).into_iter().filter(|told| !told.starts_with("it answers")).collect();
    if !told.is_empty() {
        return format!("its response is not allowed: {}", told.join("; "));
    }
    let (back, _) = Filling::of_response(&form, doc.root());
    if items(&form, &evaluate(&form, &back, &launch).parts) != items(&form, &done.parts) {
        return "its response is read back otherwise".to_owned();
    }
    if let Some(why) = unobserved(&form, &done) {
        return why;
    }
    let all = done.all();
    let answered: usize = all.iter().map(|part| part.replies.iter().filter(|reply| reply.answer.is_some()).count()).sum();
    println!("{name}: {} items, {} asked, {answered} answers, {} observations", form.items.len(), all.len(), observed(&form, &done).len());
    if done.settled { String::new() } else { "what is calculated never stands still".to_owned() }
}

/// Why what was answered does not become the Observations that the form asks for.
fn unobserved(form: &Form, done: &Evaluated) -> Option<String> {
    let asks = |index: usize| form.item(index).is_some_and(|item| !item.extracted.is_empty() && item.kind != Kind::Reference);
    let answered = |part: &&rihla_questionnaire::Part| asks(part.item);
    let wanted: usize = done.all().into_iter().filter(answered).map(|part| part.replies.iter().filter(|reply| reply.answer.is_some()).count()).sum();
    let found = observed(form, done);
    if found.len() != wanted {
        return Some(format!("{wanted} answers are to become Observations, and {} do", found.len()));
    }
    found.iter().find_map(|one| {
        let text = format!(r#"{{"resourceType":"Observation","status":"final",{},{}}}"#, one.code, one.value);
        let Ok(doc) = parse(text.as_bytes(), &Limits::default()) else { return Some("an Observation is no JSON".to_owned()) };
        let mut issues = Issues::default();
        validate(doc.root(), None, Options::default(), &mut (), &mut issues);
        (!issues.accepted()).then(|| format!("an Observation is not valid: {}", issues.list().iter().map(|issue| issue.code()).collect::<Vec<_>>().join(" ")))
    })
}

fn filled(form: &Form, launch: &Launch) -> Filling {
    let mut filling = begin(form, launch, &BTreeMap::new());
    for _ in 0..ROUNDS {
        let stands = evaluate(form, &filling, launch);
        let mut more = false;
        for part in stands.all() {
            let Some(item) = form.item(part.item).filter(|item| item.kind.asks() && item.calculated.is_none()) else { continue };
            if part.replies.iter().any(|reply| reply.answer.is_some()) {
                continue;
            }
            if let Some(answer) = plausible(form, part.item, item) {
                filling.put(part.key.clone(), answer);
                more = true;
            }
        }
        if !more {
            break;
        }
    }
    filling
}

/// The answer that some condition waits for, else the first that is offered, else any.
fn plausible(form: &Form, index: usize, item: &Item) -> Option<Answer> {
    let offered = item.options.first().map(|option| option.answer.clone());
    let waited = form.items.iter().flat_map(|item| &item.when).find(|when| when.item == index && when.operator.code() == "=").map(|when| when.answer.clone());
    if item.kind.chooses() || offered.is_some() {
        let fits = |answer: &Answer| item.options.iter().any(|option| option.answer.same(answer));
        return waited.filter(fits).or(offered);
    }
    let number = || item.min.as_ref().and_then(Answer::number).unwrap_or(Number::whole(3));
    Some(match item.kind {
        Kind::Boolean => waited.unwrap_or(Answer::Boolean(true)),
        Kind::Decimal => Answer::Decimal(number()),
        Kind::Integer => Answer::Integer(number()),
        Kind::Quantity => Answer::Quantity(Quantity { value: number(), unit: item.units.first().cloned().unwrap_or_default() }),
        Kind::Date => Answer::Date("2026-01-05".to_owned()),
        Kind::DateTime => Answer::DateTime("2026-01-05T08:00:00Z".to_owned()),
        Kind::Time => Answer::Time("08:00:00".to_owned()),
        Kind::Url => Answer::Uri("https://example.org/x".to_owned()),
        Kind::Reference => Answer::Reference(String::new(), "A".to_owned()),
        Kind::String | Kind::Text => Answer::Text("a".to_owned()),
        _ => return None,
    })
}
