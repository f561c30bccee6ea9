#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# An output of your own: a program that decides about each picture. This one keeps pictures that are larger than the mean
# so far, because much detail makes a JPEG large.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA}"

gst-launch-1.0 -q -e omvsrc device="$device" num-buffers=60 ! omvlenpay ! fdsink | python3 -c '
import pathlib, struct, sys
number = total = 0
while size := struct.unpack("<L", sys.stdin.buffer.read(4))[0]:
    picture = sys.stdin.buffer.read(size)
    number, total = number + 1, total + size
    if size * number > total:
        pathlib.Path(f"detail-{number:03}.jpg").write_bytes(picture)
print(number, "pictures")'
