//! Label printers: `--printers FILE` (`docs/runbooks/printers.md`), and how they are sent what they print.

mod file;
mod line;

use crate::failure::{Failure, exit};
use crate::node::Node;
use line::Line;
use rihla_bands::{Printer, Printers, Sending, Wire};
use rihla_web::World;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The printers of a server, as the pages reach them; none without a file. Nothing is sent anywhere yet: a server starts
/// while its printers are away.
pub fn open(node: &Node, world: World, file: Option<&Path>) -> Result<Printers, Failure> {
    let Some(path) = file else { return Ok(Printers::default()) };
    let wrong = |why: &str| Failure::new(exit::USAGE, format!("--printers {}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| wrong(&error.to_string()))?;
    let kinds: Vec<&str> = node.pack.labels.kinds.iter().map(|kind| kind.code.as_str()).collect();
    let named = file::parse(&text, &kinds).map_err(|why| wrong(&why))?;
    let (mut shown, mut lines) = (Vec::new(), BTreeMap::new());
    for printer in named {
        // Where patients are not real nothing goes out, unless the file says so.
        if world != World::Production && !printer.also_training {
            tracing::warn!("the printer {} prints nothing: this store's patients are not real (also_training = true lets it)", printer.name);
            continue;
        }
        lines.insert(printer.name.clone(), Line::new(&printer));
        shown.push(Printer { name: printer.name, address: printer.address, place: printer.place, dpi: printer.dpi, labels: printer.labels });
    }
    Ok(Printers::new(shown, Arc::new(Lines(lines))))
}

struct Lines(BTreeMap<String, Line>);

impl Wire for Lines {
    fn send<'s>(&'s self, printer: &'s str, order: String) -> Sending<'s> {
        Box::pin(async move {
            match self.0.get(printer) {
                Some(line) => line.send(order.as_bytes()).await,
                None => Err(rihla_bands::Unprinted::Unknown),
            }
        })
    }
}
