//! Who of the record bears a number, and what an earlier import left.

use rihla_fhir::json::{Limits, Value, parse};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhir::view::Look;
use rihla_kernel::{Fault, FaultKind};
use rihla_mpi::Links;
use rihla_store::query::Handling;
use rihla_store::{Scoped, Stored};
use ring::digest::{SHA256, digest};

/// Mergers that are followed one after the other.
const MERGERS: usize = 8;
/// Bytes of a hash, as hexadecimal digits: enough that no two numbers share one.
const DIGITS: usize = 32;

pub fn type_of(name: &str) -> Result<TypeId, Fault> {
    tables().resource_type(name).ok_or_else(|| Fault::new(FaultKind::Internal, "RH-CSV-TYPE", "A resource type is not known. This is a defect."))
}

/// The first half of a hash, as text.
pub fn hashed(text: &str) -> String {
    let mut out = String::with_capacity(DIGITS);
    for byte in digest(&SHA256, text.as_bytes()).as_ref().iter().take(DIGITS / 2) {
        out.push_str(&format!("{byte:02x}"));
    }
    out
}

/// The mark that a row of this number was taken in.
pub fn mark_of(ty: &str, system: &str, value: &str) -> String {
    format!("import:csv:{}", hashed(&format!("{ty}\n{system}\n{value}")))
}

/// What a mark holds: a hash of what the row said, and the id that it was given.
pub fn mark_value(said: &str, id: &str) -> Vec<u8> {
    format!("{said}\n{id}").into_bytes()
}

/// See [`mark_value`].
pub fn of_mark(value: &[u8]) -> Option<(String, String)> {
    let text = std::str::from_utf8(value).ok()?;
    text.split_once('\n').map(|(said, id)| (said.to_owned(), id.to_owned()))
}

/// The pairs of a search by a number; without a system, whatever system it has.
pub fn by_number(system: &str, value: &str) -> Vec<(String, String)> {
    let escaped = rihla_web::escaped;
    let asked = if system.is_empty() { escaped(value) } else { format!("{}|{}", escaped(system), escaped(value)) };
    vec![("identifier".to_owned(), asked)]
}

/// The resources of a type that bear a number, as they stand.
pub fn bearing(record: &Scoped, ty: TypeId, system: &str, value: &str) -> Result<Vec<Stored>, Fault> {
    let (query, _) = record.query(&[ty], &by_number(system, value), Handling::Strict)?;
    Ok(record.search(&query)?.matches)
}

/// A patient of the record, as far as an import looks at them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patient {
    pub id: String,
    /// System and value of each number.
    pub numbers: Vec<(String, String)>,
    pub dead: bool,
}

impl Patient {
    /// With whose record stands in the place of this one.
    fn read(stored: &Stored) -> Result<(Self, Option<String>), Fault> {
        with(stored, |value| {
            let text = |value: Value<'_>, name: &str| value.text(name).unwrap_or_default().into_owned();
            let dead = value.get("deceasedDateTime").is_some() || value.get("deceasedBoolean").and_then(|said| said.as_bool()).unwrap_or(false);
            let numbers = value.all("identifier").into_iter().map(|one| (text(one, "system"), text(one, "value"))).collect();
            (Self { id: stored.id.to_text(), numbers, dead }, Links::of(value).replaced_by)
        })
    }

    /// Those who bear a number, each once: of a record that was merged, the one that stands in its place.
    pub fn bearing(record: &Scoped, system: &str, value: &str) -> Result<Vec<Self>, Fault> {
        let ty = type_of("Patient")?;
        let mut out: Vec<Self> = Vec::new();
        for stored in bearing(record, ty, system, value)? {
            let (mut one, mut next) = Self::read(&stored)?;
            for _ in 0..MERGERS {
                let Some(id) = next.take() else { break };
                (one, next) = Self::read(&record.read(ty, &id)?)?;
            }
            if out.iter().all(|other| other.id != one.id) {
                out.push(one);
            }
        }
        Ok(out)
    }

    pub fn of(stored: &Stored) -> Result<Self, Fault> {
        Self::read(stored).map(|(one, _)| one)
    }

    /// What a report calls them: by the number of the system before, else the first that there is, else the id.
    pub fn called(&self, system: &str) -> String {
        let own = self.numbers.iter().find(|(known, _)| known == system).or(self.numbers.first());
        own.map_or_else(|| self.id.clone(), |(_, value)| value.clone())
    }
}

/// Looks at a stored resource.
pub fn with<T>(stored: &Stored, view: impl FnOnce(Value<'_>) -> T) -> Result<T, Fault> {
    let json = stored.json();
    let doc = parse(&json, &Limits { values: usize::MAX, ..Limits::default() })
        .map_err(|_| Fault::new(FaultKind::Internal, "RH-CSV-READ", "A resource of the record could not be read. Run `rihla verify`."))?;
    Ok(view(doc.root()))
}
