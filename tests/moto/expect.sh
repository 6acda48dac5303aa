#!/bin/sh
# Lets moto evaluate generated templates: writes `moto/expected.jsonl` below the target folder.
set -eu
cd "$(dirname "$0")/../.."
target="${CARGO_TARGET_DIR:-target}/moto"
if ! [ -f "$target/ready" ] || [ tests/moto/requirements.txt -nt "$target/ready" ]; then
    python3 -m venv "$target/environment"
    "$target/environment/bin/pip" install --quiet --disable-pip-version-check -r tests/moto/requirements.txt
    touch "$target/ready"
fi
"$target/environment/bin/python" tests/moto/generate.py "${1:-600}" >"$target/expected.jsonl"
