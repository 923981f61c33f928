//! Wrong usage, help, schema and completions.

use serde_json::Value;

use crate::assert_answer;
use crate::workbench::{MANIFEST, Workbench};

#[test]
fn wrong_usage_answers_1_because_2_means_changes() {
    let bench = Workbench::new();
    for usage in [
        "",
        "plans",
        "plan --no-such-option",
        "plan -o xml",
        "plan -q -v",
        "completions tcsh",
    ] {
        let answer = bench.run(usage);
        assert_eq!(answer.status, 1, "podpass {usage}: {answer}");
        assert_eq!(answer.stdout, "", "podpass {usage}");
        assert!(!answer.stderr.is_empty(), "podpass {usage}");
    }
}

#[test]
fn misspelt_option_is_told_with_the_one_that_was_meant() {
    assert_answer!(Workbench::new().run("plan --regin us-west-2"));
}

#[test]
fn region_that_is_none_is_wrong_usage() {
    assert_answer!(Workbench::new().run("plan --region US_WEST"));
}

#[test]
fn help_and_version_are_answers() {
    let bench = Workbench::new();
    for usage in ["--help", "-h", "help plan", "plan --help", "--version"] {
        let answer = bench.run(usage);
        assert_eq!(answer.status, 0, "podpass {usage}: {answer}");
        assert!(!answer.stdout.is_empty(), "podpass {usage}");
        assert_eq!(answer.stderr, "", "podpass {usage}");
    }
}

#[test]
fn schema_is_json_schema_and_knows_every_key_of_the_example() {
    let answer = Workbench::new().run("schema");
    let schema: Value = serde_json::from_str(&answer.stdout).unwrap();
    assert!(
        schema["$schema"]
            .as_str()
            .unwrap()
            .contains("json-schema.org")
    );
    let example: Value = serde_saphyr::from_str(MANIFEST).unwrap();
    for key in [
        "/clusters/0",
        "/clusters/0/associations/0",
        "/clusters/0/associations/0/role",
    ]
    .into_iter()
    .flat_map(|place| example.pointer(place).unwrap().as_object().unwrap().keys())
    {
        assert!(answer.stdout.contains(&format!("\"{key}\"")), "{key}");
    }
}

#[test]
fn every_example_is_a_manifest() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let mut examples = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            let text = std::fs::read_to_string(&path).unwrap();
            if let Err(error) = podpass::Manifest::parse(&text) {
                panic!("{}: {error}", path.display());
            }
            examples += 1;
        }
    }
    assert!(examples >= 3);
}

#[test]
fn completions_exist_for_every_shell_and_know_the_commands() {
    let bench = Workbench::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let answer = bench.run(&format!("completions {shell}"));
        assert_eq!(answer.status, 0);
        assert!(answer.stdout.contains("destroy"), "{shell}");
    }
}

#[test]
fn colours_stay_away_from_pipes() {
    let bench = Workbench::new();
    assert!(!bench.run("plan").stdout.contains('\u{1b}'));
}

#[test]
fn no_color_wins_over_forced_colours() {
    let bench = Workbench::new();
    let colored = |arguments| {
        let output = bench
            .command(arguments)
            .env("CLICOLOR_FORCE", "1")
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().contains('\u{1b}')
    };
    assert!(colored("plan"));
    assert!(!colored("plan --no-color"));
}

#[test]
fn mock_is_the_same_program_as_podpass_mock() {
    let bench = Workbench::new();
    let answer = bench.run("mock --env --listen 127.0.0.1:4567 --region eu-west-1");
    assert_eq!(answer.status, 0, "{answer}");
    assert!(
        answer
            .stdout
            .contains("export AWS_ENDPOINT_URL=http://127.0.0.1:4567\n"),
        "{answer}"
    );
    let taken = bench
        .server()
        .uri()
        .trim_start_matches("http://")
        .to_owned();
    let answer = bench.run(&format!("mock --listen {taken}"));
    assert_eq!(answer.status, 1);
    assert!(
        answer.stderr.contains("the port is in use\nhelp: "),
        "{answer}"
    );
}
