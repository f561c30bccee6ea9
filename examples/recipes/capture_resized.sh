#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Pictures of half the size, scaled by the host from what the sensor sees, and a part of it in full size.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA}"

gst-launch-1.0 -q omvsrc device="$device" framesize=VGA stream=raw num-buffers=5 ! tee name=t \
  t. ! queue ! omvtransform x-scale=0.5 hint=area ! omvimagesink location=half-%02d.jpg \
  t. ! queue ! omvimagesink roi='<160,120,320,240>' location=part-%02d.png
