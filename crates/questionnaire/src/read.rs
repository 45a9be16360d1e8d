//! A Questionnaire of R4 read into its model. All faults are told at once, each with its place.

use crate::answer::{Answer, Coding};
use crate::check;
use crate::expr::{self, Expr};
use crate::fault::Fault;
use crate::model::{DEPTH, Form, ITEMS, Item, Kind, Operator, Variable, When};
use crate::number::Number;
use crate::options::{self, ValueSets};
use crate::pattern::Pattern;
use crate::words::Words;
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;

pub(crate) const UNIT: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit";
const UNIT_OPTION: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption";
const HIDDEN: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden";
pub(crate) const MIN: &str = "http://hl7.org/fhir/StructureDefinition/minValue";
pub(crate) const MAX: &str = "http://hl7.org/fhir/StructureDefinition/maxValue";
const REGEX: &str = "http://hl7.org/fhir/StructureDefinition/regex";
const VARIABLE: &str = "http://hl7.org/fhir/StructureDefinition/variable";
pub(crate) const CALCULATED: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression";
const INITIAL: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression";
const ENABLE: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression";
pub(crate) const EXTRACT: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-observationExtract";
pub(crate) const PERIOD: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-observationLinkPeriod";

struct Reader<'r, S> {
    root: Value<'r>,
    sets: &'r S,
    items: Vec<Item>,
    /// Conditions, which may name items further down, by the item that has them.
    conditions: Vec<(usize, Value<'r>)>,
    faults: Vec<Fault>,
}

/// Reads a Questionnaire. `Err`: everything that is wrong with it.
pub fn read(root: Value<'_>, sets: &impl ValueSets) -> Result<Form, Vec<Fault>> {
    if root.text("resourceType").as_deref() != Some("Questionnaire") {
        return Err(vec![Fault::new("", "RH-FORMS-NOT-ONE", "this is no Questionnaire")]);
    }
    let mut reader = Reader { root, sets, items: Vec::new(), conditions: Vec::new(), faults: Vec::new() };
    let variables = reader.variables(root, "");
    let roots = reader.items(root, None, &[], 0);
    reader.conditions();
    let own = |name: &str| root.text(name).unwrap_or_default().into_owned();
    let title = Some(Words::at(root, "title")).filter(|title| !title.is_empty()).unwrap_or_else(|| Words::at(root, "name"));
    let form = Form { url: own("url"), version: own("version"), title, status: own("status"), items: reader.items, roots, variables };
    let mut faults = reader.faults;
    check::all(&form, &mut faults);
    if faults.is_empty() { Ok(form) } else { Err(faults) }
}

impl<'r, S: ValueSets> Reader<'r, S> {
    fn fault(&mut self, link: &str, code: &'static str, says: impl Into<String>) {
        self.faults.push(Fault::new(link, code, says));
    }

    fn items(&mut self, of: Value<'r>, parent: Option<usize>, within: &[usize], depth: usize) -> Vec<usize> {
        let mut out = Vec::new();
        for value in of.all("item") {
            if depth >= DEPTH {
                self.fault(&link_of(value), "RH-FORMS-DEEP", format!("items lie within items at most {DEPTH} deep"));
                break;
            }
            if self.items.len() >= ITEMS {
                if self.faults.last().is_none_or(|fault| fault.code != "RH-FORMS-MANY") {
                    self.fault(&link_of(value), "RH-FORMS-MANY", format!("a questionnaire has at most {ITEMS} items"));
                }
                break;
            }
            out.push(self.item(value, parent, within, depth));
        }
        out
    }

    fn item(&mut self, value: Value<'r>, parent: Option<usize>, within: &[usize], depth: usize) -> usize {
        let link = link_of(value);
        if link.is_empty() {
            self.fault("", "RH-FORMS-LINK", format!("an item has no linkId: {:?}", value.text("text").unwrap_or_default()));
        }
        let code = value.text("type").unwrap_or_default();
        let kind = Kind::of(&code).unwrap_or_else(|| {
            self.fault(&link, "RH-FORMS-TYPE", format!("{code:?} is no type of an item in R4"));
            Kind::Display
        });
        let index = self.items.len();
        let item = self.alone(value, &link, kind, parent, within);
        let mut inner = within.to_vec();
        if item.repeats {
            inner.push(index);
        }
        self.items.push(item);
        self.conditions.extend(value.all("enableWhen").into_iter().map(|when| (index, when)));
        let parts = self.items(value, Some(index), &inner, depth + 1);
        if let Some(item) = self.items.get_mut(index) {
            item.parts = parts;
        }
        index
    }

