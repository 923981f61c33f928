//! When two documents mean the same.

use std::collections::BTreeSet;

use super::{Clause, Condition, Effect, PolicyDocument, PrincipalKind, Principals, Statement};
use crate::condition::Operator;

impl PolicyDocument {
    /// Whether IAM decides alike by both documents, so that replacing one by the other changes nothing.
    ///
    /// Ignored are: the order of statements and of lists, a string against a list of one, `Sid`, `Id`,
    /// white space, the case of actions, of condition operators and keys, an account id against its
    /// root ARN, `"*"` against `{"AWS": "*"}`, repeated entries. A missing version is `2008-10-17`.
    ///
    /// ```
    /// use podpass_policy::PolicyDocument;
    ///
    /// let one = r#"{"Statement": {"Effect": "Allow", "Action": ["s3:getobject"], "Resource": "*"}}"#;
    /// let two = r#"{"Version": "2008-10-17", "Statement": [{"Sid": "A", "Effect": "Allow",
    ///               "Action": "s3:GetObject", "Resource": ["*"]}]}"#;
    /// assert!(PolicyDocument::parse(one)?.same_meaning(&PolicyDocument::parse(two)?));
    /// # Ok::<(), podpass_policy::ParseError>(())
    /// ```
    pub fn same_meaning(&self, other: &Self) -> bool {
        self.effective_version() == other.effective_version() && self.meaning() == other.meaning()
    }

    fn meaning(&self) -> BTreeSet<Meaning> {
        self.statements.iter().map(Meaning::of).collect()
    }
}

/// A statement freed from all that does not matter.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Meaning {
    effect: Effect,
    principal: Option<Clause<BTreeSet<(PrincipalKind, String)>>>,
    action: Option<Clause<BTreeSet<String>>>,
    resource: Option<Clause<BTreeSet<String>>>,
    conditions: BTreeSet<(String, String, BTreeSet<String>)>,
}

impl Meaning {
    fn of(statement: &Statement) -> Self {
        let texts = |list: &Vec<String>| list.iter().cloned().collect();
        let folded =
            |list: &Vec<String>| list.iter().map(|text| text.to_ascii_lowercase()).collect();
        Self {
            effect: statement.effect,
            principal: statement
                .principal
                .as_ref()
                .map(|clause| map(clause, principals)),
            action: statement.action.as_ref().map(|clause| map(clause, folded)),
            resource: statement.resource.as_ref().map(|clause| map(clause, texts)),
            conditions: statement.conditions.iter().map(condition).collect(),
        }
    }
}

fn map<T, U>(clause: &Clause<T>, change: impl Fn(&T) -> U) -> Clause<U> {
    match clause {
        Clause::Only(listed) => Clause::Only(change(listed)),
        Clause::AllBut(listed) => Clause::AllBut(change(listed)),
    }
}

fn principals(principals: &Principals) -> BTreeSet<(PrincipalKind, String)> {
    match principals {
        Principals::Everyone => [(PrincipalKind::Aws, "*".to_owned())].into(),
        Principals::Listed(entries) => entries
            .iter()
            .map(|entry| (entry.kind.clone(), account_of_root(&entry.value).to_owned()))
            .collect(),
    }
}

/// `arn:aws:iam::111122223333:root` and `111122223333` are the same principal.
pub(crate) fn account_of_root(principal: &str) -> &str {
    principal
        .strip_suffix(":root")
        .and_then(|front| front.strip_prefix("arn:"))
        .and_then(|front| front.split_once(":iam::"))
        .map_or(principal, |(_, account)| account)
}

fn condition(condition: &Condition) -> (String, String, BTreeSet<String>) {
    let folds = Operator::parse(&condition.operator).is_some_and(Operator::folds_values);
    let value = |text: &String| {
        if folds {
            text.to_ascii_lowercase()
        } else {
            text.clone()
        }
    };
    (
        condition.operator.to_ascii_lowercase(),
        condition.key.to_ascii_lowercase(),
        condition.values.iter().map(value).collect(),
    )
}
