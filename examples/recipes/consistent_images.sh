#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Five pictures with the same exposure, gain and white balance, so that they compare: the camera settles, then keeps what
# it found. The emulator runs no scripts and goes by the first line.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA}"

cat >consistent.py <<'SCRIPT'
# omv-capture: pixformat=RGB565 framesize=VGA
import csi

camera = csi.CSI()
camera.reset()
camera.pixformat(csi.RGB565)
camera.framesize(csi.VGA)
camera.snapshot(time=2000)
camera.auto_gain(False)
camera.auto_exposure(False)
camera.auto_whitebal(False)
while True:
    camera.snapshot()
SCRIPT
gst-launch-1.0 -q omvsrc device="$device" script=consistent.py num-buffers=5 ! omvimagesink location=same-%02d.jpg
