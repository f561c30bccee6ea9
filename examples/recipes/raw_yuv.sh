#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A picture as luma and chroma: I420, three planes, the last two of half the size; in Python the luma is an array.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=QVGA}"

gst-launch-1.0 -q omvsrc device="$device" pixformat=rgb565 framesize=QVGA stream=raw num-buffers=1 ! videoconvert ! \
  video/x-raw,format=I420 ! filesink location=picture.yuv
python3 -c '
import numpy
luma = numpy.fromfile("picture.yuv", numpy.uint8)[: 240 * 320].reshape(240, 320)
print("shape", luma.shape, "darkest", luma.min(), "brightest", luma.max())'
