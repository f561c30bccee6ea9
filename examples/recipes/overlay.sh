#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A crosshair and words on the video: any SVG.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA}"

cat >overlay.svg <<'SVG'
<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480" viewBox="0 0 640 480">
  <path d="M320 200 V280 M280 240 H360" stroke="red" stroke-width="3"/>
  <text x="620" y="460" text-anchor="end" font-family="sans-serif" font-size="28" fill="yellow">bench 4</text>
</svg>
SVG
gst-launch-1.0 -q -e omvsrc device="$device" framesize=VGA num-buffers=30 ! decodebin ! videoconvert ! \
  rsvgoverlay location=overlay.svg fit-to-frame=true ! videoconvert ! omvjpegenc ! omvmjpegmux ! filesink location=overlay.avi
