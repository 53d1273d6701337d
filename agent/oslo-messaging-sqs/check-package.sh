#!/usr/bin/env bash
# Builds the wheel and the source archive, looks at what is in them, installs the wheel into an empty environment, and finds the
# driver there by its entry point. Needs Python and its package index.
set -euo pipefail
cd "$(dirname "$0")"
python="${PYTHON:-python3}"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)

# The build writes beside its sources, so it is given a copy.
cp -r pyproject.toml README.md src "$out"
"$python" -m venv "$out/venv"
"$out/venv/bin/pip" install --quiet build
"$out/venv/bin/python" -m build --outdir "$out/dist" "$out" > "$out/log" 2>&1 || { cat "$out/log"; exit 1; }
"$python" -m venv --clear "$out/venv"
"$out/venv/bin/pip" install --quiet "$out/dist/oslo_messaging_sqs-$version-py3-none-any.whl"
"$out/venv/bin/pip" check
"$out/venv/bin/python" - "$version" "$out/dist/oslo_messaging_sqs-$version.tar.gz" << 'CHECK'
import sys
import tarfile
from importlib.metadata import distribution, entry_points, files

version, source = sys.argv[1:]
names = {str(path).rsplit("/", 1)[-1] for path in files("oslo-messaging-sqs") or []}
assert distribution("oslo-messaging-sqs").version == version, "the wheel has another version"
assert {"driver.py", "py.typed", "METADATA", "entry_points.txt"} <= names, f"the wheel lacks a file: {sorted(names)}"
(driver,) = [each for each in entry_points(group="oslo.messaging.drivers") if each.name == "sqs"]
assert driver.load().__name__ == "SQSDriver", "the entry point leads elsewhere"
archived = {name.split("/", 1)[-1] for name in tarfile.open(source).getnames()}
assert {"pyproject.toml", "README.md", "src/oslo_messaging_sqs/driver.py"} <= archived, "the source archive lacks a file"
print("built, installed and loaded")
CHECK
