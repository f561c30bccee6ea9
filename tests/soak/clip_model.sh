#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The ring against its reference and its contract for so many steps: clip_model.sh [STEPS], default a million.
set -euo pipefail

if ! [[ ${1:-1} =~ ^[1-9][0-9]*$ ]]; then
  sed -n '3s/^# //p' "$0" >&2
  exit 2
fi
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
meson compile -C "$BUILD" lib_recording_clips_clip_model_test >/dev/null
OMV_CLIP_STEPS=${1:-1000000} "$BUILD/tests/lib/lib_recording_clips_clip_model_test" --gtest_brief=1
