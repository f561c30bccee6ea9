#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Unplugs the emulated camera so many times, over both links and protocols, and looks for leaks, hangs and time that
# goes back: replug_camera.sh [CYCLES [FILTER]], default 200 and all of them (*Pty*, *Usbdbg ...).
set -euo pipefail

if ! [[ ${1:-1} =~ ^[1-9][0-9]*$ ]]; then
  sed -n '3,4s/^# //p' "$0" >&2
  exit 2
fi
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
meson compile -C "$BUILD" soak_replug_camera gstopenmv:shared_library >/dev/null
OMV_SOAK_CYCLES=${1:-200} \
  GST_PLUGIN_PATH=$PWD/$BUILD/gst GST_REGISTRY=$PWD/$BUILD/tests/gst/registry.dat G_DEBUG=fatal-criticals \
  "$BUILD/tests/soak/soak_replug_camera" --gtest_brief=1 --gtest_filter="${2:-*}"
