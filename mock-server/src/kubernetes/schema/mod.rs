//! What the fields of a kind are: one table per structure, from which everything else follows.
//!
//! A [`Schema`] says for every field its JSON name, its protobuf tag and how lists of it merge. Reading bodies and
//! reporting unknown fields ([`read`]), the protobuf form ([`protobuf`]), the OpenAPI documents ([`openapi`]), strategic
//! merge patches and the ownership of fields are all driven by these tables, so a kind states its fields once.

pub(crate) mod meta;
pub(crate) mod openapi;
pub(crate) mod protobuf;
pub(crate) mod read;

/// The fields of one structure, in the order in which Kubernetes writes them.
pub(crate) struct Schema {
    /// The name in OpenAPI documents, e.g. `io.k8s.api.core.v1.ServiceAccount`.
    pub(crate) name: &'static str,
    /// One sentence for `kubectl explain`.
    pub(crate) doc: &'static str,
    /// The fields.
    pub(crate) fields: &'static [Field],
}

impl Schema {
    /// The field of that JSON name.
    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The last part of the name: `ServiceAccount`.
    pub(crate) fn short_name(&self) -> &'static str {
        self.name.rsplit('.').next().unwrap_or(self.name)
    }
}

/// One field of a structure.
pub(crate) struct Field {
    /// The name in JSON.
    pub(crate) name: &'static str,
    /// The tag in protobuf.
    pub(crate) tag: u32,
    /// The tag of the message that protobuf puts around the field and its neighbours, where JSON has none; else 0.
    pub(crate) within: u32,
    /// What it holds.
    pub(crate) ty: Type,
    /// Whether absent and empty are different values (a pointer, in Go's words).
    pub(crate) pointer: bool,
    /// Whether Kubernetes' documents call it required.
    pub(crate) required: bool,
    /// One sentence for `kubectl explain`.
    pub(crate) doc: &'static str,
}

/// A plain field.
pub(crate) const fn field(tag: u32, name: &'static str, ty: Type, doc: &'static str) -> Field {
    Field {
        name,
        tag,
        within: 0,
        ty,
        pointer: false,
        required: false,
        doc,
    }
}

impl Field {
    /// The same field, in which absent and empty differ.
    pub(crate) const fn pointer(mut self) -> Field {
        self.pointer = true;
        self
    }

    /// The same field, which protobuf has inside of an embedded message of that tag.
    pub(crate) const fn within(mut self, tag: u32) -> Field {
        self.within = tag;
        self
    }

    /// The same field, required in Kubernetes' documents and written even when empty.
    pub(crate) const fn required(mut self) -> Field {
        self.required = true;
        self
    }
}

/// Structures as tables with one line per field: tag, name, what is special about it, type and a sentence.
macro_rules! structures {
    ($($id:ident $name:literal $doc:literal {
        $($tag:literal $field:literal $($flag:ident $(($within:literal))?)*: $ty:expr => $sentence:literal;)*
    })*) => { $(
        #[doc = $doc]
        pub(crate) static $id: $crate::kubernetes::schema::Schema = $crate::kubernetes::schema::Schema {
            name: $name,
            doc: $doc,
            fields: &[$(
                $crate::kubernetes::schema::field($tag, $field, $ty, $sentence)$(.$flag($($within)?))*
            ),*],
        };
    )* };
}
pub(crate) use structures;

/// What a field holds.
#[derive(Clone, Copy)]
pub(crate) enum Type {
    /// A string.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A 32-bit integer.
    Int32,
    /// A 64-bit integer.
    Int64,
    /// An RFC 3339 time in whole seconds.
    Time,
    /// An RFC 3339 time with microseconds.
    MicroTime,
    /// An amount such as `500m` or `1Gi`; a number in JSON is one, too.
    Quantity,
    /// A number, or the name of one.
    IntOrString,
    /// The JSON tree of `managedFields`, carried in protobuf as its text.
    FieldsV1,
    /// A structure.
    Object(&'static Schema),
    /// An object with free keys.
    Map(&'static Type),
    /// A list, and how two of them merge.
    List(&'static Type, ListType),
    /// A list of strings that protobuf wraps into a message of its own.
    WrappedTexts,
}

/// How lists merge: Kubernetes' `x-kubernetes-list-type`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListType {
    /// As a whole.
    Atomic,
    /// Item by item, each a scalar that occurs once.
    Set,
    /// Item by item, each identified by these keys; the first is the merge key of strategic merge patches.
    Map(&'static [&'static str]),
}

impl Type {
    /// The name that Go's decoder gives it in errors.
    pub(crate) fn go_name(&self) -> String {
        match self {
            Type::Text => "string".to_owned(),
            Type::Boolean => "bool".to_owned(),
            Type::Int32 => "int32".to_owned(),
            Type::Int64 => "int64".to_owned(),
            Type::Time => "v1.Time".to_owned(),
            Type::MicroTime => "v1.MicroTime".to_owned(),
            Type::Quantity => "resource.Quantity".to_owned(),
            Type::IntOrString => "intstr.IntOrString".to_owned(),
            Type::FieldsV1 => "v1.FieldsV1".to_owned(),
            Type::Object(schema) => format!("v1.{}", schema.short_name()),
            Type::Map(value) => format!("map[string]{}", value.go_name()),
            Type::List(item, _) => format!("[]{}", item.go_name()),
            Type::WrappedTexts => "v1.ExtraValue".to_owned(),
        }
    }
}
