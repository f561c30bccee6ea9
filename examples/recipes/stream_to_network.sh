#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Pictures to a program of any language over a socket, each behind its length: receive_pictures.py saves them.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA}"
port=${PORT:-8000}

"$(dirname "$0")/../receive_pictures.py" "$port" pictures &
until grep -q ":$(printf %04X "$port") 00000000:0000 0A" /proc/net/tcp; do sleep 0.1; done  # it listens
gst-launch-1.0 -q -e omvsrc device="$device" num-buffers=30 ! omvlenpay ! tcpclientsink host=127.0.0.1 port="$port"
wait
