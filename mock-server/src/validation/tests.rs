use serde_json::json;

use super::*;

const NAME: Pattern = Pattern {
    text: "[a-z]+",
    accepts: |text| text.chars().all(|c| c.is_ascii_lowercase()),
    instead: None,
};
const MEMBERS: &[Member] = &[
    Member::new("RoleName", Shape::Text(1, 4, Some(NAME))).required(),
    Member::new("MaxItems", Shape::Integer(1, 10)),
    Member::new(
        "Tags",
        Shape::List(
            0,
            2,
            &Shape::Structure(&[Member::text("Key", 1, 2).required()]),
        ),
    ),
];

#[test]
fn a_missing_required_member_must_not_be_null() {
    let violations = check(MEMBERS, &json!({})).unwrap_err();
    assert_eq!(
        violations.message(false),
        "1 validation error detected: Value at 'roleName' failed to satisfy constraint: Member must not be null"
    );
    assert!(
        violations
            .message(true)
            .contains("Value null at 'roleName'")
    );
}

#[test]
fn several_violations_are_counted_and_joined_in_one_message() {
    let input =
        json!({"RoleName": "ABCDE", "MaxItems": 11, "Tags": [{"Key": "a"}, {"Key": "abc"}]});
    assert_eq!(
        check(MEMBERS, &input).unwrap_err().message(true),
        "4 validation errors detected: \
         Value 'ABCDE' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 4; \
         Value 'ABCDE' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+; \
         Value '11' at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 10; \
         Value 'abc' at 'tags.2.member.key' failed to satisfy constraint: Member must have length less than or equal to 2"
    );
}

#[test]
fn keys_and_values_of_a_map_are_named_together() {
    const TAGS: &[Member] = &[Member::new("tags", Shape::Map((1, 50), (1, 3), (0, 2)))];
    let violations = check(TAGS, &json!({"tags": {"long": "abc"}})).unwrap_err();
    assert_eq!(
        violations.message(false),
        "2 validation errors detected: Value at 'tags' failed to satisfy constraint: Map keys must \
         satisfy constraint: [Member must have length less than or equal to 3, Member must have length \
         greater than or equal to 1]; Value at 'tags' failed to satisfy constraint: Map value must \
         satisfy constraint: [Member must have length less than or equal to 2, Member must have length \
         greater than or equal to 0]"
    );
}

#[test]
fn what_the_members_do_not_name_is_taken_out_at_every_depth() {
    let mut input = Map::from_iter([
        ("Tags".to_owned(), json!([{"Key": "a", "Color": "red"}])),
        ("Size".to_owned(), json!(5)),
    ]);
    keep_known(MEMBERS, &mut input);
    assert_eq!(Value::Object(input), json!({"Tags": [{"Key": "a"}]}));
}

#[test]
fn a_value_of_another_type_is_a_violation() {
    let violations = check(MEMBERS, &json!({"RoleName": 5})).unwrap_err();
    assert!(
        violations
            .message(false)
            .ends_with("Member must be of type string")
    );
}
