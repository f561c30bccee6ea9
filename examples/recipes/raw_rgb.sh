#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A picture as plain numbers: RGB, a byte each, and in Python as an array. An OpenCV picture is the same with format=BGR.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=QVGA}"

gst-launch-1.0 -q omvsrc device="$device" pixformat=rgb565 framesize=QVGA stream=raw num-buffers=1 ! videoconvert ! \
  video/x-raw,format=RGB ! filesink location=picture.rgb
python3 -c '
import numpy
picture = numpy.fromfile("picture.rgb", numpy.uint8).reshape(240, 320, 3)
print("shape", picture.shape, "mean of red, green, blue", picture.mean((0, 1)).round(1))'
