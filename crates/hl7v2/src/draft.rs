//! A message that is being written.

use crate::escape::escape_into;
use crate::value::pieces;
use crate::{Marks, Message, Segment};

/// Text by field, repetition, component, subcomponent.
type Field = Vec<Vec<Vec<String>>>;

/// A segment that is being written. Fields are counted from 1; empty ones at the end are not written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftSegment {
    name: String,
    fields: Vec<Field>,
}

impl DraftSegment {
    /// A name of another form than three capital letters or digits becomes `ZZZ`: it could not be read back.
    pub fn new(name: &str) -> Self {
        let fits =
            name.len() == 3 && name.starts_with(|it: char| it.is_ascii_uppercase()) && name.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit());
        Self { name: if fits { name } else { "ZZZ" }.to_owned(), fields: Vec::new() }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Puts a text into a field (its first component).
    pub fn set(&mut self, field: usize, text: &str) -> &mut Self {
        self.put(field, 0, 1, 1, text)
    }

    /// Puts texts into the components of a field's first repetition, in their order.
    pub fn set_all(&mut self, field: usize, texts: &[&str]) -> &mut Self {
        self.repeat_all(field, 0, texts)
    }

    /// Puts texts into the components of a repetition, in their order.
    pub fn repeat_all(&mut self, field: usize, repetition: usize, texts: &[&str]) -> &mut Self {
        for (index, text) in texts.iter().enumerate() {
            self.put(field, repetition, index + 1, 1, text);
        }
        self
    }

    /// Puts a text at a place; fields, components and subcomponents from 1, repetitions from 0. Nothing happens to a place
    /// with a 0, or beyond what a segment may have (1,000 of each).
    pub fn put(&mut self, field: usize, repetition: usize, component: usize, subcomponent: usize, text: &str) -> &mut Self {
        const MOST: usize = 1000;
        let fits = [field, component, subcomponent].iter().all(|it| (1..=MOST).contains(it)) && repetition < MOST;
        if text.is_empty() || !fits {
            return self;
        }
        if let Some(place) = self.place(field, repetition, component, subcomponent) {
            text.clone_into(place);
        }
        self
    }

    fn place(&mut self, field: usize, repetition: usize, component: usize, subcomponent: usize) -> Option<&mut String> {
        let repetitions = grown(&mut self.fields, field.checked_sub(1)?)?;
        let components = grown(repetitions, repetition)?;
        let subcomponents = grown(components, component.checked_sub(1)?)?;
        grown(subcomponents, subcomponent.checked_sub(1)?)
    }

    fn of(segment: &Segment<'_>, marks: Marks) -> Self {
        let mut draft = Self::new(segment.name());
        let first = if matches!(segment.name(), "MSH" | "FHS" | "BHS") { 3 } else { 1 };
        for number in first..=segment.field_count() {
            let field = segment.field(number);
            for repetition in 0..pieces(field.raw(), marks.repetition) {
                let value = field.repeat(repetition);
                for component in 1..=pieces(value.raw(), marks.component) {
                    let component_value = value.component(component);
                    for sub in 1..=pieces(component_value.raw(), marks.subcomponent) {
                        let part = component_value.sub(sub);
                        let text = if part.is_null() { std::borrow::Cow::Borrowed("\"\"") } else { part.text() };
                        draft.put(number, repetition, component, sub, &text);
                    }
                }
            }
        }
        draft
    }

    fn write(&self, marks: Marks, out: &mut String) {
        out.push_str(&self.name);
        let header = matches!(self.name.as_str(), "MSH" | "FHS" | "BHS");
        if header {
            out.push(char::from(marks.field));
            out.push_str(&marks.encoding());
        }
        for field in self.fields.iter().skip(if header { 2 } else { 0 }) {
            out.push(char::from(marks.field));
            join(field, marks.repetition, out, |repetition, out| {
                join(repetition, marks.component, out, |component, out| {
                    join(component, marks.subcomponent, out, |text, out| escape_into(text, marks, out));
                });
            });
        }
        out.push('\r');
    }
}

/// The place of an index in a list that grows as far as needed.
fn grown<T: Default>(list: &mut Vec<T>, index: usize) -> Option<&mut T> {
    if list.len() <= index {
        list.resize_with(index + 1, T::default);
    }
    list.get_mut(index)
}

fn join<T>(parts: &[T], mark: u8, out: &mut String, write: impl Fn(&T, &mut String)) {
    for (index, part) in parts.iter().enumerate() {
        // A mark that the message lacks cannot be written: what follows is left out.
        match (index, mark) {
            (0, _) => {}
            (_, 0) => return,
            _ => out.push(char::from(mark)),
        }
        write(part, out);
    }
}

/// A message that is being written, with the delimiters that it will have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    pub marks: Marks,
    segments: Vec<DraftSegment>,
}

impl Draft {
    pub fn new(marks: Marks) -> Self {
        Self { marks, segments: Vec::new() }
    }

    /// A new segment at the end, filled by `fill`.
    pub fn add(&mut self, name: &str, fill: impl FnOnce(&mut DraftSegment)) {
        let mut segment = DraftSegment::new(name);
        fill(&mut segment);
        self.push(segment);
    }

    pub fn push(&mut self, segment: DraftSegment) {
        self.segments.push(segment);
    }

    pub fn segments(&self) -> &[DraftSegment] {
        &self.segments
    }

    pub fn segment_mut(&mut self, name: &str) -> Option<&mut DraftSegment> {
        self.segments.iter_mut().find(|it| it.name == name)
    }

    /// The text, each segment closed by CR.
    pub fn write(&self) -> String {
        let mut out = String::with_capacity(self.segments.len() * 80);
        self.segments.iter().for_each(|it| it.write(self.marks, &mut out));
        out
    }
}

impl From<&Message<'_>> for Draft {
    fn from(message: &Message<'_>) -> Self {
        let marks = message.marks();
        Self { marks, segments: message.segments().map(|it| DraftSegment::of(&it, marks)).collect() }
    }
}
