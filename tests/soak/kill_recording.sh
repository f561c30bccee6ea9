#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Kills a recording process so many times and plays back what it left: kill_recording.sh [ROUNDS [SEED]], default 50.
set -euo pipefail

cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
meson compile -C "$BUILD" gst_kill_test gstopenmv:shared_library >/dev/null
OMV_KILL_ROUNDS=${1:-50} OMV_KILL_SEED=${2:-$RANDOM} \
  GST_PLUGIN_PATH=$PWD/$BUILD/gst GST_REGISTRY=$PWD/$BUILD/tests/gst/registry.dat G_DEBUG=fatal-criticals \
  "$BUILD/tests/gst/gst_kill_test"
