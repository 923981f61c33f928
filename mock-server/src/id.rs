//! Identifiers as AWS forms them, from a generator that a seed makes repeatable.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::account::AccountId;

/// A source of identifiers.
#[derive(Debug)]
pub(crate) struct Ids {
    random: ChaCha8Rng,
    is_seeded: bool,
}

/// How far a seeded source has come, so that it can go on elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Position {
    seed: [u8; 32],
    /// How many words of the generator were used.
    words: u64,
}

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const LOWER: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const HEX: &[u8; 16] = b"0123456789ABCDEF";

impl Ids {
    /// The same ids in the same order for the same seed; ids of its own for each server without one.
    pub(crate) fn new(seed: Option<u64>) -> Self {
        let random = match seed {
            Some(seed) => ChaCha8Rng::seed_from_u64(seed),
            None => ChaCha8Rng::from_rng(&mut rand::rng()),
        };
        Self {
            random,
            is_seeded: seed.is_some(),
        }
    }

    /// A source that goes on where another has come to.
    pub(crate) fn at(position: &Position) -> Self {
        let mut random = ChaCha8Rng::from_seed(position.seed);
        random.set_word_pos(position.words.into());
        Self {
            random,
            is_seeded: true,
        }
    }

    /// How far the source has come; without a seed it need not go on anywhere.
    pub(crate) fn position(&self) -> Option<Position> {
        self.is_seeded.then(|| Position {
            seed: self.random.get_seed(),
            // The generator repeats itself before this is too small.
            words: u64::try_from(self.random.get_word_pos()).unwrap_or(u64::MAX),
        })
    }

    /// Goes on where another source has come to, if that is one of the same seed.
    pub(crate) fn resume(&mut self, position: &Position) {
        if self.is_seeded && self.random.get_seed() == position.seed {
            *self = Self::at(position);
        }
    }

    /// A source of its own, as repeatable as this one.
    pub(crate) fn fork(&mut self) -> Self {
        Self {
            random: ChaCha8Rng::from_rng(&mut self.random),
            is_seeded: self.is_seeded,
        }
    }

    /// An IAM unique id such as `AROA…`, 21 characters, that tells its account.
    ///
    /// Characters 5 to 12 are base32 of 2³⁹ + half the account; the 13th lies in the upper half of the
    /// alphabet when the account is odd.
    pub(crate) fn unique(&mut self, prefix: &str, account: AccountId) -> String {
        self.embedding(prefix, account, 21)
    }

    /// An access key id such as `ASIA…`, 20 characters, that tells its account.
    pub(crate) fn access_key(&mut self, prefix: &str, account: AccountId) -> String {
        self.embedding(prefix, account, 20)
    }

    fn embedding(&mut self, prefix: &str, account: AccountId, length: usize) -> String {
        let number = (1u64 << 39) + account.number() / 2;
        let digit = |n: u64| char::from(BASE32[(n % 32) as usize]);
        let mut id = prefix.to_owned();
        id.extend((0..8).rev().map(|place| digit(number >> (5 * place))));
        let half = 16 * (account.number() % 2);
        id.push(digit(half + self.random.random_range(0..16u64)));
        let rest = length.saturating_sub(id.len());
        id.push_str(&self.letters(BASE32, rest));
        id
    }

    /// An EKS association id: `a-` and 17 letters or digits.
    pub(crate) fn association(&mut self) -> String {
        format!("a-{}", self.letters(LOWER, 17))
    }

    /// A secret access key: 40 characters of base64's alphabet.
    pub(crate) fn secret(&mut self) -> String {
        self.letters(BASE64, 40)
    }

    /// A session token of at least so many bytes, opaque to everyone, that begins and looks like AWS's.
    pub(crate) fn session_token(&mut self, at_least: usize) -> String {
        const START: &str = "IQoJb3JpZ2luX2Vj";
        const USUAL: usize = 376;
        let rest = at_least.max(USUAL) - START.len();
        format!("{START}{}", self.letters(BASE64, rest))
    }

    /// The id of a cluster's OIDC issuer: 32 upper-case hexadecimal digits.
    pub(crate) fn issuer(&mut self) -> String {
        self.letters(HEX, 32)
    }

    /// A random UUID, as request ids are.
    pub(crate) fn uuid(&mut self) -> String {
        uuid(&mut self.random)
    }

    /// A number out of a range that includes both its ends.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.random.random_range(low..=high)
    }

    /// A number from 0 to 1, without 1.
    pub(crate) fn share(&mut self) -> f64 {
        self.random.random()
    }

    /// So many characters of an alphabet.
    pub(crate) fn letters(&mut self, alphabet: &[u8], count: usize) -> String {
        (0..count)
            .map(|_| char::from(alphabet[self.random.random_range(0..alphabet.len())]))
            .collect()
    }
}

/// A UUID that nobody can foretell, whatever the seed.
pub(crate) fn random_uuid() -> String {
    uuid(&mut rand::rng())
}

fn uuid(random: &mut impl Rng) -> String {
    let mut bytes = [0; 16];
    random.fill_bytes(&mut bytes);
    let uuid = uuid::Builder::from_random_bytes(bytes).into_uuid();
    let mut text = uuid::Uuid::encode_buffer();
    uuid.hyphenated().encode_lower(&mut text).to_owned()
}

/// The number that a letter of an IAM unique id stands for.
pub(crate) fn base32_value(letter: u8) -> Option<u64> {
    BASE32
        .iter()
        .position(|known| *known == letter)
        .map(|value| value as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unique_ids_embed_their_account_as_aws_does() -> Result<(), crate::account::InvalidAccountId>
    {
        // From a CloudTrail sample: AROA37QFXJP5LOO5CGXEC belongs to 823571991546.
        let account: AccountId = "823571991546".parse()?;
        let id = Ids::new(Some(1)).unique("AROA", account);
        assert_eq!(id.len(), 21);
        assert!(id.starts_with("AROA37QFXJP5"), "{id}");
        assert!(
            matches!(id.as_bytes()[12], b'A'..=b'P'),
            "an even account: {id}"
        );
        Ok(())
    }

    #[test]
    fn a_seeded_source_goes_on_where_it_was_and_no_other_does() {
        let mut ids = Ids::new(Some(7));
        ids.association();
        let position = ids.position().unwrap();
        let text = serde_json::to_string(&position).unwrap();
        let mut resumed = Ids::new(Some(7));
        resumed.resume(&serde_json::from_str(&text).unwrap());
        assert_eq!(ids.uuid(), resumed.uuid());
        let mut other = Ids::new(Some(8));
        other.resume(&position);
        assert_eq!(other.uuid(), Ids::new(Some(8)).uuid());
        assert_eq!(Ids::new(None).position(), None);
    }

    #[test]
    fn a_seed_makes_ids_repeatable() {
        let mut ids = [Ids::new(Some(7)), Ids::new(Some(7))];
        let [first, second] = ids
            .each_mut()
            .map(|ids| (ids.association(), ids.uuid(), ids.issuer()));
        assert_eq!(first, second);
        assert_eq!(first.0.len(), 19);
    }
}
