#!/usr/bin/env bash
# The driver's checks: format, lint and types, then the suite with the newest and the oldest oslo.messaging, each under
# native threads and under eventlet, then the package. The tests mostly wait: all runs go side by side, each in two shares. Needs Python 3.11, the repository's node_modules and Python's package index; what it
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

logs=$(mktemp -d)
titles=() pids=()
# What goes on in the background hears nothing of an interrupt.
trap 'kill "${pids[@]}" 2> /dev/null || :; rm -rf "$logs"' EXIT

# Begins a run; its output is shown when it has ended.
begin() {
  local log=$logs/${#pids[@]}
  titles+=("$1")
  shift
  "$@" > "$log" 2>&1 &
  pids+=($!)
}

failed=0
# Waits for what was begun, and shows it.
finish() {
  local at
  for at in "${!pids[@]}"; do
    # 5: none of the tests that were asked for is in this share
    wait "${pids[at]}" || { [ $? -eq 5 ] && [ $# -gt 0 ]; } || failed=1
    echo "== ${titles[at]}"
    cat "$logs/$at"
  done
  titles=() pids=()
}

begin "the package" ./check-package.sh
# One version after the other: a call that waits for seconds is to be answered in them, on two cores too.
for bin in "$newest" "$oldest"; do
  version=$("$bin/python" -c 'from importlib.metadata import version as v; print(v("oslo.messaging"), "with boto3", v("boto3"))')
  for eventlet in '' 1; do
    for share in 0 1; do
      cached=cache_dir=.pytest_cache/$(basename "$(dirname "$bin")")-$eventlet$share
      TEST_EVENTLET=$eventlet TEST_SHARE=$share/2 begin "oslo.messaging $version, ${eventlet:+eventlet, }share $share" \
        "$bin/pytest" --quiet -o "$cached" "$@"
    done
  done
  finish "$@"
done
exit "$failed"
