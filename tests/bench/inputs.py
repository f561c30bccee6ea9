# SPDX-License-Identifier: LGPL-2.1-or-later
"""The inputs of the benchmarks, made on the spot and without the code that is measured."""

import os
import random
import shlex
import struct

MAGIC = b"OMV IMG STR V2.0"
RGB565, GRAYSCALE = 0x0C030002, 0x08020001
VGA = 640, 480, RGB565, 640 * 480 * 2
FOOTAGE = "pedestrians.avi", "aloeL.jpg", "home.jpg", "left01.jpg"  # of OpenCV's sample data
TINY = 16, 16, GRAYSCALE, 16 * 16
INTERVAL_MS = 33


def payload_of(number, size, noise):
    """Frames differ: each begins elsewhere in the same noise."""
    start = number * 4099 % size
    return noise[start:start + size]


def noise_for(size):
    return random.Random(1).randbytes(2 * size)


def header(width, height, pixformat):
    return struct.pack("<IiiII12x", INTERVAL_MS, width, height, pixformat, 0)


def write_recording(path, count, geometry):
    """ImageIO V2.0; both geometries here need no padding."""
    width, height, pixformat, size = geometry
    noise, head = noise_for(size), header(width, height, pixformat)
    with open(path, "wb") as out:
        out.write(MAGIC)
        for number in range(count):
            out.write(head + payload_of(number, size, noise))


def write_payloads(path, count, size):
    noise = noise_for(size)
    with open(path, "wb") as out:
        for number in range(count):
            out.write(payload_of(number, size, noise))


def footage():
    return " ".join(shlex.quote(os.path.join(os.environ["OMV_FOOTAGE"], name)) for name in FOOTAGE)


def make(name, folder, megabytes):
    """The file (or files, or number) that {name} stands for in a command."""
    frames = max(2, megabytes * 1_000_000 // VGA[3])
    counts = {"frames": frames, "few": megabytes, "more": 20 * megabytes, "many": 100 * megabytes}
    path = f"{folder}/{name}.bin"
    if name in counts:
        return counts[name]
    if name == "footage":
        return footage()
    if name == "recording":
        write_recording(path, frames, VGA)
    elif name == "payloads":
        write_payloads(path, frames, VGA[3])
    elif name == "few_tiny":
        write_recording(path, counts["few"], TINY)
    elif name == "many_tiny":
        write_recording(path, counts["many"], TINY)
    else:
        raise KeyError(name)
    return path
