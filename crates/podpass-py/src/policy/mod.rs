//! The policy language for Python, which `podpass.policy` shows: one file per wrapped type, and `verb`
//! for what is asked of them.

mod assume_role;
mod decision;
mod document;
mod explanation;
pub(crate) mod given;
mod lint;
mod matched;
mod policy_set;
mod principal;
mod reason;
mod request;
mod statement;
pub(crate) mod verb;

pub(crate) use assume_role::AssumeRole;
pub(crate) use decision::Decision;
pub(crate) use document::PolicyDocument;
pub(crate) use explanation::Explanation;
pub(crate) use lint::Lint;
pub(crate) use matched::MatchedStatement;
pub(crate) use policy_set::PolicySet;
pub(crate) use principal::Principal;
pub(crate) use reason::Reason;
pub(crate) use request::Request;
pub(crate) use statement::Statement;
