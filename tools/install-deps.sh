#!/usr/bin/env bash
# Installs what is missing to build and run fleetsim (default), or to test it too: tools/install-deps.sh [run|test]
# Debian 12 or newer, Ubuntu 24.04 or newer. Says what it installs; does nothing when all is there. sudo only when not root.
set -euo pipefail
cd "$(dirname "$0")/.."

what=${1:-run}
case "$what" in run | test) ;; *) echo "usage: tools/install-deps.sh [run|test]" >&2; exit 2 ;; esac

say() { printf 'install-deps: %s\n' "$*"; }
die() { printf 'install-deps: %s\n' "$*" >&2; exit 3; }
have_package() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

command -v apt-get >/dev/null || die "this script knows Debian and Ubuntu packages only; see its lists for what you need elsewhere"

# Boost: 1.81 or newer, and only packages that carry a version in their name (1.81 and Debian 12's default 1.74 exclude each other).
boost_version() {
  local v
  for v in 1.81 1.83 1.86 1.88; do
    if have_package "libboost$v-dev"; then echo "$v"; return; fi
  done
  for v in 1.81 1.83 1.86 1.88; do
    if apt-cache show "libboost$v-dev" >/dev/null 2>&1; then echo "$v"; return; fi
  done
}

need=(cmake ninja-build g++ ccache pkg-config git
  libssl-dev libmbedtls-dev libyaml-cpp-dev libpaho-mqttpp-dev libpaho-mqtt-dev libmaxminddb-dev
  libcli11-dev libspdlog-dev libfmt-dev libjsmn-dev libsqlitecpp-dev libsqlite3-dev prometheus-cpp-dev libjemalloc-dev)
if [ "$what" = test ]; then
  need+=(clang clang-tidy clang-format llvm mold
    gcc-arm-none-eabi libstdc++-arm-none-eabi-newlib libnewlib-arm-none-eabi
    libgtest-dev libgmock-dev libbenchmark-dev libmosquitto-dev libcurl4-openssl-dev
    chromium mosquitto mosquitto-clients prometheus tshark curl openssl procps libxml2-utils python3 python3-dev python3-venv python3-jsonschema python3-yaml)
fi
# A Node.js of your own is as good as Debian's.
command -v node >/dev/null || need+=(nodejs)
command -v npm >/dev/null || need+=(npm)

missing_packages() {
  local p
  for p in "${need[@]}"; do have_package "$p" || echo "$p"; done
}

# libFuzzer and the sanitizers of the clang that this distribution calls the default.
clang_runtime() {
  local major
  major=$(apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-\([0-9]\+\)$/\1/p' | head -n 1)
  [ -n "$major" ] && echo "libclang-rt-$major-dev"
}

if [ "$what" = test ]; then
  runtime=$(clang_runtime || true)
  [ -n "$runtime" ] && need+=("$runtime")
fi
boost=$(boost_version || true)
mapfile -t missing < <(missing_packages)
boost_missing=()
for part in libboost libboost-json libboost-url; do
  [ -n "$boost" ] && have_package "$part$boost-dev" || boost_missing+=("$part")
done

if [ ${#missing[@]} -gt 0 ] || [ ${#boost_missing[@]} -gt 0 ]; then
  sudo=""
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "not root and no sudo: install these yourself: ${missing[*]}"
    sudo=sudo
  fi
  $sudo apt-get update -qq || die "apt-get update failed: no network, or a broken /etc/apt/sources.list"
  boost=$(boost_version)
  if [ "$what" = test ] && [ -z "$runtime" ]; then  # the package lists were empty before the update
    runtime=$(clang_runtime || true)
    [ -n "$runtime" ] || die "no clang among your distribution's packages"
    have_package "$runtime" || missing+=("$runtime")
  fi
  [ -n "$boost" ] || die "no Boost 1.81 or newer among your distribution's packages (looked for libboost1.81-dev and up)"
  for part in libboost libboost-json libboost-url; do
    have_package "$part$boost-dev" || missing+=("$part$boost-dev")
  done
  say "installing from your distribution: ${missing[*]}"
  # The judges that come as servers (mosquitto, prometheus) are started by the tests alone: their packages may not start or enable them.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null && $sudo chmod 755 "$policy"
    trap '$sudo rm -f "$policy"' EXIT
  fi
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    die "apt-get install failed for: ${missing[*]}"
  if [ -d /run/systemd/system ]; then
    for server in mosquitto prometheus; do
      case " ${missing[*]} " in *" $server "*) $sudo systemctl disable --quiet "$server" ;; esac
    done
  fi
fi

# The country database (run) and the vendor's Node SDKs (test), at the versions of package-lock.json.
database=node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb
judges_missing() {
  local module
  for module in alibabacloud-iot-device-sdk @alicloud/iot20180120 @alicloud/pop-core; do [ -d "node_modules/$module" ] || return 0; done
  return 1
}
if [ "$what" = test ] && judges_missing; then
  say "installing from npm: the country database and the vendor's SDKs (devices, management)"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
elif [ ! -f "$database" ]; then
  say "installing from npm: the country database"
  npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error
fi
[ -f "$database" ] || die "npm did not bring $database"
