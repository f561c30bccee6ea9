#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Video into a file that is whole at every moment, power cuts included: Motion JPEG for everybody, ImageIO for the camera.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA}"

gst-launch-1.0 -q -e omvsrc device="$device" num-buffers=60 ! tee name=t \
  t. ! queue ! omvmjpegmux ! filesink location=video.avi \
  t. ! queue ! imageiomux ! filesink location=video.bin
