//! JSON text in the order in which it was put together. A decimal keeps the digits that it was given.

use std::fmt::Write as _;

#[derive(Clone, Debug)]
pub enum Json {
    /// Left out of whatever holds it.
    Nothing,
    Text(String),
    /// As it is to be read: `1.50` stays `1.50`.
    Number(String),
    Flag(bool),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

/// `obj! { "key": value, … }`; a value of `None` leaves its key out.
macro_rules! obj {
    ($($key:literal : $value:expr),* $(,)?) => { $crate::json::Json::Object(vec![$(($key, $crate::json::Json::from($value))),*]) };
}

/// `list![value, …]`; a value of `None` is left out.
macro_rules! list {
    ($($value:expr),* $(,)?) => { $crate::json::Json::List(vec![$($crate::json::Json::from($value)),*]) };
}

impl Json {
    fn is_nothing(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::List(items) => items.iter().all(Self::is_nothing),
            Self::Object(fields) => fields.iter().all(|(_, value)| value.is_nothing()),
            Self::Text(_) | Self::Number(_) | Self::Flag(_) => false,
        }
    }

    pub fn line(&self) -> String {
        let mut out = String::with_capacity(1024);
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Nothing => out.push_str("null"),
            Self::Text(text) => quote(text, out),
            Self::Number(digits) => out.push_str(digits),
            Self::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Self::List(items) => {
                out.push('[');
                for (at, item) in items.iter().filter(|item| !item.is_nothing()).enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(fields) => {
                out.push('{');
                for (at, (key, value)) in fields.iter().filter(|(_, value)| !value.is_nothing()).enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    quote(key, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            // Writing to a String cannot fail.
            control if control < ' ' => _ = write!(out, "\\u{:04x}", u32::from(control)),
            plain => out.push(plain),
        }
    }
    out.push('"');
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Json {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Json {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<u32> for Json {
    fn from(number: u32) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<Vec<Json>> for Json {
    fn from(items: Vec<Json>) -> Self {
        Self::List(items)
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nothing_is_left_out_and_digits_are_kept() {
        let none: Option<&str> = None;
        let made = obj! { "a": "x\"\n", "b": none, "c": list![none, obj! { "d": none }], "e": Json::Number("1.50".into()), "f": list![1u32, true] };
        assert_eq!(made.line(), r#"{"a":"x\"\n","e":1.50,"f":[1,true]}"#);
    }
}
