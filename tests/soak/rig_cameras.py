#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Four cameras by one rig file, and by one gst-launch-1.0: frames lost, processor time, memory: rig_cameras.py.

Each camera is an `omv emulate` of its own (VGA, 30 frames a second), recorded into AVI segments of a minute, with an
armed ring of five seconds beside it. `omv rig run` does that for MINUTES on two processors, then gst-launch-1.0 does, by
the lines that `omv rig plan` prints, in one process. Every picture carries its number: what is missing in between is
lost, whoever lost it. Fails when the rig loses a frame or says that it did. GST_PLUGIN_PATH says where the plugin is, as
in `meson devenv`.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

DEADLINE = 60  # seconds for anything that is waited for
RATE = 30
CELL, COLUMNS, ROWS = 8, 16, 5  # of the mark in a VGA picture: lib/omv/emulator/scene_code.h
TICKS = os.sysconf("SC_CLK_TCK")

HEAD = """[rig]
log_level = "warning"
[storage]
directory = "{folder}"
min_free = "0B"
stop_free = "0B"
[trigger.event]
type = "signal"
signal = "USR1"
[record.video]
type = "continuous"
format = "avi"
location = "video/%{{camera}}-%{{index:04d}}"
segment_time = "1min"
[record.clips]
type = "clip"
triggers = "event"
format = "avi"
pre = "5s"
ring = "24MiB"
"""
CAMERA = """[camera.{name}]
device = "{device}"
framesize = "VGA"
framerate = {rate}
preview = "0/s"
"""


def wait_for(what, poll):
    end = time.monotonic() + DEADLINE
    while not poll():
        if time.monotonic() > end:
            sys.exit(f"waited in vain for {what}")
        time.sleep(0.1)


