#!/usr/bin/env bash
# Runs a scenario: ./run.sh [SCENARIO] [options of `fleetsim run`]. Installs what is missing, builds the release, runs. File names count
# from where it is called.
set -euo pipefail
root=$(cd "$(dirname "$0")" && pwd)

"$root/tools/install-deps.sh" run
"$root/tools/build.sh" release fleetsim

if [ $# -eq 0 ] || [ "${1#-}" != "$1" ]; then set -- "$root/scenarios/quickstart.yaml" "$@"; fi
exec "$root/build/release/bin/fleetsim" run "$@"
