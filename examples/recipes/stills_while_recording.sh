#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A still each second while video is recorded. No frame of the video is lost to it.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA&fps=30}"

gst-launch-1.0 -q -e omvsrc device="$device" num-buffers=90 ! tee name=t \
  t. ! queue ! omvmjpegmux ! filesink location=video.avi \
  t. ! queue ! omvimagesink interval=1000000000 location=still-%03d.jpg