class Camera:
    """An emulated camera on a TCP port of its own."""

    def __init__(self, omv, number):
        self.name = f"camera{number}"
        self.process = subprocess.Popen(
            [omv, "emulate", "--tcp", "0", "--size", "VGA", "--fps", str(RATE), "--seed", str(number)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.device = self.process.stdout.readline().strip()
        self.process.stdout.readline()

    def handed_over(self):
        """Frames that a host was given."""
        self.process.stdin.write("counters\n")
        self.process.stdin.flush()
        return int(re.search(r" frames=(\d+)", self.process.stdout.readline()).group(1))

    def close(self):
        self.process.terminate()
        self.process.wait(DEADLINE)
        self.process.stdin.close()
        self.process.stdout.close()


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def busy_seconds():
    """Of all processors since the start of the machine."""
    user, nice, system, _idle, _wait, *rest = map(int, pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    return (user + nice + system + sum(rest[:3])) / TICKS


def resident_mib(pid, field):
    return int(re.search(rf"{field}:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text()).group(1)) / 1024


class Figures:
    """What a process and the machine use between begin and end."""

    def __init__(self, process, cameras):
        self.pid = process.pid
        self.cameras = [camera.process.pid for camera in cameras]
        self.start = self.now()

    def now(self):
        return time.monotonic(), processor_seconds(self.pid), sum(map(processor_seconds, self.cameras)), busy_seconds()

    def end(self):
        elapsed, own, cameras, busy = (after - before for before, after in zip(self.start, self.now()))
        return {"cpu": 100 * own / elapsed, "cameras": 100 * cameras / elapsed,
                "others": 100 * (busy - own - cameras) / elapsed,
                "rss": resident_mib(self.pid, "VmRSS"), "peak": resident_mib(self.pid, "VmHWM")}


def numbers_in(video):
    """The numbers that the pictures of an AVI carry, in order."""
    size = CELL * COLUMNS, CELL * ROWS
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(video), "-vf", f"crop={size[0]}:{size[1]}:{CELL}:{CELL}", "-vsync",
         "passthrough", "-f", "rawvideo", "-pix_fmt", "gray", "-"], capture_output=True, check=True)
    picture = size[0] * size[1]
    for start in range(0, len(done.stdout), picture):
        bits = ("01"[done.stdout[start + (row * CELL + CELL // 2) * size[0] + column * CELL + CELL // 2] > 127]
                for row in range(2) for column in range(COLUMNS))
        yield int("".join(bits), 2)


def frames_of(folder, camera):
    """What is on the disk of one camera: frames, of how many, and the longest stretch that is missing."""
    numbers = [number for video in sorted(folder.glob(f"video/{camera.name}-*.avi")) for number in numbers_in(video)]
    steps = [after - before for before, after in zip(numbers, numbers[1:])]
    if not numbers or min(steps) < 1:
        sys.exit(f"{camera.name}: frames twice or in disorder")
    return {"recorded": len(numbers), "expected": numbers[-1] - numbers[0] + 1, "longest": max(steps) - 1,
            "handed over": camera.handed_over()}


def rig_text(folder, cameras):
    return HEAD.format(folder=folder) + "".join(
        CAMERA.format(name=camera.name, device=camera.device, rate=RATE) for camera in cameras)


def launch_words(omv, rig):
    """The launch lines of all cameras as the arguments of one gst-launch-1.0."""
    plan = subprocess.run([omv, "rig", "plan", "--json", str(rig)], check=True, capture_output=True, text=True)
    lines = [line["command"] for line in json.loads(plan.stdout)["launch"]]
    words = " ".join(line.replace("\\\n", " ").removeprefix("gst-launch-1.0 -e") for line in lines)
    return ["sh", "-c", "exec gst-launch-1.0 -q -e " + words]


def record(options, tool):
    """One run of `tool`: its figures, its frames for each camera, and its exit status."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rig-cameras-", dir=options.dir))
    cameras = [Camera(options.omv, number + 1) for number in range(options.cameras)]
    process = None
    try:
        rig = folder / "rig.toml"
        rig.write_text(rig_text(folder, cameras))
        command = [options.omv, "rig", "run", str(rig)] if tool == "rig" else launch_words(options.omv, rig)
        process = subprocess.Popen(["taskset", "-c", "0,1", *command])
        wait_for("frames", lambda: process.poll() is not None or all(c.handed_over() > RATE for c in cameras))
        if process.poll() is not None:
            sys.exit(f"{tool} does not run: {' '.join(command)}")
        figures = Figures(process, cameras)
        time.sleep(60 * options.minutes)
        figures = figures.end()
        process.send_signal(signal.SIGINT)
        status = process.wait(DEADLINE)
        return figures, [frames_of(folder, camera) for camera in cameras], status
    finally:
        if process and process.poll() is None:
            process.kill()
            process.wait(DEADLINE)
        for camera in cameras:
            camera.close()
        shutil.rmtree(folder)


def report(tool, figures, frames, status):
    expected, recorded = (sum(camera[key] for camera in frames) for key in ("expected", "recorded"))
    print(f"| {tool} | {expected} | {recorded} | {expected - recorded} | {max(camera['longest'] for camera in frames)} "
          f"| {figures['cpu']:.1f} % | {figures['rss']:.0f} MiB | {figures['peak']:.0f} MiB "
          f"| {figures['cameras']:.1f} % | {figures['others']:.0f} % | {status} |", flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split(".")[0])
    parser.add_argument("--omv", default="build/tools/omv")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--cameras", type=int, default=4)
    parser.add_argument("--only", choices=("rig", "gst-launch"))
    parser.add_argument("--dir", help="where recordings go meanwhile: some 250 MB a minute")
    options = parser.parse_args()
    options.omv = str(pathlib.Path(options.omv).resolve())
    return options


def main():
    options = arguments()
    print("| | frames of the cameras | recorded | lost | most in a row | CPU | RSS at the end | peak | CPU of the cameras "
          "| of everything else | exit |\n|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
    good = True
    for tool in [options.only] if options.only else ["rig", "gst-launch"]:
        figures, frames, status = record(options, tool)
        report(tool, figures, frames, status)
        if tool == "rig":
            good = status == 0 and all(camera["expected"] == camera["recorded"] for camera in frames)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
