//! Pictograms. They stand beside words, so readers of screens are not told of them.

use askama::filters::HtmlSafe;
use std::fmt;

include!(concat!(env!("OUT_DIR"), "/icons.rs"));

/// An icon by its name in `assets/icons.txt`; nothing for a name that is not there.
#[derive(Clone, Copy, Debug)]
pub struct Icon<'n>(pub &'n str);

impl fmt::Display for Icon<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(found) = ICONS.binary_search_by(|(name, _)| (*name).cmp(self.0)) else { return Ok(()) };
        let inside = ICONS.get(found).map_or("", |(_, inside)| *inside);
        // Arrows that mean "on" and "back" point the other way in a script that runs the other way.
        let turns = self.0.ends_with("-left") || self.0.ends_with("-right");
        let class = if turns { "icon turns" } else { "icon" };
        write!(out, r#"<svg class="{class}" viewBox="0 0 24 24" aria-hidden="true">{inside}</svg>"#)
    }
}

impl HtmlSafe for Icon<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_is_drawn_and_a_wrong_name_draws_nothing() {
        assert!(Icon("search").to_string().starts_with("<svg class=\"icon\""));
        assert!(Icon("arrow-left").to_string().contains("turns"));
        assert_eq!(Icon("no-such").to_string(), "");
        assert!(ICONS.is_sorted() && ICONS.iter().all(|(_, inside)| !inside.is_empty()));
    }
}
