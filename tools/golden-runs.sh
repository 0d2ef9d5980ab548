#!/usr/bin/env bash
# Whole runs in simulated time against their golden trace hashes: tools/golden-runs.sh [PRESET] (default dev). After a change of behaviour
# that was meant, tools/golden-runs.sh --renew writes tests/golden/golden_runs.txt anew: commit it with the change.
set -euo pipefail
cd "$(dirname "$0")/.."

renew=()
preset=dev
for argument in "$@"; do
  case $argument in
    --renew) renew=(--renew) ;;
    -*) printf 'usage: tools/golden-runs.sh [PRESET] [--renew]\n' >&2; exit 2 ;;
    *) preset=$argument ;;
  esac
done
tools/build.sh "$preset" golden_runs
exec "build/$preset/bin/golden_runs" tests/golden/golden_runs.txt "${renew[@]}"
