#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Kills recorders of clips at random moments: kill_clips.py --omv OMV [--rounds N] [--at-once N] [EXTENSION...].

Each round records 50 frames a second of JPEG into clips of half a second, one behind the other, and is killed after 0.3 to
3 seconds. A round is good when every clip that has its name is whole (its reader finds the frames that its clip.json
says, clip.json is there) and every part gives what is whole of it: of ImageIO and AVI `omv recover` saves every JPEG
that lies in it in full, of Matroska ffprobe finds as many. Prints a table, one row per extension; exit status 1 when a
round was not good, 77 when gst-launch-1.0 or ffprobe is missing.
"""

import argparse
import concurrent.futures
import json
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SOURCE = "videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=240,framerate=50/1 ! jpegenc"
FOREVER = 2**64 - 1
JPEG_START = bytes.fromhex("ffd8ffe000104a464946")
JPEG_END = b"\xff\xd9"
EXTENSIONS = ("bin", "avi", "mkv")
DEADLINE = 30


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=DEADLINE)


def record_and_kill(folder, extension, seconds):
    sink = f"omvclipsink location={folder}/%{{index:03d}}.{extension} trigger=start pre-time=0"
    command = f"gst-launch-1.0 -q {SOURCE} ! {sink} post-time={FOREVER} max-time=500000000"
    process = subprocess.Popen(command.split(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + DEADLINE
        while not list(folder.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(seconds)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def frames_in(omv, path):
    if path.suffix == ".bin":
        info = json.loads(run(omv, "info", "--json", path).stdout)
        return info["frame_count"] if info["damage"] is None else -1
    return packets_in(path)


def packets_in(path):
    result = run("ffprobe", "-v", "quiet", "-count_packets", "-show_entries", "stream=nb_read_packets", "-of", "json", path)
    streams = json.loads(result.stdout or "{}").get("streams") or [{}]
    return int(streams[0].get("nb_read_packets", 0))


def whole_jpegs(content):
    """JPEGs whose end is there, as far as the next one's start or the end of the file tells."""
    pieces = content.split(JPEG_START)[1:]
    return sum(1 for i, piece in enumerate(pieces) if i + 1 < len(pieces) or JPEG_END in piece)


def check_clip(omv, path):
    facts = json.loads((path.parent / (path.name + ".json")).read_text())
    found = frames_in(omv, path)
    return [] if facts["complete"] and found == facts["frames"] else [f"{path.name}: {found} frames, {facts['frames']} said"]


def check_part(omv, path):
    expected = whole_jpegs(path.read_bytes())
    if expected == 0:
        return []
    if ".mkv" in path.name:
        found = packets_in(path)
    else:
        out = path.with_suffix(".recovered" + pathlib.Path(path.stem).suffix)
        status = run(omv, "recover", path, out).returncode
        found = frames_in(omv, out) if status in (0, 3) else -1
    return [] if found >= expected else [f"{path.name}: {found} of {expected} frames"]


def one_round(job):
    omv, extension, seed = job
    with tempfile.TemporaryDirectory(prefix="omv-kill-") as name:
        folder = pathlib.Path(name)
        record_and_kill(folder, extension, random.Random(seed).uniform(0.3, 3))
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        clips = [path for path in paths if path.suffix == "." + extension]
        parts = [path for path in paths if path.suffix == ".part"]
        faults = [fault for clip in clips for fault in check_clip(omv, clip)]
        faults += [fault for part in parts for fault in check_part(omv, part)]
        return len(clips), len(parts), faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--omv", required=True)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("extensions", nargs="*", metavar="EXTENSION", default=EXTENSIONS)
    options = parser.parse_args()
    if not shutil.which("gst-launch-1.0") or not shutil.which("ffprobe"):
        return 77
    print(f"seed {options.seed}\n{'clips':8} {'rounds':>6} {'whole':>6} {'parts':>6} {'faults':>6}")
    bad = False
    for extension in options.extensions:
        jobs = [(options.omv, extension, options.seed + i) for i in range(options.rounds)]
        with concurrent.futures.ThreadPoolExecutor(options.at_once) as pool:
            results = list(pool.map(one_round, jobs))
        faults = [fault for result in results for fault in result[2]]
        clips, parts = (sum(result[i] for result in results) for i in (0, 1))
        print(f"{extension:8} {len(results):6} {clips:6} {parts:6} {len(faults):6}", *faults, sep="\n  ", flush=True)
        bad |= bool(faults) or parts == 0
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
