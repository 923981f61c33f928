//! Members and their constraints as JSON, in the words of AWS's service models.

use serde_json::{Value, json};

use super::{Bounds, Member, Shape};

impl Member {
    /// Name, shape and constraints; constraints that do not exist are `null`.
    pub(crate) fn describe(&self) -> Value {
        let mut description = self.shape.describe();
        description["name"] = self.name.into();
        description["required"] = self.required.into();
        description
    }
}

impl Shape {
    fn describe(&self) -> Value {
        let kind = self.kind();
        match *self {
            Shape::Text(min, max, pattern) => {
                let pattern = pattern.map(|pattern| pattern.text);
                json!({ "type": kind, "length": bounds((min, max)), "pattern": pattern })
            }
            Shape::Enum(words) => json!({ "type": kind, "enum": words }),
            Shape::Integer(min, max) => {
                let min = Some(min).filter(|min| *min > i32::MIN.into());
                let max = Some(max).filter(|max| *max < i32::MAX.into());
                json!({ "type": kind, "range": [min, max] })
            }
            Shape::Boolean => json!({ "type": kind }),
            Shape::List(min, max, item) => {
                json!({ "type": kind, "length": bounds((min, max)), "item": item.describe() })
            }
            Shape::Map(entries, keys, values) => json!({
                "type": kind,
                "length": bounds(entries),
                "keyLength": bounds(keys),
                "valueLength": bounds(values),
            }),
            Shape::Structure(members) => {
                let members: Vec<_> = members.iter().map(Member::describe).collect();
                json!({ "type": kind, "members": members })
            }
        }
    }
}

/// Two bounds; one that is no bound is `null`.
fn bounds((min, max): Bounds) -> Value {
    let min = Some(min).filter(|min| *min > 0);
    let max = Some(max).filter(|max| *max < usize::MAX);
    json!([min, max])
}
