//! A page of doses and values with the order in which each is to be read, for a browser to paint and compare.
//!
//! `specimen.js`, which the page holds, leaves the number of differences in `<output data-wrong>` and what they are in its
//! text; `data-trap` must not be 0, since a line without isolates is there to be found wrong. Words are compared one by
//! one within the innermost isolate that holds both, by the direction that the browser gives it.

use super::{Amount, Bounds, Dosage, DoseLine, Html, Route, Spread, Strength, Timing, Voice};
use rihla_fhir::view::{Quantity, Range};
use rihla_kernel::{Entropy, Lang, SeededEntropy};

const INGREDIENTS: [&str; 7] =
    ["amoxicilline", "insuline glargine", "أموكسيسيلين", "إيبوتين ألفا 4 000 UI/0,4 mL", "vitamine B12", "paracétamol & codéine <x>", "5-fluorouracile"];
const FORMS: [&str; 4] = ["comprimé", "قرص", "solution injectable", ""];
const NUMBERS: [&str; 8] = ["1.0", "0.50", ".25", "1000", "2", "1", "12.5", "1000000"];
const UNITS: [&str; 9] = ["mg", "g", "UI", "µg", "{tbl}", "mL", "µg/kg/min", "U/kg", "قطرة"];
const ROUTES: [(&str, &str); 4] = [("26643006", "voie orale"), ("47625008", "IV"), ("none", "par sonde"), ("none", "عبر الأنبوب")];
const WHENS: [&str; 4] = ["MORN", "NOON", "HS", "PCV"];
const FREE: [&str; 4] = ["1 g × 2", "06 12 34 56 78", "120/80", "حبة × 2"];

/// One line: its markup, and what went into it in the order in which it is to be read.
pub(super) struct Line {
    pub html: Html,
    pub parts: Vec<String>,
}

/// A page of `n` lines in each language and in both directions. `voice` gives zone and words; its language does not count.
pub fn specimen(voice: &Voice, seed: u64, n: usize) -> String {
    let mut page = String::from("<!doctype html>\n<meta charset=\"utf-8\">\n<title>Reading order</title>\n");
    page.push_str("<style>p { white-space: nowrap; font: 16px \"Noto Sans\", \"Noto Sans Arabic\", sans-serif }</style>\n<output></output>\n");
    for lang in Lang::ALL {
        let voice = voice.in_lang(lang);
        for (dir, at) in ["ltr", "rtl"].into_iter().flat_map(|dir| (0..n).map(move |at| (dir, at))) {
            let line = line(&voice, seed.wrapping_add(at as u64));
            let (order, parts) = (Html::text(json(&words_of(&line.html))), Html::text(json(&line.parts)));
            let tag = lang.tag();
            page.push_str(&format!(
                "<p id=\"{tag}-{dir}-{at}\" lang=\"{tag}\" dir=\"{dir}\" data-order=\"{order}\" data-parts=\"{parts}\">{}</p>\n",
                line.html
            ));
        }
    }
    page.push_str("<p id=\"trap\" lang=\"ar\" dir=\"rtl\" data-order=\"[&#34;1&#34;,&#34;g&#34;,&#34;×&#34;,&#34;2&#34;]\">1 g × 2</p>\n");
    page.push_str(&format!("<script>\n{}</script>\n", include_str!("specimen.js")));
    page
}

/// The words of a piece of markup in the order of its text, without the signs between them.
pub(super) fn words_of(html: &Html) -> Vec<String> {
    let mut text = String::new();
    for part in html.as_str().split('<') {
        // A tag parts words: two runs are two words even where nothing stands between them.
        text.push(' ');
        text.push_str(part.split_once('>').map_or(part, |(_, text)| text));
    }
    let text = text.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'").replace("&#38;", "&");
    let between = |sign: char| matches!(sign, ',' | '،' | ':' | '(' | ')' | ';');
    text.split([' ', '\u{A0}']).map(|word| word.trim_matches(between)).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn json(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""))).collect();
    format!("[{}]", quoted.join(","))
}

/// The line of a seed.
pub(super) fn line(voice: &Voice, seed: u64) -> Line {
    let pick = Pick(SeededEntropy::new(seed));
    match pick.below(4) {
        0 => result(voice, &pick),
        1 => code(voice, &pick),
        _ => medicine(voice, &pick),
    }
}

struct Pick(SeededEntropy);

