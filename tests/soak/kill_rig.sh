#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Kills a rig so many times at random moments, and looks for files that no journal has: kill_rig.sh [KILLS [SEED]], default
# 500, any.
set -euo pipefail

if ! [[ ${1:-1} =~ ^[1-9][0-9]*$ ]]; then
  sed -n '3,4s/^# //p' "$0" >&2
  exit 2
fi
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
meson compile -C "$BUILD" tools/omv:executable gstopenmv:shared_library >/dev/null
export GST_PLUGIN_PATH=$PWD/$BUILD/gst GST_REGISTRY=$PWD/$BUILD/tests/gst/registry.dat
export RIG_KILLS=${1:-500} RIG_SEED=${2:-$RANDOM}
exec tests/tools/rig_kill_test.py "$BUILD/tools/omv" RigKillTest.test_no_kill_makes_a_file_that_is_in_no_journal
