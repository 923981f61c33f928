//! `docs/cli.md`, written from the command line itself.

use std::fmt::Write;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/cli.md");

const INTRODUCTION: &str = "\
# The command line

What `podpass` and each of its commands say to `--help`. This page is written by the tests from the program itself:
`PODPASS_WRITE_DOCS=1 cargo test -p podpass-cli reference` writes it anew.
";

#[test]
fn reference_of_the_command_line_is_what_the_program_says() {
    let wanted = reference();
    if std::env::var_os("PODPASS_WRITE_DOCS").is_some() {
        std::fs::write(FILE, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(
        found == wanted,
        "docs/cli.md is out of date: PODPASS_WRITE_DOCS=1 cargo test -p podpass-cli reference"
    );
}

fn reference() -> String {
    let mut command = podpass_cli::command().term_width(100);
    command.build();
    let mut page = INTRODUCTION.to_owned();
    sections(&mut page, "podpass", &mut command);
    page
}

/// The section of a command, then those of its subcommands.
fn sections(page: &mut String, title: &str, command: &mut clap::Command) {
    section(page, title, command);
    for command in command.get_subcommands_mut() {
        let name = command.get_name().to_owned();
        if name != "help" {
            sections(page, &format!("{title} {name}"), command);
        }
    }
}

fn section(page: &mut String, title: &str, command: &mut clap::Command) {
    let help = command.render_long_help().to_string();
    let lines: Vec<&str> = help.trim().lines().map(str::trim_end).collect();
    write!(
        page,
        "\n## `{title}`\n\n```text\n{}\n```\n",
        lines.join("\n")
    )
    .unwrap();
}
