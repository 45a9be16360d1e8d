//! What is wrong with a form, in the words of who makes forms.

use rihla_questionnaire::Fault;
use rihla_questionnaire::edit::Work;
use rihla_web::text::{Html, Voice, auto, listed, ltr};

/// One fault: what is wrong, in the reader's language; its code and the exact words of the reader of forms.
pub struct Told {
    /// The place of the entry in the editor; none: of the form as a whole, or of what the editor does not show.
    pub at: Option<usize>,
    /// What the question says.
    pub question: Html,
    pub words: String,
    pub exact: Html,
}

pub fn told(faults: &[Fault], work: &Work, voice: &Voice) -> Vec<Told> {
    let one = |fault: &Fault| {
        let at = work.entries.iter().position(|entry| !fault.link.is_empty() && entry.link == fault.link);
        let words = at.and_then(|at| work.entries.get(at)).map(|entry| entry.said(voice.lang())).filter(|words| !words.is_empty());
        Told { at, question: auto(words.unwrap_or(&fault.link)), words: voice.t(&listed(rihla_web::key!("forms-fault-*"), fault.code)), exact: ltr(fault) }
    };
    faults.iter().map(one).collect()
}
