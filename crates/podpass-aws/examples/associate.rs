//! The whole workflow on a manifest: observe, plan, apply, verify.
//!
//! Account, region, endpoint and kubeconfig come from the environment, as for the AWS CLI and kubectl:
//!
//! ```text
//! cargo run -p podpass-aws --example associate -- podpass.yaml
//! ```

use std::error::Error;
use std::process::ExitCode;

use podpass::{Depth, Desired, Event, Manifest, PlanOptions, Run, apply, observe, plan, verify};
use podpass_aws::World;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: associate MANIFEST")?;
    let manifest = Manifest::parse(&std::fs::read_to_string(path)?)?;

    let world = World::builder().build().await?;
    let run = Run::new(world);
    let caller = run.caller_identity().await?;
    let desired = Desired::resolve(&manifest, &caller, run.world().region())?;

    let observed = observe(&run, &desired, Depth::Plan).await?;
    let plan = plan(&desired, &observed, PlanOptions::default())?;
    say(&plan);

    let progress = |event: &Event<'_>| {
        if let Event::Finished { index, .. } = event {
            say(&format_args!("step {} is done", index + 1));
        }
    };
    apply(&run, &plan, &progress).await?;

    let report = verify(&desired, &observe(&run, &desired, Depth::Verify).await?);
    say(&report);
    Ok(if report.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Programs print; libraries do not.
#[allow(clippy::print_stdout, reason = "this is a program")]
fn say(line: &dyn std::fmt::Display) {
    println!("{line}");
}
