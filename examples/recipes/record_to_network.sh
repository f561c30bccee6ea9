#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A recording on another machine, while it is made: ImageIO over a socket, every picture with its time.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA}"
port=${PORT:-8000}

gst-launch-1.0 -q tcpserversrc host=127.0.0.1 port="$port" ! filesink location=remote.bin &
until grep -q ":$(printf %04X "$port") 00000000:0000 0A" /proc/net/tcp; do sleep 0.1; done  # it listens
gst-launch-1.0 -q -e omvsrc device="$device" num-buffers=60 ! imageiomux ! tcpclientsink host=127.0.0.1 port="$port"
wait
