#!/bin/sh
# Synthesises the CDK applications beside this script with the real AWS CDK.
# usage: synth.sh FOLDER: copies each of them into FOLDER, where it gets its `cdk.out`.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
mkdir -p "$1"
folder=$(CDPATH= cd -- "$1" && pwd)

# Nothing is looked up, reported or asked for.
export AWS_EC2_METADATA_DISABLED=true CDK_DISABLE_CLI_TELEMETRY=1 CI=true
unset AWS_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN 2>/dev/null || true

if ! cmp -s "$here/package-lock.json" "$folder/installed-lock.json"; then
  cp "$here/package.json" "$here/package-lock.json" "$folder"
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund)
  cp "$here/package-lock.json" "$folder/installed-lock.json"
fi
for app in "$here"/apps/*; do
  name=$(basename "$app")
  rm -rf "${folder:?}/$name"
  cp -R "$app" "$folder/$name"
  # `--debug` writes where each construct was made.
  (cd "$folder/$name" && ../node_modules/.bin/cdk synth --quiet --debug --no-notices --no-version-reporting)
done
