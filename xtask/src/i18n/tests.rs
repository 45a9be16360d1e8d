use super::*;

fn faults(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<File> = files.iter().map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() }).collect();
    House::of(&files).faults()
}

const CODE: (&str, &str) = ("modules/chart/src/lib.rs", "fn a() {\n    voice.t(\"chart-a\");\n}\n");

#[test]
fn three_languages_and_a_use_are_in_order() {
    let words = ["fr", "ar", "en"]
        .map(|language| (format!("modules/chart/locales/{language}/chart.ftl"), format!("chart-a = {}\n", if language == "ar" { "أ" } else { "a" })));
    let mut files: Vec<(&str, &str)> = words.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(CODE);
    assert!(faults(&files).is_empty(), "{:?}", faults(&files));
}

/// The three catalogues of one module, French first.
fn with(texts: [&str; 3], code: &str) -> Vec<String> {
    let path = |language: &str| format!("modules/chart/locales/{language}/chart.ftl");
    let paths = ["fr", "ar", "en"].map(path);
    let [fr, ar, en] = texts;
    faults(&[(&paths[0], fr), (&paths[1], ar), (&paths[2], en), ("modules/chart/templates/a.html", code)])
}

#[test]
fn absent_and_stale_keys_are_named_with_their_place() {
    let found = with(["chart-a = a\n", "chart-a = أ\n", "chart-a = a\n"], "\n{{ voice.t(\"chart-b\") }}");
    assert_eq!(found[3], "modules/chart/templates/a.html:2: chart-b is in no catalogue");
    assert_eq!(found[1], "modules/chart/locales/en/chart.ftl:1: chart-a is used nowhere");
    assert_eq!(found.len(), 4);
}

#[test]
fn languages_are_held_against_each_other() {
    let code = "voice.tn(\"chart-a\", 1)";
    assert_eq!(with(["chart-a = { $n } a\n", "", "chart-a = { $n } a\n"], code), ["modules/chart/locales/fr/chart.ftl:1: chart-a is missing in ar"]);
    let other = with(["chart-a = { $n } a\n", "chart-a = { $m } أ\n", "chart-a = { $n } a\n"], code);
    assert!(other.len() == 1 && other[0].ends_with("chart-a has other variables in another language"), "{other:?}");
    let chosen = ["chart-a = { $n ->\n    [one] a\n   *[other] b\n}\n", "chart-a = أ\n", "chart-a = a\n"];
    assert!(with(chosen, code).is_empty(), "one language has one form where another has two");
    assert_eq!(with(["chart-a = a\n", "chart-a = a\n", "chart-a = a\n"], code), ["modules/chart/locales/ar/chart.ftl:1: chart-a is the French text"]);
    assert!(with(["chart-a = a\n", "# same: a name\nchart-a = a\n", "chart-a = a\n"], code).is_empty());
    assert!(with(["chart-a = a\n", "# i18n: same\nchart-a = a\n", "chart-a = a\n"], code).is_empty());
    assert!(with(["chart-a = a\n", "## same: names\n\nchart-a = a\n", "chart-a = a\n"], code).is_empty());
    assert!(with(["chart-a = 12\n", "chart-a = 12\n", "chart-a = 12\n"], code).is_empty());
    assert!(with(["chart-a = { $n\n", "chart-a = أ\n", "chart-a = a\n"], code).iter().any(|fault| fault.starts_with("modules/chart/locales/fr/chart.ftl:")));
}

#[test]
fn keys_belong_to_their_module() {
    assert_eq!(with(["b-a = a\n", "b-a = أ\n", "b-a = a\n"], "voice.t(\"b-a\")").len(), 3);
    let words = |module: &str, language: &str| format!("modules/{module}/locales/{language}/{module}.ftl");
    let paths = ["fr", "ar", "en"].map(|language| words("chart", language));
    let foreign =
        faults(&[(&paths[0], "chart-a = a\n"), (&paths[1], "chart-a = أ\n"), (&paths[2], "chart-a = a\n"), ("modules/labs/src/lib.rs", "t.t(\"chart-a\")")]);
    assert_eq!(foreign, ["modules/labs/src/lib.rs:1: chart-a belongs to another module"]);
}

#[test]
fn lists_tables_and_what_takes_over_are_uses() {
    let text = "chart-day-mon = a\nchart-day-tue = { chart-b }\nchart-b = b\nchart-c = c\n";
    let arabic = "chart-day-mon = أ\nchart-day-tue = { chart-b }\nchart-b = ب\nchart-c = ج\n";
    assert!(with([text, arabic, text], "key!(\"chart-day-*\") [\"chart-c\"]").is_empty());
    assert_eq!(with([text, arabic, text], "key!(\"chart-day-*\")").len(), 3);
    assert!(with([text, arabic, text], "key!(\"chart-d*\") \"chart-c\" key!(\"chart-x-*\")")[0].ends_with("chart-x-* is in no catalogue"));
}

#[test]
fn words_with_variables_are_not_said_bare() {
    let found = with(["chart-a = { $n } a\n", "chart-a = { $n } أ\n", "chart-a = { $n } a\n"], "voice.t(\"chart-a\")");
    assert_eq!(found, ["modules/chart/templates/a.html:1: chart-a has variables, and t() gives none"]);
}

#[test]
fn tests_and_comments_use_nothing() {
    let known = BTreeSet::from(["chart-a"]);
    let code = "// voice.t(\"chart-a\")\nfn a() {}\n#[cfg(test)]\nmod tests {\n    voice.t(\"chart-z\");\n}\n";
    assert!(uses::find(&File { path: "modules/chart/src/lib.rs".into(), text: code.into() }, &known).is_empty());
    let broken = "a.t(\n    \"chart-a\",\n)";
    let found = uses::find(&File { path: "modules/chart/src/lib.rs".into(), text: broken.into() }, &known);
    assert_eq!(found, [Use { key: "chart-a".into(), path: "modules/chart/src/lib.rs".into(), line: 2, kind: Kind::Bare }]);
}
