//! The tree: nodes in document order, each knowing where its subtree ends.

use std::borrow::Cow;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

/// One value. Spans are byte offsets into the source; a string's span leaves out its quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub kind: Kind,
    /// The value is a string with escapes.
    pub escaped: bool,
    /// The key of this value (in an object) has escapes.
    pub key_escaped: bool,
    pub start: u32,
    pub end: u32,
    pub key_start: u32,
    pub key_end: u32,
    /// Index of the node after this subtree.
    pub after: u32,
    /// Number of direct children.
    pub len: u32,
}

/// A parsed document that borrows its source.
#[derive(Debug)]
pub struct Doc<'s> {
    pub(super) text: &'s str,
    pub(super) nodes: Vec<Node>,
}

impl<'s> Doc<'s> {
    pub fn root(&self) -> Value<'_> {
        Value { doc: self, index: 0 }
    }

    pub fn text(&self) -> &'s str {
        self.text
    }

    /// How many values the document holds.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// Gives the node memory back for the next document.
    pub(super) fn node(&self, index: u32) -> &Node {
        // Indices come only from this document's own nodes; the fallback keeps the crate free of panics.
        const NONE: Node = Node { kind: Kind::Null, escaped: false, key_escaped: false, start: 0, end: 0, key_start: 0, key_end: 0, after: u32::MAX, len: 0 };
        self.nodes.get(index as usize).unwrap_or(&NONE)
    }

    fn slice(&self, start: u32, end: u32) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or("")
    }
}

/// A value in a document. Copying it copies a pointer and an index.
#[derive(Clone, Copy)]
pub struct Value<'d> {
    pub(super) doc: &'d Doc<'d>,
    pub(super) index: u32,
}

/// A key and its value.
#[derive(Clone, Copy)]
pub struct Member<'d> {
    pub value: Value<'d>,
}

impl<'d> Member<'d> {
    /// The key with its escapes resolved.
    pub fn key(&self) -> Cow<'d, str> {
        let node = self.value.node();
        unescape(self.value.doc.slice(node.key_start, node.key_end), node.key_escaped)
    }

    /// Whether this is the key, however it is escaped.
    pub fn is(&self, key: &str) -> bool {
        self.key_source() == key || (self.value.node().key_escaped && self.key() == key)
    }

    /// The key as it stands in the source, which is the key itself unless it has escapes (no FHIR name has).
    pub fn key_source(&self) -> &'d str {
        let node = self.value.node();
        self.value.doc.slice(node.key_start, node.key_end)
    }
}

impl<'d> Value<'d> {
    fn node(&self) -> &'d Node {
        self.doc.node(self.index)
    }

    pub fn doc(&self) -> &'d Doc<'d> {
        self.doc
    }

    pub fn kind(&self) -> Kind {
        self.node().kind
    }

    /// A number that names this value within its document; children have greater ones than their parents.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// The index of the value that follows this one and all that lies in it.
    pub fn after(&self) -> u32 {
        self.node().after
    }

    /// Where the value starts in the source, in bytes.
    pub fn offset(&self) -> usize {
        self.node().start as usize
    }

    /// The value as written: digits of a number, body of a string without quotes, whole text of the rest.
    pub fn source(&self) -> &'d str {
        let node = self.node();
        self.doc.slice(node.start, node.end)
    }

    /// The string's content. `None` if this is no string.
    pub fn as_str(&self) -> Option<Cow<'d, str>> {
        let node = self.node();
        (node.kind == Kind::String).then(|| unescape(self.source(), node.escaped))
    }

    /// The string's content, if it can be lent without a copy.
    pub fn as_plain_str(&self) -> Option<&'d str> {
        let node = self.node();
        (node.kind == Kind::String && !node.escaped).then(|| self.source())
    }

    pub fn as_bool(&self) -> Option<bool> {
        (self.kind() == Kind::Bool).then(|| self.source() == "true")
    }

    /// The digits as they were written: `1.50` stays `1.50`.
    pub fn number_source(&self) -> Option<&'d str> {
        (self.kind() == Kind::Number).then(|| self.source())
    }

    pub fn is_array(&self) -> bool {
        self.kind() == Kind::Array
    }

    pub fn is_object(&self) -> bool {
        self.kind() == Kind::Object
    }

    /// Number of direct children.
    pub fn len(&self) -> usize {
        self.node().len as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first member of that name; `None` too if this is no object.
    pub fn get(&self, key: &str) -> Option<Value<'d>> {
        self.members().find(|member| member.is(key)).map(|member| member.value)
    }

    /// The children of an object, in source order; nothing for other kinds.
    pub fn members(&self) -> impl Iterator<Item = Member<'d>> + use<'d> {
        self.children(Kind::Object).map(|value| Member { value })
    }

    /// The children of an array; nothing for other kinds.
    pub fn items(&self) -> Items<'d> {
        self.children(Kind::Array)
    }

    /// An array's items, or the value itself: for elements that FHIR lets repeat.
    pub fn each(&self) -> impl Iterator<Item = Value<'d>> + use<'d> {
        let single = (!self.is_array()).then_some(*self);
        single.into_iter().chain(self.items())
    }

    fn children(&self, of: Kind) -> Items<'d> {
        let node = self.node();
        let end = if node.kind == of { node.after } else { self.index };
        Items { doc: self.doc, next: self.index + 1, end }
    }
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:?} at {}", self.kind(), self.offset())
    }
}

/// The children of a container, in source order.
pub struct Items<'d> {
    doc: &'d Doc<'d>,
    next: u32,
    end: u32,
}

impl<'d> Iterator for Items<'d> {
    type Item = Value<'d>;

    fn next(&mut self) -> Option<Value<'d>> {
        if self.next >= self.end {
            return None;
        }
        let value = Value { doc: self.doc, index: self.next };
        self.next = value.node().after;
        Some(value)
    }
}

fn unescape(source: &str, escaped: bool) -> Cow<'_, str> {
    if !escaped {
        return Cow::Borrowed(source);
    }
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((plain, tail)) = rest.split_once('\\') {
        out.push_str(plain);
        rest = push_escape(tail, &mut out);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Appends what the escape at the head of `tail` (after its backslash) stands for; the parser has checked its form.
fn push_escape<'s>(tail: &'s str, out: &mut String) -> &'s str {
    let mut characters = tail.chars();
    match characters.next() {
        Some('n') => out.push('\n'),
        Some('t') => out.push('\t'),
        Some('r') => out.push('\r'),
        Some('b') => out.push('\u{8}'),
        Some('f') => out.push('\u{c}'),
        Some('u') => return push_unicode(characters.as_str(), out),
        Some(other) => out.push(other),
        None => {}
    }
    characters.as_str()
}

fn push_unicode<'s>(tail: &'s str, out: &mut String) -> &'s str {
    let unit = |text: &str| text.get(..4).and_then(|hex| u32::from_str_radix(hex, 16).ok()).unwrap_or(0xFFFD);
    let high = unit(tail);
    let after = tail.get(4..).unwrap_or("");
    if (0xD800..0xDC00).contains(&high) {
        let low = unit(after.get(2..).unwrap_or(""));
        let scalar = 0x10000 + ((high - 0xD800) << 10) + (low.wrapping_sub(0xDC00) & 0x3FF);
        out.push(char::from_u32(scalar).unwrap_or('\u{FFFD}'));
        return after.get(6..).unwrap_or("");
    }
    out.push(char::from_u32(high).unwrap_or('\u{FFFD}'));
    after
}
