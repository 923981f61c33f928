//! `/_podpass/throttle`: the rates to which calls are throttled.

use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::json_response;
use crate::dispatch::Shared;
use crate::json_read;
use crate::protocol::Response;
use crate::throttle::Rates;

/// What is set: all classes that are not named take any number of calls.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    throttle: Setting,
}

/// The rates by class, or AWS's own.
#[derive(Debug)]
struct Setting(Rates);

impl<'de> Deserialize<'de> for Setting {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use serde::de::{Error, MapAccess, Unexpected, Visitor, value::MapAccessDeserializer};

        struct SettingVisitor;

        impl<'de> Visitor<'de> for SettingVisitor {
            type Value = Setting;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("\"aws\", or an object of classes and their rates")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Setting, E> {
                match text {
                    "aws" => Ok(Setting(Rates::aws())),
                    other => Err(E::invalid_value(Unexpected::Str(other), &self)),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Setting, A::Error> {
                Rates::deserialize(MapAccessDeserializer::new(map)).map(Setting)
            }
        }

        from.deserialize_any(SettingVisitor)
    }
}

/// Tells the rates.
pub(super) fn tell(shared: &Shared) -> Response {
    let rates = shared.throttle.rates();
    json_response(StatusCode::OK, &json!({ "throttle": rates }))
}

/// Sets the rates, and tells them.
pub(super) fn set(shared: &Shared, body: &[u8]) -> Response {
    match json_read::read::<Settings>(body) {
        Ok(settings) => {
            shared.throttle.set(settings.throttle.0);
            tell(shared)
        }
        Err(error) => {
            let message = error.to_string();
            json_response(StatusCode::BAD_REQUEST, &json!({ "message": message }))
        }
    }
}
