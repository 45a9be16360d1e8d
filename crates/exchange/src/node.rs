//! FHIR JSON that is being written: what is empty is never written, and keys stand in the order in which they were put.

use rihla_fhir::json::escape_into;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Nothing,
    Text(String),
    /// Written as it is: a number with the digits of its sender, or `true`.
    Bare(String),
    List(Vec<Node>),
    Object(Object),
}

/// An object. Putting a key twice keeps the first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object(Vec<(&'static str, Node)>);

impl Object {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn resource(ty: &'static str) -> Self {
        Self::new().with("resourceType", ty)
    }

    pub fn with(mut self, key: &'static str, value: impl Into<Node>) -> Self {
        self.put(key, value);
        self
    }

    pub fn put(&mut self, key: &'static str, value: impl Into<Node>) {
        let value = value.into();
        if !value.is_empty() && self.get(key).is_none() {
            self.0.push((key, value));
        }
    }

    /// Puts a key, whatever stood there.
    pub fn set(&mut self, key: &'static str, value: impl Into<Node>) {
        self.0.retain(|(known, _)| *known != key);
        self.put(key, value);
    }

    /// Appends to a list, which is made if it is not there.
    pub fn push(&mut self, key: &'static str, value: impl Into<Node>) {
        let value = value.into();
        if value.is_empty() {
            return;
        }
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, Node::List(list))) => list.push(value),
            Some(_) => {}
            None => self.0.push((key, Node::List(vec![value]))),
        }
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.0.iter().find(|(known, _)| *known == key).map(|(_, value)| value)
    }

    pub fn text(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(Node::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn write(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        for (index, (key, value)) in self.0.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            escape_into(key, out);
            out.push(b':');
            value.write(out);
        }
        out.push(b'}');
    }
}

impl Node {
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Text(text) | Self::Bare(text) => text.trim().is_empty(),
            Self::List(list) => list.is_empty(),
            Self::Object(object) => object.is_empty(),
        }
    }

    pub fn list<T: Into<Node>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::List(values.into_iter().map(Into::into).filter(|it| !it.is_empty()).collect())
    }

    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Nothing => out.extend_from_slice(b"null"),
            Self::Text(text) => escape_into(text, out),
            Self::Bare(text) => out.extend_from_slice(text.as_bytes()),
            Self::List(list) => {
                out.push(b'[');
                for (index, value) in list.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    value.write(out);
                }
                out.push(b']');
            }
            Self::Object(object) => object.write(out),
        }
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<std::borrow::Cow<'_, str>> for Node {
    fn from(text: std::borrow::Cow<'_, str>) -> Self {
        Self::Text(text.into_owned())
    }
}

impl From<bool> for Node {
    fn from(value: bool) -> Self {
        Self::Bare(value.to_string())
    }
}

impl From<usize> for Node {
    fn from(value: usize) -> Self {
        Self::Bare(value.to_string())
    }
}

impl From<Object> for Node {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl<T: Into<Node>> From<Option<T>> for Node {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

impl<T: Into<Node>> From<Vec<T>> for Node {
    fn from(values: Vec<T>) -> Self {
        Self::list(values)
    }
}
