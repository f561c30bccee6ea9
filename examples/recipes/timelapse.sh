#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# So many STILLS, one each INTERVAL_MS, and a film of them, of 25 a second. For months: a rig, see ../rigs.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA}"
STILLS=${STILLS:-10} INTERVAL_MS=${INTERVAL_MS:-200} FPS=30

gst-launch-1.0 -q omvsrc device="$device" framerate=$FPS num-buffers=$((FPS * STILLS * INTERVAL_MS / 1000)) ! \
  omvimagesink location='lapse/%{index:05d}.jpg' interval=${INTERVAL_MS}000000
omv convert --framerate 25 lapse/*.jpg lapse.avi
