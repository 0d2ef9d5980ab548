#!/usr/bin/env bash
# Runs a scenario: ./run.sh [SCENARIO] [options of `fleetsim run`]. Installs what is missing, builds the release, runs.
set -euo pipefail
cd "$(dirname "$0")"

tools/install-deps.sh run
tools/build.sh release fleetsim

if [ $# -eq 0 ] || [ "${1#-}" != "$1" ]; then set -- scenarios/quickstart.yaml "$@"; fi
exec build/release/bin/fleetsim run "$@"
