#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Twenty pictures as fast as the camera takes them, then rest: a burst. Files are written by all processors.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA&fps=60}"

gst-launch-1.0 -q -e omvsrc device="$device" num-buffers=30 ! omvimagesink mode=burst burst=20 location=burst-%03d.jpg
