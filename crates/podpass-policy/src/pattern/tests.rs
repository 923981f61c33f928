use super::*;
use crate::Version;

fn matches(pattern: &str, wildcards: Wildcards, text: &str) -> bool {
    let dialect = Dialect::text(wildcards, Version::V2012);
    let context = [("aws:username", "a*b")].into_iter().collect();
    Pattern::compile(pattern, dialect).matches(text, &context) == Truth::Yes
}

#[test]
fn a_variables_value_is_literal() {
    assert!(matches("${aws:UserName}/x", Wildcards::Glob, "a*b/x"));
    assert!(!matches("${aws:UserName}/x", Wildcards::Glob, "aXb/x"));
}

#[test]
fn a_missing_variable_matches_nothing_unless_it_has_a_default() {
    assert!(!matches("*${aws:userid}", Wildcards::Glob, "x"));
    assert!(matches(
        "t/${aws:PrincipalTag/team, 'all'}",
        Wildcards::Glob,
        "t/all"
    ));
}

#[test]
fn escapes_are_literal_characters() {
    assert!(matches("a${*}${?}${$}", Wildcards::Glob, "a*?$"));
    assert!(!matches("a${*}", Wildcards::Glob, "ab"));
    assert!(matches("a${b", Wildcards::Glob, "a${b"));
}

#[test]
fn a_resource_star_crosses_colons_only_at_the_end_of_its_field() {
    let table = "arn:aws:dynamodb:us-east-1:1111:table/prod-x";
    assert!(matches(
        "arn:aws:dynamodb:*:table/prod-*",
        Wildcards::Resource,
        table
    ));
    assert!(!matches(
        "arn:aws:dynamodb:*:table/prod-*",
        Wildcards::ArnFields,
        table
    ));
    assert!(!matches(
        "arn:aws:dynamodb:u*1111:table/prod-x",
        Wildcards::Resource,
        table
    ));
    assert!(matches(
        "arn:aws:dynamodb:u*1:*:table/*",
        Wildcards::ArnFields,
        table
    ));
}

#[test]
fn hostile_patterns_end() {
    let pattern = "a*".repeat(40) + "b";
    assert!(!matches(&pattern, Wildcards::Glob, &"a".repeat(2000)));
}

/// The definition of matching, without any thought of speed.
fn naive(pattern: &[char], text: &[char], wildcards: Wildcards, colons: usize) -> bool {
    let Some((&first, rest)) = pattern.split_first() else {
        return text.is_empty();
    };
    let in_field = |ends: bool| match wildcards {
        Wildcards::ArnFields => colons < 5,
        Wildcards::Resource => colons < 5 && !ends,
        Wildcards::Glob | Wildcards::Literal => false,
    };
    match first {
        '*' => {
            let bound = in_field(rest.first().is_none_or(|next| *next == ':'));
            (0..=text.len())
                .take_while(|taken| !(bound && text[..*taken].contains(&':')))
                .any(|taken| naive(rest, &text[taken..], wildcards, colons))
        }
        '?' => {
            let allowed = |c: &char| !(in_field(false) && *c == ':');
            text.first().is_some_and(allowed) && naive(rest, &text[1..], wildcards, colons)
        }
        c => {
            let colons = colons + usize::from(c == ':');
            text.first() == Some(&c) && naive(rest, &text[1..], wildcards, colons)
        }
    }
}

proptest::proptest! {
    #[test]
    fn matching_agrees_with_its_definition(pattern in "[ab:*?]{0,12}", text in "[ab:]{0,14}") {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        for wildcards in [Wildcards::Glob, Wildcards::ArnFields, Wildcards::Resource] {
            let expected = naive(&chars(&pattern), &chars(&text), wildcards, 0);
            proptest::prop_assert_eq!(matches(&pattern, wildcards, &text), expected, "{:?}", wildcards);
        }
    }
}
