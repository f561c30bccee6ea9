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
JPEG_BYTES = 30_000


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


def jpeg_frame(size):
    """A VGA frame: headers as they are, then noise without markers where the picture would be."""
    sof = struct.pack(">2BHBHHB", 0xFF, 0xC0, 11, 8, 480, 640, 1) + bytes([1, 0x11, 0])
    sos = bytes([0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0])
    noise = bytes(byte & 0x7F for byte in random.Random(1).randbytes(size))
    return b"\xff\xd8" + sof + sos + noise + b"\xff\xd9"


def write_mjpeg(path, count, size):
    """An AVI at 30 frames a second with neither index nor sizes, as the camera leaves it when it is switched off."""
    avih = struct.pack("<14I", 33333, 0, 4, 0, count, 0, 1, 0, 640, 480, 0, 0, 0, 0)
    strh = b"vidsMJPG" + struct.pack("<10I", 0, 0, 0, 1, 30, 0, count, 0, 10000, 0) + bytes(8)
    strf = struct.pack("<IIIHH", 40, 640, 480, 1, 24) + b"MJPG" + bytes(20)
    strl = b"strlstrh" + struct.pack("<I", 56) + strh + b"strf" + struct.pack("<I", 40) + strf
    hdrl = b"hdrlavih" + struct.pack("<I", 56) + avih + b"LIST" + struct.pack("<I", 116) + strl
    frame = jpeg_frame(size // 2 * 2)
    chunk = b"00dc" + struct.pack("<I", len(frame)) + frame + bytes(len(frame) % 2)
    movi = 4 + count * len(chunk)
    with open(path, "wb") as out:
        out.write(b"RIFF" + struct.pack("<I", 212 + movi) + b"AVI LIST" + struct.pack("<I", 192) + hdrl)
        out.write(b"LIST" + struct.pack("<I", movi) + b"movi")
        for _ in range(count):
            out.write(chunk)


def footage():
    return " ".join(shlex.quote(os.path.join(os.environ["OMV_FOOTAGE"], name)) for name in FOOTAGE)


def video():
    """A fixed camera's video; without it a moving test picture, which encode_footage makes."""
    folder = os.environ.get("OMV_FOOTAGE")
    return shlex.quote(os.path.join(folder, FOOTAGE[0])) if folder else "test"


def make(name, folder, megabytes):
    """The file (or files, or number) that {name} stands for in a command."""
    frames = max(2, megabytes * 1_000_000 // VGA[3])
    counts = {"frames": frames, "few": megabytes, "more": 20 * megabytes, "many": 100 * megabytes}
    path = f"{folder}/{name}.bin"
    if name in counts:
        return counts[name]
    if name == "footage":
        return footage()
    if name == "video":
        return video()
    if name == "recording":
        write_recording(path, frames, VGA)
    elif name == "payloads":
        write_payloads(path, frames, VGA[3])
    elif name == "mjpeg":
        write_mjpeg(path, counts["more"], JPEG_BYTES)
    elif name == "few_tiny":
        write_recording(path, counts["few"], TINY)
    elif name == "many_tiny":
        write_recording(path, counts["many"], TINY)
    else:
        raise KeyError(name)
    return path
