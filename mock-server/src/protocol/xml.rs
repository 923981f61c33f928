//! Values as the XML of the query protocol: structures by their names, lists as `<member>`, and what is absent not
//! at all.

mod parts;

use std::borrow::Cow;
use std::fmt::Display;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use serde::ser::{self, Impossible, Serialize, Serializer};
use thiserror::Error;

use self::parts::{Kind, Parts};

/// What is written to.
pub(super) type Xml = Writer<Vec<u8>>;

/// A value has no form in XML.
#[derive(Debug, Error)]
pub(super) enum XmlError {
    #[error(transparent)]
    Write(#[from] io::Error),
    #[error("{0}")]
    Value(String),
}

impl ser::Error for XmlError {
    fn custom<T: Display>(message: T) -> Self {
        Self::Value(message.to_string())
    }
}

/// Writes a document around some content.
pub(super) fn document(
    root: &str,
    xmlns: &str,
    content: impl FnOnce(&mut Xml) -> Result<(), XmlError>,
) -> Result<Vec<u8>, XmlError> {
    let mut writer = Writer::new(Vec::with_capacity(1024));
    let start = BytesStart::new(root).with_attributes([("xmlns", xmlns)]);
    writer.write_event(Event::Start(start))?;
    content(&mut writer)?;
    writer.write_event(Event::End(BytesEnd::new(root)))?;
    Ok(writer.into_inner())
}

/// Writes a value as the element of a name.
pub(super) fn element<T: Serialize + ?Sized>(
    writer: &mut Xml,
    name: &str,
    value: &T,
) -> Result<(), XmlError> {
    value.serialize(Element { writer, name })
}

/// The element that a value becomes.
struct Element<'w> {
    writer: &'w mut Xml,
    name: &'w str,
}

impl<'w> Element<'w> {
    fn leaf(self, text: &str) -> Result<(), XmlError> {
        // XML has no way to write most control characters; messages can quote them from a request.
        let writable = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..'\u{fffe}' | '\u{10000}'..);
        let is_plain = text.bytes().all(|b| matches!(b, b' '..=b'~'));
        let text: Cow<str> = match is_plain || text.chars().all(writable) {
            true => text.into(),
            false => text.replace(|c| !writable(c), "\u{fffd}").into(),
        };
        let events = [
            Event::Start(BytesStart::new(self.name)),
            Event::Text(BytesText::new(&text)),
            Event::End(BytesEnd::new(self.name)),
        ];
        for event in events {
            self.writer.write_event(event)?;
        }
        Ok(())
    }

    fn parts(self, kind: Kind) -> Parts<'w> {
        Parts::new(self.writer, self.name, kind)
    }

    fn list(self) -> Parts<'w> {
        // The entries of a map stand beside each other, see `Entries`.
        match self.name {
            "entry" => self.parts(Kind::Siblings),
            _ => self.parts(Kind::Whole),
        }
    }
}

/// Answers have structures with names, and lists of one kind of value: for anything else AWS has no XML.
fn formless(name: &str) -> XmlError {
    ser::Error::custom(format!("{name} has no form in XML"))
}

/// Values that are written as the text they print as.
macro_rules! leaves {
    ($($method:ident: $type:ty),* $(,)?) => {
        $(fn $method(self, value: $type) -> Result<(), XmlError> {
            self.leaf(&value.to_string())
        })*
    };
}

impl<'w> Serializer for Element<'w> {
    type Ok = ();
    type Error = XmlError;
    type SerializeSeq = Parts<'w>;
    type SerializeTuple = Parts<'w>;
    type SerializeTupleStruct = Impossible<(), XmlError>;
    type SerializeTupleVariant = Impossible<(), XmlError>;
    type SerializeMap = Parts<'w>;
    type SerializeStruct = Parts<'w>;
    type SerializeStructVariant = Impossible<(), XmlError>;

    leaves! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_f32: f32,
        serialize_f64: f64,
        serialize_char: char,
    }

    fn serialize_str(self, text: &str) -> Result<(), XmlError> {
        self.leaf(text)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), XmlError> {
        Err(ser::Error::custom("no answer holds bytes"))
    }

    fn serialize_none(self) -> Result<(), XmlError> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), XmlError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), XmlError> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), XmlError> {
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), XmlError> {
        self.leaf(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), XmlError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), XmlError> {
        let mut parts = self.parts(Kind::Whole);
        parts.part(variant, value)?;
        parts.close()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'w>, XmlError> {
        Ok(self.list())
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'w>, XmlError> {
        Ok(self.list())
    }

    fn serialize_tuple_struct(
        self,
        name: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, XmlError> {
        Err(formless(name))
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, XmlError> {
        Err(formless(name))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'w>, XmlError> {
        Ok(self.parts(Kind::Whole))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts<'w>, XmlError> {
        Ok(self.parts(Kind::Whole))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, XmlError> {
        Err(formless(name))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn structures_lists_and_maps_are_written_each_in_their_way() -> Result<(), XmlError> {
        let output = json!({
            "Role": { "Name": "<&>\u{1}", "Gone": null, "Used": {} },
            "Roles": [{ "Name": "a" }, { "Name": "b" }],
            "None": [],
            "Map": { "entry": [{ "key": "Users", "value": 1 }, { "key": "Roles", "value": 2 }] },
            "IsTruncated": false,
        });
        let written = document("R", "urn:x", |writer| element(writer, "Result", &output))?;
        assert_eq!(
            String::from_utf8_lossy(&written),
            "<R xmlns=\"urn:x\"><Result>\
             <Role><Name>&lt;&amp;&gt;\u{fffd}</Name><Used/></Role>\
             <Roles><member><Name>a</Name></member><member><Name>b</Name></member></Roles>\
             <None/>\
             <Map><entry><key>Users</key><value>1</value></entry><entry><key>Roles</key><value>2</value></entry></Map>\
             <IsTruncated>false</IsTruncated>\
             </Result></R>"
        );
        Ok(())
    }
}
