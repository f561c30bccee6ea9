#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Video to the standard input of a program while it is recorded; here one that makes a film for
# video editors of it, without coding it again.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA}"

gst-launch-1.0 -q -e omvsrc device="$device" num-buffers=60 ! matroskamux streamable=true ! fdsink |
  ffmpeg -v error -y -i - -c copy video.mov