impl Pick {
    fn below(&self, limit: u64) -> u64 {
        self.0.next_u64() % limit
    }

    fn maybe(&self) -> bool {
        self.below(2) == 1
    }

    fn of<T: Copy + Default>(&self, list: &[T]) -> T {
        list.get(self.below(list.len().max(1) as u64) as usize).copied().unwrap_or_default()
    }

    fn quantity(&self, numbers: &[&str]) -> Quantity {
        Quantity { value: self.of(numbers).to_owned(), unit: self.of(&UNITS).to_owned(), ..Quantity::default() }
    }
}

/// A result with its range, between words and numbers of the page's own language.
fn result(voice: &Voice, pick: &Pick) -> Line {
    let value = Quantity { comparator: pick.of(&["", "<", ">="]).to_owned(), ..pick.quantity(&["-1.50", "3.5", "1234.00", "97"]) };
    let end = |text: &str| Quantity { value: text.to_owned(), comparator: String::new(), ..value.clone() };
    let range = Range { low: pick.maybe().then(|| end("3.5")), high: Some(end("5.10")) };
    let mut html = Html::text(format!("{} 12:", voice.t("text-now"))).isolated(voice.way());
    html.push_text(' ');
    html.push(&voice.quantity(&value));
    html.push_text(" (");
    html.push(&voice.range(&range));
    html.push_text(") ");
    html.push(&Html::text(format!("{} 7", voice.t("text-yesterday"))).isolated(voice.way()));
    let number = |text: &str| voice.number(text);
    let mut parts = vec!["12".to_owned(), number(&value.value), value.unit.clone()];
    parts.extend(range.low.iter().map(|low| number(&low.value)));
    parts.extend([number("5.10"), value.unit, "7".to_owned()]);
    Line { html, parts }
}

/// A code, a phone number, a blood pressure after a name and words.
fn code(voice: &Voice, pick: &Pick) -> Line {
    let (name, text) = (pick.of(&INGREDIENTS), pick.of(&["I10", "+212 6 12 34 56 78", "120/80", "2026-11-21", "AB-12/7"]));
    let mut html = Html::text(voice.t("text-now")).isolated(voice.way());
    html.push_text(' ');
    html.push(&voice.auto(name));
    html.push_text(" – ");
    html.push(&voice.ltr(text));
    html.push_text(" – ");
    html.push(&voice.auto(pick.of(&FREE)));
    Line { html, parts: name.split(' ').chain(text.split(' ')).map(str::to_owned).collect() }
}

fn medicine(voice: &Voice, pick: &Pick) -> Line {
    let dose = pick.quantity(&NUMBERS);
    let (code, route) = pick.of(&ROUTES);
    let timing = times(pick);
    let dosage = Dosage {
        dose: Amount::Of(dose.clone()),
        route: Route { codes: vec![code.to_owned()], text: route.to_owned(), ..Route::default() },
        timing: timing.clone(),
        as_needed: pick.maybe().then(|| pick.of(&FREE).to_owned()),
        at_most: pick.maybe().then(|| (pick.quantity(&NUMBERS), Quantity { value: "24".to_owned(), code: "h".to_owned(), ..Quantity::default() })),
        notes: if pick.maybe() { vec![pick.of(&FREE).to_owned()] } else { Vec::new() },
        ..Dosage::default()
    };
    let strength = if pick.maybe() { Strength::Of(pick.quantity(&NUMBERS)) } else { Strength::In(pick.quantity(&NUMBERS), pick.quantity(&["1", "5"])) };
    let then = Dosage { dose: Amount::Between(Range { low: Some(end(&dose, "1")), high: Some(end(&dose, "2")) }), timing: times(pick), ..Dosage::default() };
    let dosages = if pick.maybe() { vec![dosage, then] } else { vec![dosage] };
    let line = DoseLine { ingredient: pick.of(&INGREDIENTS).to_owned(), form: pick.of(&FORMS).to_owned(), strength, dosages };
    let mut parts: Vec<String> = line.ingredient.split(' ').chain(line.form.split(' ')).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    parts.extend(words_of(&voice.dose(&dose)));
    let known = voice.t(&format!("units-route-{code}"));
    parts.extend(if code == "none" { route } else { &known }.split(' ').map(str::to_owned));
    parts.extend(voice.frequency(&timing).iter().chain(&voice.course(&timing)).flat_map(words_of));
    Line { html: voice.dose_line(&line, &[]), parts }
}

