#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Kills recordings at random moments and lets players say what is left: kill_avi.py [--rounds N] [--at-once N] [MUXER...].

Each round records 50 frames a second of JPEG into a file (unbuffered, so that the file has every frame that was muxed)
and is killed after 1 to 4 seconds. The frames that are in the file are counted by their JPEG headers; then ffprobe and
GStreamer's own demuxer say how many they find and how long the file is. A round is good for a player when it finds all
frames but those of one sync interval, and ffprobe's duration is as far off at most. Prints a table, one row per muxer;
exit status 1 when omvmjpegmux is not good in every round, 77 when gst-launch-1.0 or ffprobe is missing.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

RATE, INTERVAL_MS = 50, 500
SLACK = RATE * INTERVAL_MS // 1000 + 1  # frames: those since the last sync, and the one being written
JPEG_START = bytes.fromhex("ffd8ffe000104a464946")
SOURCE = f"videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=240,framerate={RATE}/1 ! jpegenc"
MUXERS = {
    "omvmjpegmux": (f"omvmjpegmux sync-interval={INTERVAL_MS}", "avidemux"),
    "avimux": ("avimux", "avidemux"),
    "matroskamux": ("matroskamux", "matroskademux"),
    "qtmux": ("qtmux", "qtdemux"),
    "qtmux fragmented": (f"qtmux fragment-duration={INTERVAL_MS}", "qtdemux"),
}
DEADLINE = 30


def run(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE).stdout
    except subprocess.TimeoutExpired:
        return ""


def record_and_kill(mux, path, seconds):
    command = f"gst-launch-1.0 -q {SOURCE} ! {mux} ! filesink buffer-mode=unbuffered location={path}"
    process = subprocess.Popen(command.split(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + DEADLINE
        while not (path.exists() and path.stat().st_size) and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(seconds)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def probe(path):
    """Frames and seconds as ffprobe finds them."""
    text = run(["ffprobe", "-v", "quiet", "-count_packets", "-show_entries", "stream=nb_read_packets:format=duration",
                "-of", "json", str(path)])
    found = json.loads(text or "{}")
    streams = found.get("streams") or [{}]
    return int(streams[0].get("nb_read_packets", 0)), float(found.get("format", {}).get("duration", 0))


def play(path, demuxer):
    """Frames that GStreamer's demuxer hands out."""
    text = run(["gst-launch-1.0", "-v", "filesrc", f"location={path}", "!", demuxer, "!", "fakesink", "silent=false"])
    return text.count("chain ")


def one_round(job):
    name, seed = job
    mux, demuxer = MUXERS[name]
    seconds = random.Random(seed).uniform(1, 4)
    with tempfile.TemporaryDirectory(prefix="omv-kill-") as folder:
        path = pathlib.Path(folder) / "killed"
        record_and_kill(mux, path, seconds)
        frames = path.read_bytes().count(JPEG_START) if path.exists() else 0
        probed, duration = probe(path)
        played = play(path, demuxer)
    return name, {
        "frames": frames,
        "ffprobe": frames - SLACK <= probed <= frames,
        "duration": abs(duration * RATE - frames) <= SLACK,
        "GStreamer": frames - SLACK <= played <= frames,
        "missing": max(frames - min(probed, played), 0),
    }


def print_table(results, rounds):
    print("| Muxer | ffprobe: frames | ffprobe: duration | GStreamer: frames | most frames missing |")
    print("|---|---|---|---|---|")
    for name, found in results.items():
        good = [sum(each[key] for each in found) for key in ("ffprobe", "duration", "GStreamer")]
        most = max(each["missing"] for each in found)
        print(f"| `{name}` | " + " | ".join(f"{count} of {rounds}" for count in good) + f" | {most} |")


def main():
    parser = argparse.ArgumentParser(description="Kills recordings and lets players say what is left.")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=2 * (os.cpu_count() or 1))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("muxers", nargs="*", metavar="MUXER", help=", ".join(MUXERS))
    arguments = parser.parse_args()
    if not (shutil.which("gst-launch-1.0") and shutil.which("ffprobe")):
        print("skipped: no gst-launch-1.0 or no ffprobe")
        return 77
    names = arguments.muxers or list(MUXERS)
    jobs = [(name, arguments.seed + number) for name in names for number in range(arguments.rounds)]
    results = {name: [] for name in names}
    with concurrent.futures.ThreadPoolExecutor(arguments.at_once) as pool:
        for name, found in pool.map(one_round, jobs):
            results[name].append(found)
    print_table(results, arguments.rounds)
    ours = results.get("omvmjpegmux", [])
    bad = [each for each in ours if not (each["frames"] and each["ffprobe"] and each["duration"] and each["GStreamer"])]
    for each in bad:
        print(f"not good: {each}", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
