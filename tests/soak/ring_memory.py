#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How much a process grows by omvring, against max-bytes: ring_memory.py [SECONDS], of 100 frames each, default 600.

Frames come as fast as they are made. Fails when the process is more than 5 % of max-bytes larger than the same one
without the ring. GST_PLUGIN_PATH says where the plugin is, as in `meson devenv`.
"""

import os
import shlex
import subprocess
import sys

RATE = 100
MIB = 1 << 20
SIZES = (64 * MIB, 200 * MIB)
SOURCES = {
    "raw, 30 kB": "videotestsrc num-buffers={n} pattern=black ! video/x-raw,format=GRAY8,width=200,height=150,framerate=100/1",
    "jpegenc, 13 kB": "videotestsrc num-buffers={n} pattern=snow ! video/x-raw,format=GRAY8,width=160,height=120,framerate=100/1 ! jpegenc",
    "jpegenc, 33 kB": "videotestsrc num-buffers={n} ! video/x-raw,width=640,height=480,framerate=100/1 ! jpegenc",
}


def peak(line):
    """The largest resident set of gst-launch-1.0, in bytes."""
    process = subprocess.Popen(["gst-launch-1.0", "-q", *shlex.split(line)])
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"failed: gst-launch-1.0 {line}")
    return usage.ru_maxrss * 1024


def main():
    frames = RATE * int(sys.argv[1] if len(sys.argv) > 1 else 600)
    wrong = False
    for name, source in SOURCES.items():
        source = source.format(n=frames)
        base = peak(f"{source} ! fakesink")
        for size in SIZES:
            grown = peak(f"{source} ! omvring pre-time=-1 max-bytes={size} ! fakesink async=false") - base
            wrong |= grown > 1.05 * size
            print(f"{name}: max-bytes {size / MIB:.0f} MiB, grown by {grown / MIB:.1f} MiB ({grown / size:.1%})", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
