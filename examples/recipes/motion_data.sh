#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What moves, as numbers: a line for each analysis, and a plot that tells which threshold fits the scene.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA}"

gst-launch-1.0 -m omvsrc device="$device" num-buffers=90 ! omvmotion rate=10 warm-up=500000000 ! fakesink >motion.txt
"$(dirname "$0")/../plot_motion.py" motion.svg <motion.txt
