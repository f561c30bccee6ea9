#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# install_test.sh SOURCE BUILD PREFIX LIBDIR CXX...: installs into a temporary root and uses what is there as a
# stranger would: headers alone, a program through pkg-config, the command, the plugin. $PRIVATE_HEADERS stay at home.
set -euo pipefail

source_root=$1 build=$2 prefix=$3 libdir=$4
shift 4
cxx=("$@")

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
include=$root$prefix/include
lib=$root$prefix/$libdir
export LD_LIBRARY_PATH=$lib

fail() { echo "FAILED: $*" >&2; exit 1; }

install_everything() { meson install -C "$build" --no-rebuild --destdir "$root" >"$root/install.log"; }

every_public_header_is_installed() {
  local in_tree expected
  in_tree=$(cd "$source_root/lib" && find omv -name '*.h' | LC_ALL=C sort)
  expected=$( (cd "$include" && find omv -name '*.h' && printf '%s' "${PRIVATE_HEADERS:-}") | LC_ALL=C sort)
  diff <(echo "$in_tree") <(echo "$expected") ||
    fail "the headers of lib/ (<) are not the public and private ones in the meson.build of their folder (>)"
}

headers() { (cd "$include" && find omv -name '*.h' | LC_ALL=C sort); }

# compiles HEADER...: in this order, without the source tree.
compiles() { printf '#include <%s>\n' "$@" | "${cxx[@]}" -std=c++20 -Wall -Wextra -Werror -fsyntax-only -I "$include" -x c++ -; }

# The build has compiled it in front of everything else.
leads_its_source() {
  local source=$source_root/lib/${1%.h}.cpp
  [ -f "$source" ] && [ "$(grep -m1 '^#include' "$source")" = "#include \"$1\"" ]
}

every_header_compiles_alone() {
  local header
  # shellcheck disable=SC2046  # one word per header
  compiles $(headers) || fail "installed headers include what is not installed"
  headers | while read -r header; do
    leads_its_source "$header" || compiles "$header" || fail "$header does not compile on its own"
  done
}

program_builds_and_runs() {
  export PKG_CONFIG_PATH=$lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$root
  local flags
  read -ra flags <<<"$(pkg-config --cflags --libs omv)"
  "${cxx[@]}" -std=c++20 "$source_root/tests/house/consumer.cpp" -o "$root/consumer" "${flags[@]}"
  (cd "$root" && ./consumer) || fail "the program built against the installed library"
}

command_runs() {
  local said
  said=$("$root$prefix/bin/omv" --version)
  [[ $said == "omv "[0-9]* ]] || fail "omv --version says '$said'"
}

plugin_loads() {
  [ -f "$source_root/gst/plugin.cpp" ] || return 0
  local features
  features=$(GST_REGISTRY=$root/registry.bin GST_PLUGIN_SYSTEM_PATH_1_0='' GST_PLUGIN_PATH=$lib/gstreamer-1.0 \
    gst-inspect-1.0 openmv) || fail "gst-inspect-1.0 openmv does not find the installed plugin"
  grep -q "$lib/gstreamer-1.0" <<<"$features" || fail "another plugin was loaded: $features"
}

install_everything
every_public_header_is_installed
every_header_compiles_alone
program_builds_and_runs
command_runs
plugin_loads
echo "ok"
