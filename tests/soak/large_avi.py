#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Records an AVI of several gigabytes and asks ffprobe, GStreamer and `omv` what is in it.

large_avi.py OMV [--gigabytes N] [--folder DIR]

Frames are JPEGs of 4 MB; the file takes its size in DIR. Each reader has to find all frames and the exact length, and
the frames behind 4 GB where they belong; `omv recover` of the first nine tenths of the file all that are whole in it.
Exit status 1 when something is not so, 77 when gst-launch-1.0 or ffprobe is missing.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

RATE = 25
SEGMENT = b"\xff\xfe\xff\xff" + bytes(65533)  # a comment as long as one can be
SEGMENTS = 64
JPEG = (b"\xff\xd8" + SEGMENTS * SEGMENT
        + bytes.fromhex("ffc0000b080010001001011100ffda0008010100003f00ffd9"))


def output_of(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def record(path, frames):
    jpeg = path.with_suffix(".jpg")
    jpeg.write_bytes(JPEG)
    line = (f"multifilesrc location={jpeg} loop=true num-buffers={frames} caps=image/jpeg,framerate={RATE}/1 "
            f"! omvmjpegmux ! filesink location={path}")
    status, _, errors = output_of("gst-launch-1.0", "-q", *line.split())
    if status != 0:
        sys.exit(f"the recording failed: {errors}")


def ffprobe_finds(path):
    _, text, errors = output_of("ffprobe", "-v", "error", "-count_packets", "-of", "json", "-show_entries",
                                "stream=nb_frames,nb_read_packets,duration", path)
    stream = json.loads(text)["streams"][0]
    return int(stream["nb_frames"]), int(stream["nb_read_packets"]), float(stream["duration"]), errors


def ffprobe_seeks(path, second):
    """Time and place of the first frame behind a seek."""
    _, text, _ = output_of("ffprobe", "-v", "error", "-of", "json", "-read_intervals", f"{second}%+#1", "-show_entries",
                           "packet=pts_time,pos", path)
    packet = json.loads(text)["packets"][0]
    return float(packet["pts_time"]), int(packet["pos"])


def avidemux_finds(path):
    _, text, _ = output_of("gst-launch-1.0", "-v", "filesrc", f"location={path}", "!", "avidemux", "!", "fakesink",
                           "silent=false")
    return text.count("chain ")


def omv_finds(omv, path):
    status, text, _ = output_of(omv, "info", "--json", path)
    found = json.loads(text)
    return status, found["frame_count"], found["duration_us"] / 1e6, found["avi"]["header_faults"], found["damage"]


def omv_recovers(omv, path, size):
    os.truncate(path, size)
    saved = path.with_name("saved.avi")
    status, _, _ = output_of(omv, "recover", "--quiet", path, saved)
    return status, *ffprobe_finds(saved)[:2]


def main():
    parser = argparse.ArgumentParser(description="Records an AVI of several gigabytes and reads it.")
    parser.add_argument("omv")
    parser.add_argument("--gigabytes", type=float, default=4.5)
    parser.add_argument("--folder", help="where there is room for two such files")
    arguments = parser.parse_args()
    if not (shutil.which("gst-launch-1.0") and shutil.which("ffprobe")):
        print("skipped: no gst-launch-1.0 or no ffprobe")
        return 77
    frames = int(arguments.gigabytes * 1e9 / len(JPEG))
    wrong = []

    def check(what, found, wanted):
        print(f"{what}: {found}")
        if found != wanted:
            wrong.append(f"{what}: {found}, not {wanted}")

    with tempfile.TemporaryDirectory(prefix="omv-large-", dir=arguments.folder) as folder:
        path = pathlib.Path(folder) / "large.avi"
        record(path, frames)
        size, seconds, late = path.stat().st_size, frames / RATE, frames - 10
        print(f"{size} bytes, {frames} frames")
        check("ffprobe: frames by the header, by reading, seconds, errors", ffprobe_finds(path),
              (frames, frames, seconds, ""))
        time, place = ffprobe_seeks(path, late / RATE)
        check("ffprobe: a seek to", (time, place > size - 11 * 1.01 * len(JPEG)), (late / RATE, True))
        check("avidemux: frames", avidemux_finds(path), frames)
        check("omv info: status, frames, seconds, faults, damage", omv_finds(arguments.omv, path),
              (0, frames, seconds, [], None))
        status, by_header, read = omv_recovers(arguments.omv, path, size * 9 // 10)
        whole = int(size * 0.9 - 8192) // (len(JPEG) + 8)
        print(f"omv recover of 90 %: status {status}, {read} frames, at most {whole} fit")
        if status != 3 or read not in (whole, whole - 1) or by_header - read not in (0, 1):
            wrong.append("omv recover lost frames")
    for each in wrong:
        print(f"not good: {each}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
