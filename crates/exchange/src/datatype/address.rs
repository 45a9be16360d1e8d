//! XAD: addresses.

use crate::node::{Node, Object};
use crate::tables;
use rihla_hl7v2::Value;

pub fn address(value: Value<'_>) -> Object {
    let mut out = Object::new();
    let kind = value.part(7);
    out.put("use", kind.as_deref().and_then(|it| tables::code("0190", it)));
    out.put("type", kind.as_deref().filter(|it| *it == "M").map(|_| "postal"));
    let street = value.component(1);
    // The street may be given as number and name apart.
    let street = [street.sub(1).some(), street.sub(2).some()].into_iter().flatten();
    out.put("line", Node::list(street.chain(value.part(2)).chain(value.part(19))));
    out.put("city", value.part(3));
    out.put("district", value.part(9));
    out.put("state", value.part(4));
    out.put("postalCode", value.part(5));
    out.put("country", value.part(6));
    let says_where = ["line", "city", "district", "state", "postalCode", "country"].iter().any(|key| out.get(key).is_some());
    if says_where { out } else { Object::new() }
}
