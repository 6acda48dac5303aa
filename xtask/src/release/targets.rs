//! The platforms that a release is built for.

use anyhow::{Context as _, Result};
use std::process::Command;

/// A platform.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Rust's name of it.
    pub triple: &'static str,
    /// What ends the name of its npm package.
    pub npm: &'static str,
    /// `os`, `cpu` and `libc` of its package.json.
    pub os: &'static str,
    pub cpu: &'static str,
    pub libc: Option<&'static str>,
}

const fn target(
    triple: &'static str,
    npm: &'static str,
    os: &'static str,
    cpu: &'static str,
    libc: Option<&'static str>,
) -> Target {
    Target { triple, npm, os, cpu, libc }
}

/// All of them. `packages/npm/stockade.js` finds the package by its name.
pub const TARGETS: [Target; 8] = [
    target("x86_64-unknown-linux-gnu", "linux-x64-gnu", "linux", "x64", Some("glibc")),
    target("aarch64-unknown-linux-gnu", "linux-arm64-gnu", "linux", "arm64", Some("glibc")),
    target("x86_64-unknown-linux-musl", "linux-x64-musl", "linux", "x64", Some("musl")),
    target("aarch64-unknown-linux-musl", "linux-arm64-musl", "linux", "arm64", Some("musl")),
    target("x86_64-apple-darwin", "darwin-x64", "darwin", "x64", None),
    target("aarch64-apple-darwin", "darwin-arm64", "darwin", "arm64", None),
    target("x86_64-pc-windows-msvc", "win32-x64", "win32", "x64", None),
    target("aarch64-pc-windows-msvc", "win32-arm64", "win32", "arm64", None),
];

impl Target {
    /// The platform that the compiler builds for when it is told nothing.
    pub fn of_this_machine() -> Result<Self> {
        let output = Command::new("rustc").arg("-vV").output().context("cannot run rustc")?;
        let text = String::from_utf8(output.stdout)?;
        let host = text.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
        let known = TARGETS.into_iter().find(|target| target.triple == host);
        known.with_context(|| format!("there are no releases for `{host}`: add it to TARGETS"))
    }

    /// The name of the binary's file.
    pub fn binary(self) -> &'static str {
        if self.os == "win32" { "stockade.exe" } else { "stockade" }
    }
}
