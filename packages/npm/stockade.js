#!/usr/bin/env node
// Runs the binary of the package for this platform, which npm installs as an optional dependency.
"use strict";

const { spawnSync } = require("node:child_process");
const { constants } = require("node:os");

function platform() {
  if (process.platform !== "linux") return `${process.platform}-${process.arch}`;
  // Without it the report looks up the names of open connections.
  process.report.excludeNetwork = true;
  const glibc = process.report.getReport().header.glibcVersionRuntime;
  return `linux-${process.arch}-${glibc ? "gnu" : "musl"}`;
}

function binary() {
  const name = `@stockade-dev/stockade-${platform()}`;
  const file = process.platform === "win32" ? "stockade.exe" : "stockade";
  try {
    return require.resolve(`${name}/bin/${file}`);
  } catch {
    console.error(
      `error: the package ${name} is not installed: either there is none for this platform, or npm was told to ` +
        "leave out optional dependencies; install without `--omit=optional`, or see " +
        "https://github.com/stockade-dev/stockade#install for other ways",
    );
    process.exit(2);
  }
}

const run = spawnSync(binary(), process.argv.slice(2), { stdio: "inherit", windowsHide: true });
if (run.error) {
  console.error(`error: cannot run the binary: ${run.error.message}`);
  process.exit(2);
}
// A shell tells of a signal by this number.
process.exit(run.signal ? 128 + constants.signals[run.signal] : run.status);
