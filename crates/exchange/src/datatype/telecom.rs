//! XTN: telephones and the like.

use crate::node::Object;
use crate::tables;
use rihla_hl7v2::Value;

/// `usual` is the use of the field where the value names none: PID-13 is at home, PID-14 at work.
pub fn contact(value: Value<'_>, usual: &'static str) -> Object {
    let kind = value.part(3);
    let internet = kind.as_deref() == Some("Internet") || value.part(2).as_deref() == Some("NET");
    let mut out = Object::new();
    let system = if internet { Some("email") } else { kind.as_deref().and_then(|it| tables::code("0202", it)) };
    out.put("system", system.unwrap_or("phone"));
    let number = if internet { value.part(4).or_else(|| value.part(1)) } else { value.part(12).or_else(|| value.part(1)) };
    out.put("value", number.map(|it| it.trim().to_owned()).or_else(|| in_parts(value)));
    let place = value.part(2);
    out.put("use", if kind.as_deref() == Some("CP") { Some("mobile") } else { place.as_deref().and_then(|it| tables::code("0201", it)) });
    out.put("use", usual);
    out.put("rank", value.part(18).and_then(|it| it.trim().parse::<usize>().ok()).filter(|it| *it > 0));
    if out.get("value").is_some() { out } else { Object::new() }
}

/// Country, area and number that stand apart.
fn in_parts(value: Value<'_>) -> Option<String> {
    let number = value.part(7)?;
    let country = value.part(5).map(|it| format!("+{}", it.trim_start_matches('+')));
    let parts = [country, value.part(6).map(|it| it.into_owned()), Some(number.into_owned())];
    Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
}