    /// An item without what lies within it and without its conditions.
    fn alone(&mut self, value: Value<'r>, link: &str, kind: Kind, parent: Option<usize>, within: &[usize]) -> Item {
        let of = |value: Value<'_>| value.extensions("", EXTRACT).first().and_then(|one| one.get("valueBoolean")?.as_bool());
        let around = parent.and_then(|parent| self.items.get(parent)).map_or_else(|| of(self.root).unwrap_or(false), |parent| parent.observed);
        let flag = |name: &str| value.get(name).and_then(|flag| flag.as_bool()).unwrap_or(false);
        let extension = |url: &str| value.extensions("", url).into_iter().next();
        let options = options::read(self.root, value, link, self.sets).unwrap_or_else(|fault| {
            self.faults.push(fault);
            Vec::new()
        });
        let codings =
            |urls: [&str; 2]| urls.iter().flat_map(|url| value.extensions("", url)).filter_map(|one| one.get("valueCoding")).map(Coding::of).collect();
        let pattern = extension(REGEX).and_then(|one| one.text("valueString")).map(|text| Pattern::read(&text));
        let pattern = pattern.and_then(|read| read.map_err(|why| self.fault(link, "RH-FORMS-PATTERN", why)).ok());
        if extension(ENABLE).is_some() {
            self.fault(link, "RH-FORMS-ENABLE-EXPRESSION", "conditions by an expression are not supported: use enableWhen");
        }
        // What is said of a group or of the whole holds for what lies within; a code may say it of itself.
        let observed = of(value).unwrap_or(around);
        let extracts = |code: &Value<'_>| observed || of(*code) == Some(true);
        let since = extension(PERIOD).and_then(|one| one.get("valueDuration"));
        Item {
            link: link.to_owned(),
            kind,
            prefix: Words::at(value, "prefix"),
            text: Words::at(value, "text"),
            required: flag("required"),
            repeats: flag("repeats") && kind != Kind::Display,
            read_only: flag("readOnly"),
            hidden: extension(HIDDEN).and_then(|one| one.get("valueBoolean")?.as_bool()).unwrap_or(false),
            max_length: value.get("maxLength").and_then(|length| length.number_source()?.parse().ok()),
            options,
            initial: value.all("initial").into_iter().filter_map(|one| Answer::at(one, "value")).collect(),
            when: Vec::new(),
            any: value.text("enableBehavior").as_deref() == Some("any"),
            codes: value.all("code").into_iter().map(Coding::of).collect(),
            units: codings([UNIT, UNIT_OPTION]),
            min: extension(MIN).and_then(|one| Answer::at(one, "value")),
            max: extension(MAX).and_then(|one| Answer::at(one, "value")),
            pattern,
            calculated: self.expression(value, CALCULATED, link),
            begins: self.expression(value, INITIAL, link),
            variables: self.variables(value, link),
            observed,
            extracted: value.all("code").into_iter().filter(extracts).map(Coding::of).collect(),
            since: since
                .and_then(|one| Some((Number::parse(one.get("value")?.number_source()?)?, one.text("code").or_else(|| one.text("unit"))?.into_owned()))),
            parent,
            parts: Vec::new(),
            within: within.to_vec(),
        }
    }

    fn expression(&mut self, value: Value<'r>, url: &str, link: &str) -> Option<Expr> {
        let found = value.extensions("", url).into_iter().next()?;
        self.parsed(found.get("valueExpression")?, link)
    }

    fn variables(&mut self, value: Value<'r>, link: &str) -> Vec<Variable> {
        let mut out = Vec::new();
        for one in value.extensions("", VARIABLE) {
            let Some(said) = one.get("valueExpression") else { continue };
            let name = said.text("name").unwrap_or_default().into_owned();
            if name.is_empty() {
                self.fault(link, "RH-FORMS-VARIABLE", "a variable has no name");
            }
            if let Some(expr) = self.parsed(said, link) {
                out.push(Variable { name, expr });
            }
        }
        out
    }

    fn parsed(&mut self, said: Value<'r>, link: &str) -> Option<Expr> {
        let language = said.text("language").unwrap_or_default();
        if language != "text/fhirpath" {
            self.fault(link, "RH-FORMS-EXPRESSION", format!("expressions are in text/fhirpath, and this one is in {language:?}"));
            return None;
        }
        let text = said.text("expression").unwrap_or_default();
        expr::parse(&text).map_err(|why| self.fault(link, "RH-FORMS-EXPRESSION", format!("{why} in {text:?}"))).ok()
    }

    fn conditions(&mut self) {
        for (index, value) in std::mem::take(&mut self.conditions) {
            let link = self.items.get(index).map(|item| item.link.clone()).unwrap_or_default();
            let question = value.text("question").unwrap_or_default().into_owned();
            let Some(item) = self.items.iter().position(|item| item.link == question) else {
                self.fault(&link, "RH-FORMS-WHEN-UNKNOWN", format!("it depends on {question:?}, and there is no such item"));
                continue;
            };
            let code = value.text("operator").unwrap_or_default();
            let Some(operator) = Operator::of(&code) else {
                self.fault(&link, "RH-FORMS-WHEN-OPERATOR", format!("{code:?} is no operator of enableWhen"));
                continue;
            };
            let Some(answer) = Answer::at(value, "answer") else {
                self.fault(&link, "RH-FORMS-WHEN-ANSWER", format!("its condition on {question:?} has no answer to compare with"));
                continue;
            };
            if let Some(own) = self.items.get_mut(index) {
                own.when.push(When { link: question, item, operator, answer });
            }
        }
    }
}

fn link_of(value: Value<'_>) -> String {
    value.text("linkId").unwrap_or_default().into_owned()
}
