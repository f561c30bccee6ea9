#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Two files at once: everything, as it comes, and a small version to look through.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA}"

gst-launch-1.0 -q -e omvsrc device="$device" framesize=VGA num-buffers=60 ! tee name=t \
  t. ! queue ! omvmjpegmux ! filesink location=large.avi \
  t. ! queue ! decodebin ! omvtransform x-scale=0.25 hint=area ! omvjpegenc quality=70 ! omvmjpegmux ! filesink location=small.avi
