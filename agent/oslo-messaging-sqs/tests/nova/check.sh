#!/usr/bin/env bash
# A stock nova-compute over the driver: check.sh 26.3.0 or check.sh 34.0.0 (default both). It installs the release into a
# cache folder, starts the local world and Placement, and has the compute register, send heartbeats, build a server and
# outlive an outage of SQS. Needs Python 3.11, the repository's node_modules and Python's package index.
set -euo pipefail
cd "$(dirname "$0")"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/serverless-conductor/nova"
python="${PYTHON:-python3}"
mkdir -p "$cache"

if ! command -v uv > /dev/null; then
  [ -x "$cache/uv/bin/uv" ] || { "$python" -m venv "$cache/uv" && "$cache/uv/bin/pip" install --quiet uv; }
  PATH="$cache/uv/bin:$PATH"
fi

declare -A pins=(
  [26.3.0]='nova==26.3.0 SQLAlchemy<2 oslo.db<13 oslo.messaging<15 oslo.utils<7 oslo.versionedobjects<3.2 oslo.service<3.2 oslo.log<6 eventlet<0.40 setuptools<70'
  [34.0.0]='nova==34.0.0 SQLAlchemy<2.1'
  [placement]='openstack-placement==16.0.0 SQLAlchemy<2.1 waitress==3.0.2'
)

# Makes the virtual environment of a release where there is none.
environment() {
  local name=$1 folder="$cache/$1"
  if [ ! -e "$folder/complete" ]; then
    rm -rf "$folder"
    uv venv --quiet --python "$python" "$folder"
    # the pins are words of their own
    # shellcheck disable=SC2086
    uv pip install --quiet --python "$folder/bin/python" ${pins[$name]}
    touch "$folder/complete"
  fi
}

environment placement
[ $# -gt 0 ] || set -- 26.3.0 34.0.0
for release in "$@"; do
  environment "$release"
  uv pip install --quiet --python "$cache/$release/bin/python" --editable ../..
  "$python" check.py "$release" "$cache/$release/bin/nova-compute" "$cache/placement/bin/python"
done
