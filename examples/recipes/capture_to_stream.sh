#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Pictures to the standard input of a program, one behind the other; here one that only looks at them.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA}"

gst-launch-1.0 -q omvsrc device="$device" num-buffers=10 ! omvlenpay ! fdsink | python3 -c '
import struct, sys
while size := struct.unpack("<L", sys.stdin.buffer.read(4))[0]:
    picture = sys.stdin.buffer.read(size)
    print(f"{size} bytes, {picture[:2].hex()} to {picture[-2:].hex()}")'
