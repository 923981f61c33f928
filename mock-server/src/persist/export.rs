//! The JSON form of the state: `{"podpassState": 1, "rows": {PLACE: [ROW, …], …}}`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Change, ImportError, Rows, Write};

/// The version of the form, which changes with the members of rows.
const VERSION: u64 = 1;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Form<R> {
    podpass_state: u64,
    rows: R,
}

/// Writes rows down, those of each place in the order of their keys.
pub(crate) fn write(rows: &Change) -> String {
    let mut places: BTreeMap<&str, Vec<(&str, &RawValue)>> = BTreeMap::new();
    for write in rows {
        if let Write::Put { place, key, row } = write
            && let Ok(row) = serde_json::from_str(row)
        {
            places.entry(place).or_default().push((key, row));
        }
    }
    let rows: BTreeMap<&str, Vec<&RawValue>> = places
        .into_iter()
        .map(|(place, mut rows)| {
            rows.sort_by_key(|(key, _)| *key);
            (place, rows.into_iter().map(|(_, row)| row).collect())
        })
        .collect();
    let form = Form {
        podpass_state: VERSION,
        rows,
    };
    super::out::text(&form).unwrap_or_default()
}

/// Reads rows.
///
/// # Errors
/// When the text is no export, or one of another version.
pub(crate) fn read(text: &str) -> Result<Rows, ImportError> {
    let form = |error: serde_json::Error| ImportError::Form(error.to_string());
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Versioned {
        podpass_state: u64,
    }
    let Versioned { podpass_state } = serde_json::from_str(text).map_err(form)?;
    if podpass_state != VERSION {
        return Err(ImportError::Version {
            found: podpass_state,
            known: VERSION,
        });
    }
    let read: Form<Rows> = serde_json::from_str(text).map_err(form)?;
    Ok(read.rows)
}
