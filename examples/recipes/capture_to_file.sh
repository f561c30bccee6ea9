#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A picture into a file, with the time in its name. The camera's JPEG is saved as it is.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA}"

gst-launch-1.0 -q omvsrc device="$device" num-buffers=1 ! omvimagesink location='%Y%m%d-%H%M%S-%{index}.jpg'
