#!/usr/bin/env bash
# cortexm.sh OUT "INCLUDE..." SOURCE...: compiles every source of devicecore for a Cortex-M3 and checks what the whole then needs. The
# objects stay in OUT: tools/size-table.sh makes its table of them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
out=$1
read -r -a folders <<<"$2"
shift 2
command -v arm-none-eabi-g++ >/dev/null || { echo "arm-none-eabi-g++ is missing: tools/install-deps.sh test installs it"; exit 1; }
rm -rf "$out" && mkdir -p "$out"
includes=(-I"$root")
for folder in "${folders[@]}"; do includes+=(-I"$folder"); done
# The board's own newlib headers must be found, never the host's: /usr/include is not on this list.
flags=(-mcpu=cortex-m3 -mthumb -Os -std=c++20 -fno-exceptions -fno-rtti -ffunction-sections -Wall -Wextra -Werror)
# A hundred profiles are a few lines each behind one header: it is read once for all of them.
mkdir "$out/first"
echo '#include "devicecore/profiles/list.hpp"' >"$out/first/profiles.hpp"
arm-none-eabi-g++ "${flags[@]}" "${includes[@]}" -x c++-header "$out/first/profiles.hpp" -o "$out/first/profiles.hpp.gch"
compile() {
  local source=$1 name first=()
  shift
  name=$(realpath --relative-to="$root/devicecore" "$source" | tr / _)
  case $name in profiles_*) first=(-Winvalid-pch -include "$out/first/profiles.hpp") ;; esac
  arm-none-eabi-g++ "$@" "${first[@]}" -c "$source" -o "$out/$name.o"
}
export -f compile
export root out
printf '%s\0' "$@" | xargs -0 -P "$(nproc)" -I '{}' bash -c 'compile "$@"' compile '{}' "${flags[@]}" "${includes[@]}"
cat "$here/devicecore_symbols.txt" >"$out/allowed"
arm-none-eabi-ld -r -o "$out/all.o" "$out"/*.o
# Arithmetic that the core lacks comes from the compiler's own library.
arm-none-eabi-nm -u "$out/all.o" | sed 's/^ *U *//' | grep '^__aeabi_' >>"$out/allowed" || true
rm "$out/all.o"
"$here/symbols.sh" arm-none-eabi-ld arm-none-eabi-nm "$out/allowed" "$out"/*.o
arm-none-eabi-size -t "$out"/*.o | tail -n 1
