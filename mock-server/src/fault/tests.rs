use super::*;

fn call<'c>(operation: &'c str, resources: &'c dyn Fn() -> Vec<String>) -> Meeting<'c> {
    Meeting {
        service: "iam",
        operation,
        account: "111122223333",
        region: "us-west-2",
        caller: "arn:aws:iam::111122223333:user/admin",
        resources,
    }
}

fn met(faults: &Faults, operation: &str) -> Option<String> {
    let met = faults.meet(&call(operation, &Vec::new));
    met.map(|met| met.id().to_owned())
}

#[test]
fn the_first_fault_that_is_due_is_met_and_all_that_match_count() {
    let faults = Faults::none(None);
    let script = vec![
        Fault::on("Get*").nth(2).status(500).id("second"),
        Fault::on("GetRole").status(503),
        Fault::on("GetUser").status(503),
    ];
    assert_eq!(faults.add(script).unwrap(), ["second", "f-1", "f-2"]);
    assert_eq!(met(&faults, "GetRole").as_deref(), Some("f-1"));
    assert_eq!(met(&faults, "GetRole").as_deref(), Some("second"));
    assert_eq!(met(&faults, "ListRoles"), None);
    let counts = faults.list().into_iter().map(|it| (it.matched, it.fired));
    assert_eq!(counts.collect::<Vec<_>>(), [(2, 1), (2, 1), (0, 0)]);
}

#[test]
fn resources_are_asked_for_only_where_a_fault_looks_at_them() {
    let faults = Faults::none(None);
    let asked = std::cell::Cell::new(0);
    let resources = || {
        asked.set(asked.get() + 1);
        vec![
            "arn:aws:iam::111122223333:role/a".to_owned(),
            "a".to_owned(),
        ]
    };
    let of = |name: &str| Fault::on("GetRole").resource(name).status(500);
    faults.add(vec![of("b"), of("*:role/a"), of("a")]).unwrap();
    assert!(faults.meet(&call("ListRoles", &resources)).is_none());
    assert_eq!(asked.get(), 0);
    let met = faults.meet(&call("GetRole", &resources));
    assert_eq!(met.map(|met| met.id().to_owned()).as_deref(), Some("f-2"));
    assert_eq!(asked.get(), 1);
}

#[test]
fn faults_are_added_all_or_none() {
    let faults = Faults::none(None);
    let wrong = vec![Fault::on("GetRole").status(500), Fault::on("GetRole")];
    let refused = faults.add(wrong).unwrap_err().to_string();
    assert!(
        refused.starts_with("`faults[1].do`: expected one of"),
        "{refused}"
    );
    let twice = || Fault::on("GetRole").status(500).id("a");
    assert!(faults.add(vec![twice(), twice()]).is_err());
    assert!(!faults.any());
    faults.add(vec![twice()]).unwrap();
    assert!(faults.any());
    assert!(faults.add(vec![twice()]).is_err());
    assert_eq!(
        faults.remove("a").map(|report| report.id).as_deref(),
        Some("a")
    );
    assert!(!faults.any());
}

#[test]
fn a_reset_brings_back_what_there_was_at_the_start() {
    let faults = Faults::new(vec![Fault::on("GetRole").nth(1).status(500)], Some(1)).unwrap();
    let begun = faults.list();
    assert!(met(&faults, "GetRole").is_some());
    assert!(met(&faults, "GetRole").is_none());
    faults.add(vec![Fault::on("*").status(500)]).unwrap();
    faults.reset();
    assert_eq!(faults.list(), begun);
    assert!(met(&faults, "GetRole").is_some());
}

#[test]
fn chance_is_the_same_for_the_same_seed_whatever_stands_beside() {
    let outcomes = |seed, before: usize| {
        let faults = Faults::none(Some(seed));
        let chance = || Fault::on("GetRole").probability(0.5).status(500);
        faults.add(vec![chance()]).unwrap();
        let others = vec![Fault::on("GetUser").probability(0.5).status(500); before];
        faults.add(others).unwrap();
        let one = |_| {
            met(&faults, "GetUser");
            met(&faults, "GetRole").is_some()
        };
        (0..64).map(one).collect::<Vec<_>>()
    };
    assert_eq!(outcomes(7, 0), outcomes(7, 3));
    assert_ne!(outcomes(7, 0), outcomes(8, 0));
}

#[test]
fn what_is_written_is_read_again() {
    let faults = [
        Fault::on("Create*")
            .resource("web")
            .nth(1)
            .nth(3)
            .answer("Throttling"),
        Fault::on("*")
            .service("eks")
            .after(2)
            .probability(0.25)
            .delay_between(Duration::from_millis(1_500), Duration::from_secs(90)),
        Fault::on("GetRole")
            .delay_answer(Duration::from_secs(1))
            .truncate(5),
    ];
    let script = serde_json::json!({ "faults": faults }).to_string();
    assert_eq!(Fault::read_script(&script).unwrap(), faults);
}
