#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Video without compression, as the sensor makes it: ImageIO keeps every bit and time. Y4M is for other programs.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=QVGA}"

gst-launch-1.0 -q -e omvsrc device="$device" pixformat=rgb565 stream=raw num-buffers=30 ! imageiomux ! filesink location=raw.bin
gst-launch-1.0 -q filesrc location=raw.bin ! imageiodemux ! videoconvert ! videorate ! video/x-raw,format=I420,framerate=30/1 ! \
  y4menc ! filesink location=raw.y4m
