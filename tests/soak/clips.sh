#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Clips at 100 frames a second for so many seconds, a writer that stalls for 30 s, a minute of 1000 triggers a second, and
# an I/O error in the middle of a clip where strace can inject one: clips.sh [SECONDS], default 600.
set -euo pipefail

if ! [[ ${1:-1} =~ ^[1-9][0-9]*$ ]]; then
  sed -n '3,4s/^# //p' "$0" >&2
  exit 2
fi
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
meson compile -C "$BUILD" soak_clips tools/omv:executable gstopenmv:shared_library >/dev/null
export GST_PLUGIN_PATH=$PWD/$BUILD/gst GST_REGISTRY=$PWD/$BUILD/tests/gst/registry.dat
G_DEBUG=fatal-criticals OMV_SOAK_SECONDS=${1:-600} "$BUILD/tests/soak/soak_clips" --gtest_brief=1

if ! strace -qq true 2>/dev/null; then
  echo "  no strace: I/O errors were left out"
  exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Every thread's 100th write fails: that of the clip, the one before it being of the thread that wrote the file so far.
strace -f -qq -o /dev/null -e trace=pwritev -e inject=pwritev:error=EIO:when=100 \
  gst-launch-1.0 -q videotestsrc num-buffers=500 ! video/x-raw,framerate=50/1 ! jpegenc ! tee name=t ! queue ! \
  omvclipsink location="$folder/%{clip}.bin" trigger=start pre-time=0 post-time=18446744073709551615 \
  max-time=4000000000 t. ! queue ! imageiomux ! filesink location="$folder/other.bin" 2>&1 | grep -i warning || true
for clip in "$folder"/*.bin; do
  echo "  $(basename "$clip"): $("$BUILD/tools/omv" info --json "$clip" | grep -E '"frame_count"|"damage"' | tr -d '\n')"
  grep -E '"(error|frames|frames_lost)"' "$clip.json" 2>/dev/null || true
done
