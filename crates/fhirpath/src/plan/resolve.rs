//! Paths against the tables: names become elements with their types.

use super::lower::{Beyond, Path, Step};
use rihla_fhir::r4::{ElementId, Tables, TypeId};

/// A path whose every step is an element that R4 has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Resolved {
    pub hops: Vec<Hop>,
    pub guards: Vec<Guard>,
}

/// One element on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hop {
    pub element: ElementId,
    pub name: &'static str,
    /// The types that may stand here, after `as`.
    pub types: Vec<TypeId>,
    /// `as` was said.
    pub narrowed: bool,
}

/// A condition on an element of the path; `hop` counts from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Guard {
    pub hop: usize,
    pub test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    Position(u32),
    Member { name: String, equals: String },
}

impl Resolved {
    /// The path of a type itself.
    pub fn empty() -> Self {
        Self { hops: Vec::new(), guards: Vec::new() }
    }

    /// The path as the field table writes it, without the narrowing of its last element.
    pub fn text(&self, tables: &Tables) -> String {
        let mut out = String::new();
        for (at, hop) in self.hops.iter().enumerate() {
            if at > 0 {
                out.push('.');
            }
            out.push_str(hop.name);
            if hop.narrowed && at + 1 < self.hops.len() {
                out.push_str(&narrowing(&hop.types, tables));
            }
            for guard in self.guards.iter().filter(|guard| guard.hop == at) {
                match &guard.test {
                    Test::Position(index) => out.push_str(&format!("[{index}]")),
                    Test::Member { name, equals } => out.push_str(&format!(".where({name}='{equals}')")),
                }
            }
        }
        out
    }
}

/// `.as(A|B)`, in alphabetical order.
pub(crate) fn narrowing(types: &[TypeId], tables: &Tables) -> String {
    let mut names: Vec<&str> = types.iter().map(|ty| tables.type_name(*ty)).collect();
    names.sort_unstable();
    format!(".as({})", names.join("|"))
}

/// Follows `path` from `scope`, going on from `start`.
pub(crate) fn resolve(tables: &Tables, scope: TypeId, start: &Resolved, path: &Path<'_>, first: Option<&str>) -> Result<Resolved, Beyond> {
    let mut out = start.clone();
    let mut scope = scope;
    let steps = first.map(Step::Child).into_iter().chain(path.steps.iter().copied());
    for step in steps {
        match step {
            Step::Child(name) => {
                let hop = hop(tables, scope, name)?;
                scope = sole(&hop.types);
                out.hops.push(hop);
            }
            Step::As(name) => {
                let hop = out.hops.last_mut().ok_or(Beyond("`as` needs an element before it"))?;
                narrow(tables, hop, name)?;
                scope = sole(&hop.types);
            }
            Step::Index(index) => out.guard(Test::Position(index))?,
            Step::Where(member, text) => {
                hop_of(tables, scope, member)?;
                out.guard(Test::Member { name: member.to_owned(), equals: text.to_owned() })?;
            }
        }
    }
    Ok(out)
}

impl Resolved {
    fn guard(&mut self, test: Test) -> Result<(), Beyond> {
        let hop = self.hops.len().checked_sub(1).ok_or(Beyond("a condition needs an element before it"))?;
        self.guards.push(Guard { hop, test });
        Ok(())
    }
}

/// The only type, through which a path may go on.
fn sole(types: &[TypeId]) -> TypeId {
    match types {
        [only] => *only,
        _ => TypeId::NONE,
    }
}

fn hop(tables: &Tables, scope: TypeId, name: &str) -> Result<Hop, Beyond> {
    let element = hop_of(tables, scope, name)?;
    let row = tables.element(element).ok_or(Beyond("R4 has no such element"))?;
    Ok(Hop { element, name: row.name, types: row.types.iter().map(|reference| reference.ty).collect(), narrowed: false })
}

fn hop_of(tables: &Tables, scope: TypeId, name: &str) -> Result<ElementId, Beyond> {
    tables.element_named(scope, name).ok_or(Beyond("R4 has no such element"))
}

/// R4 once writes `DateTime` for `dateTime` (Observation's `code-value-date`).
fn narrow(tables: &Tables, hop: &mut Hop, name: &str) -> Result<(), Beyond> {
    let lowered = || format!("{}{}", name.get(..1).unwrap_or("").to_lowercase(), name.get(1..).unwrap_or(""));
    let wanted = tables.type_id(name).or_else(|| tables.type_id(&lowered())).ok_or(Beyond("R4 has no such type"))?;
    // A canonical is a uri too, but where both are offered, `as uri` means the one.
    let exact = hop.types.contains(&wanted);
    hop.types.retain(|ty| *ty == wanted || !exact && (tables.is_a(*ty, wanted) || tables.is_a(wanted, *ty)));
    hop.narrowed = true;
    if hop.types.is_empty() { Err(Beyond("the element never has that type")) } else { Ok(()) }
}
