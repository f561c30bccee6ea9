#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Damages one packet in a hundred for so many seconds a link, judges every frame and counts every loss:
# damaged_link.sh [SECONDS [FILTER [SEED]]], default 120, all of them (*Tcp*, *Jpeg ...), 1.
set -euo pipefail

if ! [[ ${1:-1} =~ ^[1-9][0-9]*$ ]]; then
  sed -n '3,4s/^# //p' "$0" >&2
  exit 2
fi
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
meson compile -C "$BUILD" soak_damaged_link gstopenmv:shared_library >/dev/null
OMV_SOAK_SECONDS=${1:-120} OMV_SOAK_SEED=${3:-1} \
  GST_PLUGIN_PATH=$PWD/$BUILD/gst GST_REGISTRY=$PWD/$BUILD/tests/gst/registry.dat G_DEBUG=fatal-criticals \
  "$BUILD/tests/soak/soak_damaged_link" --gtest_brief=1 --gtest_filter="${2:-*}"
