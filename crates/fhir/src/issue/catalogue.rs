//! Every problem with its codes, and its sentence in each language.

use super::Severity;
use rihla_kernel::{Code, Lang};
use std::sync::LazyLock;

macro_rules! problems {
    ($($name:ident $code:literal $fhir:literal $severity:ident;)*) => {
        /// What can be wrong. Each has a stable code and an issue type of
        /// <https://hl7.org/fhir/R4/valueset-issue-type.html>.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Problem {
            $($name,)*
        }

        impl Problem {
            /// All of them.
            pub const ALL: &'static [Problem] = &[$(Problem::$name,)*];

            /// The house's own code; never reused for another meaning.
            pub fn code(self) -> Code {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// FHIR's issue type.
            pub fn fhir_code(self) -> &'static str {
                match self {
                    $(Self::$name => $fhir,)*
                }
            }

            pub fn severity(self) -> Severity {
                match self {
                    $(Self::$name => Severity::$severity,)*
                }
            }
        }
    };
}

problems! {
    NotAnObject "RH-FHIR-NOT-AN-OBJECT" "structure" Error;
    NoType "RH-FHIR-NO-TYPE" "required" Error;
    UnknownType "RH-FHIR-UNKNOWN-TYPE" "not-supported" Error;
    OtherType "RH-FHIR-OTHER-TYPE" "invalid" Error;
    UnknownElement "RH-FHIR-UNKNOWN-ELEMENT" "structure" Error;
    DuplicateKey "RH-FHIR-DUPLICATE-KEY" "structure" Error;
    Missing "RH-FHIR-MISSING" "required" Error;
    NotRepeating "RH-FHIR-NOT-REPEATING" "structure" Error;
    MustRepeat "RH-FHIR-MUST-REPEAT" "structure" Error;
    Empty "RH-FHIR-EMPTY" "structure" Error;
    Null "RH-FHIR-NULL" "structure" Error;
    JsonType "RH-FHIR-JSON-TYPE" "structure" Error;
    Format "RH-FHIR-FORMAT" "value" Error;
    TooLong "RH-FHIR-TOO-LONG" "too-long" Error;
    TooDeep "RH-FHIR-TOO-DEEP" "too-costly" Error;
    Blank "RH-FHIR-BLANK" "value" Warning;
    Choice "RH-FHIR-CHOICE" "structure" Error;
    CodeUnknown "RH-FHIR-CODE-UNKNOWN" "code-invalid" Error;
    CodeMissing "RH-FHIR-CODE-MISSING" "code-invalid" Error;
    SystemRelative "RH-FHIR-SYSTEM-RELATIVE" "value" Error;
    ReferenceForm "RH-FHIR-REFERENCE-FORM" "value" Error;
    ReferenceTarget "RH-FHIR-REFERENCE-TARGET" "value" Error;
    ReferenceType "RH-FHIR-REFERENCE-TYPE" "invalid" Error;
    LocalReference "RH-FHIR-LOCAL-REFERENCE" "not-found" Error;
    ContainedNested "RH-FHIR-CONTAINED-NESTED" "invariant" Error;
    ContainedId "RH-FHIR-CONTAINED-ID" "invariant" Error;
    ContainedTwice "RH-FHIR-CONTAINED-TWICE" "duplicate" Error;
    ContainedMeta "RH-FHIR-CONTAINED-META" "invariant" Error;
    ContainedUnused "RH-FHIR-CONTAINED-UNUSED" "invariant" Warning;
    ExtensionContent "RH-FHIR-EXTENSION-CONTENT" "invariant" Error;
    AttachmentSize "RH-FHIR-ATTACHMENT-SIZE" "value" Error;
    XhtmlForm "RH-FHIR-XHTML-FORM" "structure" Error;
    XhtmlRoot "RH-FHIR-XHTML-ROOT" "structure" Error;
    XhtmlElement "RH-FHIR-XHTML-ELEMENT" "invariant" Error;
    XhtmlAttribute "RH-FHIR-XHTML-ATTRIBUTE" "invariant" Error;
    XhtmlEmpty "RH-FHIR-XHTML-EMPTY" "invariant" Error;
    BundleTotal "RH-FHIR-BUNDLE-TOTAL" "invariant" Error;
    BundleSearch "RH-FHIR-BUNDLE-SEARCH" "invariant" Error;
    BundleRequest "RH-FHIR-BUNDLE-REQUEST" "invariant" Error;
    BundleResponse "RH-FHIR-BUNDLE-RESPONSE" "invariant" Error;
    BundleEntryEmpty "RH-FHIR-BUNDLE-ENTRY-EMPTY" "invariant" Error;
    BundleFirst "RH-FHIR-BUNDLE-FIRST" "invariant" Error;
    BundleIdentifier "RH-FHIR-BUNDLE-IDENTIFIER" "invariant" Error;
    BundleFullUrlTwice "RH-FHIR-BUNDLE-FULL-URL-TWICE" "duplicate" Error;
    BundleFullUrlVersion "RH-FHIR-BUNDLE-FULL-URL-VERSION" "invariant" Error;
    BundleFullUrlId "RH-FHIR-BUNDLE-FULL-URL-ID" "invalid" Error;
    BundleFullUrlRelative "RH-FHIR-BUNDLE-FULL-URL-RELATIVE" "value" Error;
    BundleNotIncluded "RH-FHIR-BUNDLE-NOT-INCLUDED" "not-found" Error;
}

