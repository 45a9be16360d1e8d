//! What a page says, in three languages.

use super::*;
use rihla_kernel::{Instant, Lang};
use std::sync::{Arc, LazyLock};

/// 14:05 in Casablanca, which left UTC+1 for good in September 2026.
pub const NOW: &str = "2026-11-21T14:05:00Z";

pub fn instant(text: &str) -> Instant {
    Instant(text.parse::<jiff::Timestamp>().expect("time").as_millisecond())
}

pub fn voice(lang: Lang) -> Voice {
    let zone = jiff::tz::TimeZone::get("Africa/Casablanca").expect("zone");
    static WORDS: LazyLock<Arc<Words>> = LazyLock::new(|| Arc::new(Words::new(&[]).expect("words")));
    Voice::new(WORDS.clone(), lang, zone, instant(NOW))
}

fn in_all(say: impl Fn(&Voice) -> String) -> [String; 3] {
    Lang::ALL.map(|lang| say(&voice(lang)))
}

#[test]
fn dates_are_as_precise_as_they_were_written() {
    assert_eq!(in_all(|voice| voice.date("2026-11-21")), ["21 nov. 2026", "21 نونبر 2026", "21 Nov 2026"]);
    assert_eq!(in_all(|voice| voice.date("2026-05")), ["mai 2026", "ماي 2026", "May 2026"]);
    assert_eq!(in_all(|voice| voice.date("1961")), ["1961", "1961", "1961"]);
    assert_eq!(in_all(|voice| voice.long_date("2026-08-01")), ["1 août 2026", "1 غشت 2026", "1 August 2026"]);
}

#[test]
fn times_are_in_the_zone_of_the_site_through_ramadan() {
    let french = voice(Lang::French);
    assert_eq!(french.date_time("2025-11-21T23:30:00Z"), "22 nov. 2025, 00:30");
    assert_eq!(french.date("2025-11-21T23:30:00Z"), "22 nov. 2025");
    assert_eq!(french.time("2026-03-01T08:00:00+05:00"), "03:00");
    assert_eq!(french.time("2026-11-21T09:05:59"), "09:05");
    assert_eq!(french.time("08:00:00"), "08:00");
    assert_eq!(french.date_time(instant(NOW)), "21 nov. 2026, 14:05");
    assert_eq!(voice(Lang::Arabic).date_time(instant(NOW)), "21 نونبر 2026، 14:05");
}

#[test]
fn what_is_no_date_is_shown_as_it_came() {
    let french = voice(Lang::French);
    for text in ["", "hier soir", "2026-13", "2026-02-30", "0000", "21/11/2026", "2026-11-21T", "2026-11-21T25:00:00Z", "99:99"] {
        assert_eq!([french.date(text), french.time(text), french.date_time(text), french.ago(text)], [text; 4].map(str::to_owned));
    }
    assert_eq!(voice(Lang::Arabic).date("21/11/2026"), "\u{2068}21/11/2026\u{2069}");
    assert_eq!(french.date(Instant(i64::MAX)), i64::MAX.to_string());
}

#[test]
fn times_ago_use_every_plural_form_of_arabic() {
    let ago = |minutes: i64| in_all(|voice| voice.ago(Instant(voice.now().0 - minutes * 60_000)));
    assert_eq!(ago(0), ["à l’instant", "الآن", "just now"]);
    assert_eq!(ago(1), ["il y a 1 min", "منذ دقيقة", "1 min ago"]);
    assert_eq!(ago(2)[1], "منذ دقيقتين");
    assert_eq!(ago(3)[1], "منذ 3 دقائق");
    assert_eq!(ago(12), ["il y a 12 min", "منذ 12 دقيقة", "12 min ago"]);
    assert_eq!(ago(180), ["il y a 3 h", "منذ 3 ساعات", "3 h ago"]);
    assert_eq!(ago(1440), ["hier", "أمس", "yesterday"]);
    assert_eq!(ago(-30), ["dans 30 min", "بعد 30 دقيقة", "in 30 min"]);
    assert_eq!(ago(-1440), ["demain", "غدًا", "tomorrow"]);
    assert_eq!(ago(1440 * 45), ["il y a 45 jours", "منذ 45 يومًا", "45 days ago"]);
    assert_eq!(in_all(|voice| voice.ago("2026-11-21")), ["aujourd’hui", "اليوم", "today"]);
}

#[test]
fn time_ago_never_says_zero() {
    for lang in Lang::ALL {
        let voice = voice(lang);
        for hours in (-30_000..30_000).step_by(7) {
            let said = voice.ago(Instant(voice.now().0 - hours * 3_600_000));
            assert!(!said.split(' ').any(|word| word == "0") && !said.contains("text-"), "{hours} h: {said}");
        }
    }
}

