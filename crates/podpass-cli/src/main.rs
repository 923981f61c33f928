//! The `podpass` command.

fn main() {
    podpass_cli::run();
}
