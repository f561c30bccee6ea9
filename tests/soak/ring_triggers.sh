#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Holds omvring to its contract for so many random triggers over a 50 fps stream, half of them with every frame a key
# frame, half with one each 2 s: ring_triggers.sh [TRIGGERS], default 10000.
set -euo pipefail

if ! [[ ${1:-1} =~ ^[1-9][0-9]*$ ]]; then
  sed -n '3,4s/^# //p' "$0" >&2
  exit 2
fi
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
meson compile -C "$BUILD" gst_omvring_test gstopenmv:shared_library >/dev/null
export GST_PLUGIN_PATH=$PWD/$BUILD/gst GST_REGISTRY=$PWD/$BUILD/tests/gst/registry.dat G_DEBUG=fatal-criticals
OMV_RING_TRIGGERS=${1:-10000} "$BUILD/tests/gst/gst_omvring_test" --gtest_brief=1 --gtest_filter='*RandomTriggers'
