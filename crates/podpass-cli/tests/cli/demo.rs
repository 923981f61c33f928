//! The README's first command.

use crate::assert_answer;
use crate::workbench::Workbench;

#[test]
fn demo_tells_the_whole_story_the_same_way_every_time() {
    let bench = Workbench::new();
    let mut command = bench.command("demo");
    // It needs nothing from its surroundings.
    let output = command.env_clear().output().unwrap();
    let answer = crate::workbench::answer(output);
    assert_eq!(answer.stdout, bench.run("demo").stdout);
    assert_answer!(answer);
}
