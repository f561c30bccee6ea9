#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The sensor's own pixels: a Bayer still, and what it looks like. Over the link a camera sends Bayer as JPEG, so that
# these come from its SD card (firmware/ring_imageio.py), or as here from a test picture.
set -euo pipefail

gst-launch-1.0 -q videotestsrc num-buffers=1 ! video/x-raw,width=320,height=240 ! rgb2bayer ! video/x-bayer,format=bggr ! \
  tee name=t t. ! queue ! omvimagesink location=sensor-%d.raw t. ! queue ! bayer2rgb ! videoconvert ! \
  omvimagesink location=sensor-%d.png
