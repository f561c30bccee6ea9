#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# An animation for a message or a page, small and of any length in bounded memory.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=QVGA&fps=10}"

gst-launch-1.0 -q -e omvsrc device="$device" stream=raw num-buffers=20 ! omvtransform x-scale=0.5 hint=area ! videoconvert ! \
  omvgifenc ! filesink location=video.gif