#[test]
fn ages_are_told_in_the_unit_that_is_used_for_them() {
    let age = |birth: &str| in_all(|voice| voice.age(birth, voice.now()));
    assert_eq!(age("2026-11-21"), ["0 jour", "0 يوم", "0 days"]);
    assert_eq!(age("2026-11-19"), ["2 jours", "يومان", "2 days"]);
    assert_eq!(age("2026-10-25"), ["27 jours", "27 يومًا", "27 days"]);
    assert_eq!(age("2026-10-24"), ["28 jours", "28 يومًا", "28 days"]);
    assert_eq!(age("2026-04-22"), ["6 mois", "6 أشهر", "6 months"]);
    assert_eq!(age("2024-11-22")[0], "23 mois");
    assert_eq!(age("2024-11-21"), ["2 ans", "سنتان", "2 years"]);
    assert_eq!(age("1961-11-22"), ["64 ans", "64 سنة", "64 years"]);
    assert_eq!(age("1961"), ["≈ 65 ans", "65 سنة تقريبًا", "≈ 65 years"]);
    assert_eq!(age("1961-02"), ["65 ans", "65 سنة", "65 years"]);
    assert_eq!(age("2026"), ["moins d’un an", "أقل من سنة", "under one year"]);
    assert_eq!(age("2027-01-01")[0], "âge inconnu");
    assert_eq!(age("inconnue")[0], "âge inconnu");
}

#[test]
fn a_missing_key_is_shown_and_nothing_breaks() {
    let french = voice(Lang::French);
    assert_eq!(french.t("nothing-here"), "nothing-here");
    assert_eq!(french.tn("nothing-here", 3_u64), "nothing-here");
    assert_eq!(french.t("text-days-ago"), "il y a {$n} jours");
}

#[test]
fn catalogues_are_held_against_each_other() {
    let faults = |module, texts| Words::new(&[&Catalogue { module, texts }]).err().unwrap_or_default();
    assert!(faults("a", ["a-b = b\n", "a-b = ب\n", "a-b = b\n"]).is_empty());
    assert_eq!(faults("a", ["a-b = b\n", "", "a-b = b\n"]), ["ar: a-b is missing"]);
    assert_eq!(faults("a", ["b-c = b\n", "b-c = b\n", "b-c = b\n"]).len(), 3);
    assert_eq!(faults("a", ["a-b = b\na-b = c\n", "a-b = b\n", "a-b = b\n"]), ["fr/a: a-b is there twice"]);
    assert!(!faults("a", ["a-b = { $n\n", "a-b = b\n", "a-b = b\n"]).is_empty());
}

#[test]
fn values_keep_their_direction() {
    const PUT: Catalogue = Catalogue { module: "a", texts: ["a-b = Bed { $bed }\n", "a-b = سرير { $bed }\n", "a-b = Bed { $bed }\n"] };
    let words = Arc::new(Words::new(&[&PUT]).expect("words"));
    let voice = |lang| Voice::new(words.clone(), lang, jiff::tz::TimeZone::UTC, Instant(0));
    assert_eq!(voice(Lang::French).ta("a-b", &[("bed", "A-12")]), "Bed A-12");
    assert_eq!(voice(Lang::Arabic).ta("a-b", &[("bed", "A-12")]), "سرير \u{2068}A-12\u{2069}");
    assert_eq!(voice(Lang::Arabic).ta("a-b", &[("bed", "12")]), "سرير 12");
    assert_eq!(voice(Lang::French).ta("a-b", &[("bed", "أ")]), "Bed \u{2068}أ\u{2069}");
    assert_eq!(voice(Lang::Arabic).th("a-b", &[("bed", ltr("<1>"))]).as_str(), "سرير <bdi dir=\"ltr\">&#60;1&#62;</bdi>");
}

#[test]
fn templates_take_it_as_it_is() {
    use askama::Template;

    #[derive(Template)]
    #[template(
        source = r#"{{ voice.t("text-now") }}|{{ voice.tn("text-days-ago", found.len()) }}|{{ voice.tn("text-days-ago", 3) }}|{{ voice.ta("text-age-about", [("age", name.as_str())]) }}|{{ voice.ltr(name) }}|{{ voice.auto(name) }}|{{ voice.date(born) }}|{{ voice.number(value) }}|{{ voice.dir() }}"#,
        ext = "html"
    )]
    struct Page {
        voice: Voice,
        name: String,
        found: Vec<u8>,
        born: Option<&'static str>,
        value: &'static str,
    }

    let page = Page { voice: voice(Lang::French), name: "<b>".into(), found: vec![1, 2], born: Some("1961"), value: "1.50" };
    assert_eq!(
        page.render().expect("page"),
        "à l’instant|il y a 2 jours|il y a 3 jours|≈ &#60;b&#62;|<bdi dir=\"ltr\">&#60;b&#62;</bdi>|<bdi>&#60;b&#62;</bdi>|1961|1,50|ltr"
    );
}

#[test]
fn the_number_of_a_bed_is_read_the_same_way_in_a_list() {
    assert_eq!(super::marked("سرير 101-2"), "سرير \u{2066}101-2\u{2069}");
    assert_eq!(super::marked("Lit 101-2"), "Lit 101-2");
    assert_eq!(super::marked("قاعة 7"), "قاعة 7");
}