const FRENCH: &str = include_str!("../../locales/fr.txt");
const ARABIC: &str = include_str!("../../locales/ar.txt");
const ENGLISH: &str = include_str!("../../locales/en.txt");

/// Sentences by problem, in the order of [`Problem::ALL`].
static SENTENCES: LazyLock<[Vec<&'static str>; 3]> = LazyLock::new(|| [FRENCH, ARABIC, ENGLISH].map(sentences));

fn sentences(table: &'static str) -> Vec<&'static str> {
    let of = |problem: &Problem| table.lines().filter_map(|line| line.split_once(" = ")).find(|(code, _)| *code == problem.code()).map_or("", |(_, text)| text);
    Problem::ALL.iter().map(of).collect()
}

/// The sentence for a problem; `{0}`, `{1}` stand for the arguments.
pub fn message(problem: Problem, language: Lang, args: &[String]) -> String {
    let table = match language {
        Lang::French => &SENTENCES[0],
        Lang::Arabic => &SENTENCES[1],
        Lang::English => &SENTENCES[2],
    };
    let mut text = table.get(problem as usize).copied().unwrap_or(problem.code()).to_owned();
    for (number, arg) in args.iter().enumerate() {
        text = text.replace(&format!("{{{number}}}"), arg);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn placeholders(text: &str) -> BTreeSet<&str> {
        text.match_indices('{').filter_map(|(at, _)| text.get(at..at + 3)).collect()
    }

    #[test]
    fn every_problem_has_its_sentence_in_every_language() {
        for (language, table) in [("fr", FRENCH), ("ar", ARABIC), ("en", ENGLISH)] {
            let codes: Vec<_> = table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split_once(" = ").expect("code = text").0).collect();
            let known: Vec<_> = Problem::ALL.iter().map(|it| it.code()).collect();
            assert_eq!(codes, known, "{language}");
        }
    }

    #[test]
    fn all_languages_name_the_same_things() {
        for &problem in Problem::ALL {
            let of = |language| placeholders_of(problem, language);
            assert_eq!(of(Lang::French), of(Lang::English), "{problem:?}");
            assert_eq!(of(Lang::Arabic), of(Lang::English), "{problem:?}");
        }
    }

    fn placeholders_of(problem: Problem, language: Lang) -> BTreeSet<String> {
        placeholders(&message(problem, language, &[])).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn arguments_are_put_in() {
        let args = ["status".to_owned(), "Patient".to_owned()];
        assert_eq!(message(Problem::UnknownElement, Lang::English, &args), "status is not an element of Patient.");
    }
}
