//! `rihla indicators`: the facts behind the figures, made again from the log or held against it.

use crate::failure::{Failure, exit};
use crate::node::Node;
use jiff::tz::TimeZone;
use rihla_indicators::View;

/// Makes the facts anew and writes them down, or only says whether what is written down is what the log gives.
pub fn recompute(node: &Node, check: bool, say: &mut dyn FnMut(&str)) -> Result<u8, Failure> {
    let zone = TimeZone::get(&node.zone).map_err(|error| Failure::new(exit::FAILED, format!("time zone {}: {error}", node.zone)))?;
    let view = View::new(node.store.clone(), node.pack.indicators.antibiotics.clone(), zone);
    if !check {
        say(&format!("{} facts were made anew from the log", view.recompute()?));
        return Ok(0);
    }
    let Some(checked) = view.check()? else {
        say("nothing is written down yet by this version: `rihla indicators recompute` does");
        return Ok(exit::WARNED);
    };
    say(&format!("facts   {}", checked.facts));
    say(&format!("sheets  {}", checked.sheets));
    if let Some((kept, new)) = &checked.differs {
        say(&format!("FIRST DIFFERENCE  written `{kept}`, of the log `{new}`"));
        return Ok(exit::UNSOUND);
    }
    say("clean: what is written down is what the log gives, to the bit");
    Ok(0)
}
