//! The wheel, in a fresh environment.

use super::{Bench, succeed};
use crate::release::VERSION;
use anyhow::{Result, bail};
use std::process::Command;

pub fn run(bench: &Bench) -> Result<String> {
    let programs = bench.python("wheel")?;
    let mut pip = Command::new(programs.join("python"));
    pip.args(["-m", "pip", "install", "--quiet", &format!("stockade=={VERSION}")]);
    succeed(bench.offline(&mut pip))?;
    bench.try_binary(&programs.join("stockade"))?;
    for page in
        ["man/man1/stockade.1", "zsh/site-functions/_stockade", "fish/vendor_completions.d/stockade.fish"]
    {
        if !programs.join("../share").join(page).is_file() {
            bail!("the environment has no share/{page}");
        }
    }
    Ok("installed with pip".into())
}
