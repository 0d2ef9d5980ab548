#!/usr/bin/env bash
# symbols.sh LD NM ALLOW_LIST OBJECT...: links the objects into one and fails when it needs a symbol that the list does not name.
set -euo pipefail
ld=$1 nm=$2 allowed=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$ld" -r -o "$work/all.o" "$@"
"$nm" -uC "$work/all.o" | sed 's/^ *[UwvV] *//' | sort -u >"$work/needed"
grep -v '^#' "$allowed" | sort -u >"$work/allowed"
unexpected=$(comm -23 "$work/needed" "$work/allowed")
if [ -n "$unexpected" ]; then
  printf 'needed, but not on %s:\n%s\n' "$allowed" "$unexpected"
  for object in "$@"; do
    "$nm" -uC "$object" | grep -F -f <(printf '%s\n' "$unexpected") | sed "s|^|  $(basename "$object"): |" || true
  done
  exit 1
fi
printf '%s objects need only: %s\n' "$#" "$(tr '\n' ' ' <"$work/needed")"
