#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A clip when something moves, with the second before it: a ring, and a trigger from the pictures themselves.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA}"

gst-launch-1.0 -q -e omvsrc device="$device" num-buffers=90 ! omvmotion warm-up=500000000 ! \
  omvclipsink location='clip-%{index:02d}.avi' pre-time=1000000000 post-time=500000000 max-clips=1
