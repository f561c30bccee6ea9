#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""python_frames.py DEVICE FRAMES raw|jpeg SIZE: reads frames with the maker's Python client.

OPENMV_PYTHON is the folder that holds the client's package `openmv`.
"""

import enum
import os
import sys
import time

sys.path.insert(0, os.environ["OPENMV_PYTHON"])
from openmv.camera import Camera  # noqa: E402  its folder is known by now only

if sys.version_info < (3, 12):
    # The client asks whether plain numbers are members, which only newer Pythons understand.
    enum.EnumMeta.__contains__ = lambda cls, value: value in cls._value2member_map_

SCRIPT = "# omv-capture: pixformat=RGB565 framesize={}\nimport csi\nwhile True:\n    csi.snapshot()\n"
DEADLINE = 60.0


def read_frames(camera, count, raw, size):
    camera.stop()
    camera.streaming(True, raw=raw, resolution=(4096, 4096))
    camera.exec(SCRIPT.format(size))
    end = time.monotonic() + DEADLINE
    while count > 0:
        if camera.read_frame():
            count -= 1
        elif time.monotonic() > end:
            sys.exit(f"{count} frames have not come in {DEADLINE:g} s")


def main():
    device, frames, stream, size = sys.argv[1:]
    with Camera(device) as camera:
        read_frames(camera, int(frames), stream == "raw", size)


main()
