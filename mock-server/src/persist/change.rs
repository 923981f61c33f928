//! What one call wrote.

/// One write to the rows that are kept.
pub(crate) enum Write {
    /// A row is there, and this is it.
    Put {
        place: String,
        key: String,
        row: String,
    },
    /// A row is gone.
    Remove { place: String, key: String },
    /// All rows are gone of the places under this one.
    Forget(String),
    /// All rows are gone.
    Clear,
}

/// The writes of one call, which are kept as a whole or not at all.
pub(crate) type Change = Vec<Write>;
