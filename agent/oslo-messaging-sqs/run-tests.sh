#!/usr/bin/env bash
# The driver's checks: format, lint and types, then the suite with the newest and the oldest oslo.messaging, each under
# native threads and under eventlet, then the package. Needs Python 3.11, the repository's node_modules and Python's package index; what it
# installs goes into a cache folder. Arguments are handed to pytest.
set -euo pipefail
cd "$(dirname "$0")"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/serverless-conductor/oslo-messaging-sqs"
python="${PYTHON:-python3}"
mkdir -p "$cache"

if ! command -v uv > /dev/null; then
  [ -x "$cache/uv/bin/uv" ] || { "$python" -m venv "$cache/uv" && "$cache/uv/bin/pip" install --quiet uv; }
  PATH="$cache/uv/bin:$PATH"
fi

# Makes a virtual environment of a constraints file, anew when the file or the project's own requirements have changed.
environment() {
  local name=$1 folder
  folder="$cache/$name-$(cat "tests/$name.txt" pyproject.toml | sha256sum | cut -c1-12)"
  if [ ! -e "$folder/complete" ]; then
    rm -rf "$folder"
    uv venv --quiet --python "$python" "$folder" >&2
    uv pip install --quiet --python "$folder/bin/python" --constraint "tests/$name.txt" \
      --requirement "tests/$name.txt" '.[test]' >&2
    uv pip uninstall --quiet --python "$folder/bin/python" oslo-messaging-sqs >&2
    touch "$folder/complete"
  fi
  # the code itself is installed each time, since entry points are found by what is installed
  uv pip install --quiet --python "$folder/bin/python" --no-deps --reinstall --editable . >&2
  echo "$folder/bin"
}

newest=$(environment newest)
"$newest/ruff" format --check .
"$newest/ruff" check .
"$newest/mypy"
oldest=$(environment oldest)
for bin in "$newest" "$oldest"; do
  version=$("$bin/python" -c 'from importlib.metadata import version as v; print(v("oslo.messaging"), "boto3", v("boto3"))')
  echo "== oslo.messaging $version, native threads"
  "$bin/pytest" --quiet "$@"
  echo "== oslo.messaging $version, eventlet"
  TEST_EVENTLET=1 "$bin/pytest" --quiet "$@"
done
./check-package.sh
