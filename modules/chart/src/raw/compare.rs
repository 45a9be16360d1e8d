//! What changed between two versions, line by line of their layout.

use super::pretty;
use crate::RAW;
use crate::chart::{Chart, Content};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_web::text::Voice;
use rihla_web::{Desk, Refusal, is_about, type_of};
use serde::Deserialize;

/// Lines of either version that are compared; longer ones are compared to this point, and the page says so.
const LINES: usize = 3_000;
/// Lines around a change that are shown with it.
const AROUND: usize = 3;

#[derive(Deserialize)]
pub struct Asked {
    from: u32,
    to: u32,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Kept,
    Gone,
    New,
    /// Lines that did not change were left out here.
    Left,
}

struct Line {
    fate: Fate,
    text: String,
}

#[derive(Template)]
#[template(path = "chart/raw-compare.html")]
struct Compare<'c> {
    voice: &'c Voice,
    name: String,
    back: String,
    from: u32,
    to: u32,
    lines: Vec<Line>,
    cut: bool,
}

/// `GET /patients/{patient}/raw/{ty}/{id}/compare?from=1&to=2`
pub async fn compare(desk: Desk, Path((patient, ty, id)): Path<(String, String, String)>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(RAW)?;
    let chart = Chart::open(desk, &patient)?;
    let number = type_of(&ty).map_err(|_| Refusal::not_found())?;
    let read = |version| chart.desk.record.vread(number, &id, version);
    let (old, new) = (read(asked.from)?, read(asked.to)?);
    if !is_about(&chart.desk, &old, chart.id()) || !is_about(&chart.desk, &new, chart.id()) {
        return Err(Refusal::not_found());
    }
    let (old, new) = (pretty(&old), pretty(&new));
    let (before, after): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let cut = before.len() > LINES || after.len() > LINES;
    let all = difference(before.get(..LINES).unwrap_or(&before), after.get(..LINES).unwrap_or(&after));
    let name = format!("{ty}/{id}");
    let back = chart.path(&format!("raw/{name}"));
    let body = Compare { voice: chart.voice(), name: name.clone(), back, from: asked.from, to: asked.to, lines: near_changes(&all), cut }.render()?;
    chart.page("raw", Content { title: Some(name), body, ..Content::default() })
}

/// The shortest way from one text to the other, by the longest lines that both have in their order. What begins and ends
/// alike is set aside first, so that the table stays small.
fn difference<'t>(before: &[&'t str], after: &[&'t str]) -> Vec<(Fate, &'t str)> {
    let head = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let rest = |all: &[&'t str]| all.get(head..).unwrap_or(&[]).to_vec();
    let (mut old, mut new) = (rest(before), rest(after));
    let mut tail = Vec::new();
    while let (Some(a), Some(b)) = (old.last(), new.last()) {
        if a != b {
            break;
        }
        tail.push(*a);
        old.pop();
        new.pop();
    }
    let mut out: Vec<_> = before.iter().take(head).map(|line| (Fate::Kept, *line)).collect();
    out.extend(middle(&old, &new));
    out.extend(tail.into_iter().rev().map(|line| (Fate::Kept, line)));
    out
}

fn middle<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<(Fate, &'t str)> {
    let width = new.len() + 1;
    // common[i * width + j]: lines that old[i..] and new[j..] share in order.
    let mut common = vec![0u16; (old.len() + 1) * width];
    let at = |table: &[u16], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let best = if a == b { at(&common, i + 1, j + 1) + 1 } else { at(&common, i + 1, j).max(at(&common, i, j + 1)) };
            if let Some(cell) = common.get_mut(i * width + j) {
                *cell = best;
            }
        }
    }
    let (mut i, mut j, mut out) = (0, 0, Vec::new());
    loop {
        match (old.get(i), new.get(j)) {
            (Some(a), Some(b)) if a == b => {
                out.push((Fate::Kept, *a));
                (i, j) = (i + 1, j + 1);
            }
            (Some(a), b) if b.is_none() || at(&common, i + 1, j) >= at(&common, i, j + 1) => {
                out.push((Fate::Gone, *a));
                i += 1;
            }
            (_, Some(b)) => {
                out.push((Fate::New, *b));
                j += 1;
            }
            _ => return out,
        }
    }
}

/// Changes with a few lines around each.
fn near_changes(all: &[(Fate, &str)]) -> Vec<Line> {
    let changed: Vec<usize> = all.iter().enumerate().filter(|(_, (fate, _))| *fate != Fate::Kept).map(|(at, _)| at).collect();
    let near = |at: usize| {
        let next = changed.partition_point(|changed| *changed + AROUND < at);
        changed.get(next).is_some_and(|changed| changed.abs_diff(at) <= AROUND)
    };
    let mut out: Vec<Line> = Vec::new();
    for (at, (fate, text)) in all.iter().enumerate() {
        if near(at) {
            out.push(Line { fate: *fate, text: (*text).to_owned() });
        } else if out.last().is_none_or(|last| last.fate != Fate::Left) {
            out.push(Line { fate: Fate::Left, text: "…".to_owned() });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fates(before: &str, after: &str) -> String {
        let (before, after): (Vec<_>, Vec<_>) = (before.split(' ').collect(), after.split(' ').collect());
        let sign = |(fate, text): (Fate, &str)| match fate {
            Fate::Kept => text.to_owned(),
            Fate::Gone => format!("-{text}"),
            Fate::New => format!("+{text}"),
            Fate::Left => "…".to_owned(),
        };
        difference(&before, &after).into_iter().map(sign).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn chart_8_what_changed_is_told_by_line() {
        assert_eq!(fates("a b c d", "a x c d"), "a -b +x c d");
        assert_eq!(fates("a b", "a b"), "a b");
        assert_eq!(fates("a", "a b c"), "a +b +c");
        assert_eq!(fates("a b a c", "b a d c"), "-a b a +d c");
    }

    #[test]
    fn far_from_changes_nothing_is_shown() {
        let before: Vec<String> = (0..40).map(|line| line.to_string()).collect();
        let mut after = before.clone();
        after[20] = "other".to_owned();
        let (old, new): (Vec<&str>, Vec<&str>) = (before.iter().map(String::as_str).collect(), after.iter().map(String::as_str).collect());
        let shown = near_changes(&difference(&old, &new));
        assert_eq!(shown.len(), 2 + 2 * AROUND + 2);
        assert!(shown.first().is_some_and(|line| line.fate == Fate::Left));
    }
}
