#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A lamp of the camera while it takes a picture, and nothing in between: the script on the camera knows when.
# The emulator runs no scripts and goes by the first line.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA}"

cat >flash.py <<'SCRIPT'
# omv-capture: pixformat=RGB565 framesize=VGA framerate=4
import time

import csi
import machine

camera = csi.CSI()
camera.reset()
camera.pixformat(csi.RGB565)
camera.framesize(csi.VGA)
lamp = machine.LED("LED_BLUE")
while True:
    lamp.on()
    camera.snapshot()
    lamp.off()
    time.sleep_ms(250)
SCRIPT
gst-launch-1.0 -q omvsrc device="$device" script=flash.py num-buffers=3 ! omvimagesink location=flash-%02d.jpg
