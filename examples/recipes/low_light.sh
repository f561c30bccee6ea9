#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Pictures at night: one a second, exposed almost as long. The emulator runs no scripts and goes by the first line.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA}"

cat >night.py <<'SCRIPT'
# omv-capture: pixformat=GRAYSCALE framesize=VGA framerate=1
import csi

camera = csi.CSI()
camera.reset()
camera.pixformat(csi.GRAYSCALE)
camera.framesize(csi.VGA)
camera.auto_gain(False, gain_db=24)
camera.auto_exposure(False, exposure_us=900000)
while True:
    camera.snapshot()
SCRIPT
gst-launch-1.0 -q omvsrc device="$device" script=night.py timeout=10000 num-buffers=2 ! omvimagesink location=night-%02d.jpg