fn end(like: &Quantity, value: &str) -> Quantity {
    Quantity { value: value.to_owned(), ..like.clone() }
}

fn times(pick: &Pick) -> Timing {
    let spread = |high: bool| Spread { low: pick.of(&["1", "2", "3"]).to_owned(), high: if high { "4".to_owned() } else { String::new() } };
    let list = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>();
    Timing {
        frequency: spread(pick.maybe()),
        period: Spread::one(pick.of(&["1", "2", "8", "11"])),
        period_unit: pick.of(&["h", "d", "wk"]).to_owned(),
        when: if pick.maybe() { list(&[pick.of(&WHENS), pick.of(&WHENS)]) } else { Vec::new() },
        offset: pick.of(&["", "30"]).to_owned(),
        time_of_day: if pick.maybe() { list(&["08:00:00", "20:00:00"]) } else { Vec::new() },
        days: if pick.maybe() { list(&["mon", "thu", "sat"]) } else { Vec::new() },
        bounds: match pick.below(3) {
            0 => Bounds::Open,
            1 => Bounds::Lasting(Spread::one(pick.of(&["1", "2", "7", "12", "100"])), pick.of(&["d", "wk", "mo"]).to_owned()),
            _ => Bounds::Between("2026-11-21".to_owned(), "2026-12-24T08:30:00Z".to_owned()),
        },
        count: if pick.maybe() { Spread::one("10") } else { Spread::default() },
        ..Timing::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::voice;
    use super::*;
    use proptest::prelude::*;

    /// The text of the innermost isolate around each character, or nothing for what stands outside of all.
    fn leaves(html: &str) -> (Vec<String>, String) {
        let (mut open, mut done, mut outside) = (Vec::new(), Vec::new(), String::new());
        for part in html.split('<') {
            let (tag, text) = part.split_once('>').unwrap_or(("", part));
            match tag.split(' ').next() {
                Some("bdi") => open.push(String::new()),
                Some("/bdi") => done.extend(open.pop()),
                _ => {}
            }
            open.last_mut().unwrap_or(&mut outside).push_str(text);
        }
        assert!(open.is_empty(), "{html}");
        (done, outside)
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out_in_reading_order(seed: u64) {
            for lang in Lang::ALL {
                let voice = voice(lang);
                let line = line(&voice, seed);
                let words = words_of(&line.html);
                let mut rest = words.iter();
                for part in line.parts.iter().flat_map(|part| part.split([' ', '\u{A0}'])) {
                    prop_assert!(rest.any(|word| word == part), "{part} is not in its place in {words:?}");
                }
            }
        }

        #[test]
        fn every_number_of_a_medicine_line_stands_in_a_run(seed: u64) {
            for lang in Lang::ALL {
                let voice = voice(lang);
                let line = medicine(&voice, &Pick(SeededEntropy::new(seed)));
                let (runs, outside) = leaves(line.html.as_str());
                prop_assert!(!outside.contains(|sign: char| sign.is_ascii_digit()), "{}", line.html);
                prop_assert!(!runs.is_empty());
            }
        }

        #[test]
        fn doses_have_no_trailing_zero_and_units_are_words(whole in 0_u32..100_000, fraction in "[0-9]{0,4}", unit in prop::sample::select(vec!["U", "UI", "IU", "mg", "µg"])) {
            let value = if fraction.is_empty() { whole.to_string() } else { format!("{whole}.{fraction}") };
            for lang in Lang::ALL {
                let words = words_of(&voice(lang).dose(&Quantity { value: value.clone(), unit: unit.to_owned(), ..Quantity::default() }));
                let [number, unit] = words.as_slice() else { return Err(TestCaseError::fail(format!("{words:?}"))) };
                prop_assert!(!number.contains([',', '.']) || !number.ends_with('0'), "{number}");
                prop_assert!(number.starts_with(|sign: char| sign.is_ascii_digit()));
                prop_assert!(!["U", "UI", "IU", "µg"].contains(&unit.as_str()));
            }
        }
    }

    #[test]
    fn a_page_holds_every_line_and_the_check() {
        let page = specimen(&voice(Lang::French), 1, 5);
        assert_eq!(page.matches(" data-order=\"").count(), 31);
        assert!(page.contains("<p id=\"ar-rtl-0\" lang=\"ar\" dir=\"rtl\" data-order=\"[&#34;"));
        assert_eq!(page, specimen(&voice(Lang::Arabic), 1, 5));
    }
}
