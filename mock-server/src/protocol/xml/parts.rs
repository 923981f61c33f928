//! The parts of an element: members of structures and maps, and items of lists.

use quick_xml::events::{BytesEnd, BytesStart, Event};
use serde::ser::{self, Serialize};
use serde_json::Value;

use super::{Xml, XmlError, element};

/// How an element that has parts is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Its parts stand in it.
    Whole,
    /// Each part is an element of its name.
    Siblings,
}

/// The parts of a value: members, or items of a list.
pub(super) struct Parts<'w> {
    writer: &'w mut Xml,
    name: &'w str,
    kind: Kind,
    is_open: bool,
    /// The name of the next part, where it comes before the part.
    key: Option<String>,
}

impl<'w> Parts<'w> {
    pub(super) fn new(writer: &'w mut Xml, name: &'w str, kind: Kind) -> Self {
        Self {
            writer,
            name,
            kind,
            is_open: false,
            key: None,
        }
    }

    pub(super) fn part<T: Serialize + ?Sized>(
        &mut self,
        name: &str,
        value: &T,
    ) -> Result<(), XmlError> {
        if !self.is_open {
            let start = BytesStart::new(self.name);
            self.writer.write_event(Event::Start(start))?;
            self.is_open = true;
        }
        element(self.writer, name, value)
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), XmlError> {
        match self.kind {
            Kind::Whole => self.part("member", value),
            Kind::Siblings => element(self.writer, self.name, value),
        }
    }

    pub(super) fn close(self) -> Result<(), XmlError> {
        let event = match (self.kind, self.is_open) {
            (Kind::Siblings, _) => return Ok(()),
            (Kind::Whole, true) => Event::End(BytesEnd::new(self.name)),
            (Kind::Whole, false) => Event::Empty(BytesStart::new(self.name)),
        };
        Ok(self.writer.write_event(event)?)
    }
}

impl ser::SerializeSeq for Parts<'_> {
    type Ok = ();
    type Error = XmlError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), XmlError> {
        self.item(value)
    }

    fn end(self) -> Result<(), XmlError> {
        self.close()
    }
}

impl ser::SerializeTuple for Parts<'_> {
    type Ok = ();
    type Error = XmlError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), XmlError> {
        self.item(value)
    }

    fn end(self) -> Result<(), XmlError> {
        self.close()
    }
}

impl ser::SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = XmlError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), XmlError> {
        match serde_json::to_value(key) {
            Ok(Value::String(key)) => {
                self.key = Some(key);
                Ok(())
            }
            _ => Err(ser::Error::custom("the names of members are texts")),
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), XmlError> {
        let key = self.key.take().unwrap_or_default();
        self.part(&key, value)
    }

    fn end(self) -> Result<(), XmlError> {
        self.close()
    }
}

impl ser::SerializeStruct for Parts<'_> {
    type Ok = ();
    type Error = XmlError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), XmlError> {
        self.part(name, value)
    }

    fn end(self) -> Result<(), XmlError> {
        self.close()
    }
}
