#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Builds, then compares with what a user would pick instead:
#   tests/bench/run.sh [--rounds N] [--megabytes N] [--quick] [NAME...]
set -euo pipefail

cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}

[ -f "$BUILD/build.ninja" ] || meson setup "$BUILD" </dev/null
meson compile -C "$BUILD"
meson compile -C "$BUILD" bench
settings=$(meson devenv -C "$BUILD" --dump)
set +u  # the settings extend variables that may be unset
eval "$settings"
set -u
if [ -d ../shared/footage ]; then export OMV_FOOTAGE=${OMV_FOOTAGE:-$PWD/../shared/footage}; fi
export BENCH_PROGRAMS=$PWD/$BUILD/tests/bench
exec python3 tests/bench/bench.py "$@"
