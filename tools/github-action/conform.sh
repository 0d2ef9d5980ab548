#!/usr/bin/env bash
# What the composite action runs: `fleetsim conform` with the inputs of action.yml (CONFORM_DUT, CONFORM_FILTER, CONFORM_BASELINE, CONFORM_BUDGET,
# CONFORM_STRICT, CONFORM_REPORTS, CONFORM_FLEETSIM; empty is as if not given). Reports go to the folder CONFORM_REPORTS, the Markdown to
# $GITHUB_STEP_SUMMARY, the exit code to $GITHUB_OUTPUT; it ends with that code. Another CI can call it as well.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
fleetsim=${CONFORM_FLEETSIM:-"$here/../../build/release/bin/fleetsim"}
reports=${CONFORM_REPORTS:-conformance}
if [ -z "${CONFORM_DUT:-}" ]; then
  echo "conform.sh: CONFORM_DUT (the input dut) is empty; expected KIND:WHAT, virtual:reference" >&2
  exit 2
fi
case ${CONFORM_STRICT:-false} in
  true | false) ;;
  *) echo "conform.sh: strict is \"$CONFORM_STRICT\"; expected true or false" >&2; exit 2 ;;
esac

arguments=(--dut "$CONFORM_DUT" --junit "$reports/conformance.xml" --html "$reports/conformance.html" --json "$reports/conformance.json"
  --markdown "$reports/conformance.md" --capabilities-out "$reports/capabilities.json")
read -ra filters <<<"$(tr '\n' ' ' <<<"${CONFORM_FILTER:-}")"
for filter in "${filters[@]}"; do arguments+=(--filter "$filter"); done
if [ -n "${CONFORM_BASELINE:-}" ]; then arguments+=(--baseline "$CONFORM_BASELINE"); fi
if [ -n "${CONFORM_BUDGET:-}" ]; then arguments+=(--budget "$CONFORM_BUDGET"); fi
if [ "${CONFORM_STRICT:-false}" = true ]; then arguments+=(--strict); fi

mkdir -p "$reports" || exit 3
# A report of before must not stand for an exam that never began. The JSON stays: it may be the baseline.
rm -f "$reports/conformance.xml" "$reports/conformance.html" "$reports/conformance.md"
"$fleetsim" conform "${arguments[@]}"
code=$?
if [ -n "${GITHUB_OUTPUT:-}" ]; then echo "exit-code=$code" >>"$GITHUB_OUTPUT"; fi
if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f "$reports/conformance.md" ]; then cat "$reports/conformance.md" >>"$GITHUB_STEP_SUMMARY"; fi
exit "$code"
