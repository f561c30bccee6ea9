#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Kills recorders of clips so many times for each kind of file, and looks at what they left:
# kill_clips.sh [ROUNDS [SEED]], default 100, any.
set -euo pipefail

if ! [[ ${1:-1} =~ ^[1-9][0-9]*$ ]]; then
  sed -n '3,4s/^# //p' "$0" >&2
  exit 2
fi
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
meson compile -C "$BUILD" tools/omv:executable gstopenmv:shared_library >/dev/null
export GST_PLUGIN_PATH=$PWD/$BUILD/gst GST_REGISTRY=$PWD/$BUILD/tests/gst/registry.dat
tests/soak/kill_clips.py --omv "$BUILD/tools/omv" --rounds "${1:-100}" --seed "${2:-$RANDOM}"
