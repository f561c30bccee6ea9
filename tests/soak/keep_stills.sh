#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Saves so many stills of which a hundred are kept, then kills a saving process so many times:
# keep_stills.sh [STILLS [KILLS [SEED]]], default 50000, 100, any.
set -euo pipefail

if ! [[ ${1:-1} =~ ^[1-9][0-9]*$ ]]; then
  sed -n '3,4s/^# //p' "$0" >&2
  exit 2
fi
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
meson compile -C "$BUILD" soak_keep_stills gst_omvimagesink_kill_test gstopenmv:shared_library >/dev/null
export GST_PLUGIN_PATH=$PWD/$BUILD/gst GST_REGISTRY=$PWD/$BUILD/tests/gst/registry.dat G_DEBUG=fatal-criticals
OMV_SOAK_STILLS=${1:-50000} "$BUILD/tests/soak/soak_keep_stills" --gtest_brief=1
OMV_KILL_ROUNDS=${2:-100} OMV_KILL_SEED=${3:-$RANDOM} "$BUILD/tests/gst/gst_omvimagesink_kill_test" --gtest_brief=1
