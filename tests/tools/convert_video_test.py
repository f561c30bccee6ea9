#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`omv convert` with video that GStreamer reads and writes: counts, times, JPEG as it is, shards, failures.

convert_video_test.py OMV [unittest arguments]
"""

import json
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

OMV = None
DEADLINE = 60
TIMES_MS = [0, 40, 100, 130, 250, 300]
PLUGINS = {".mkv": ("x264enc", "matroskamux"), ".mp4": ("x264enc", "mp4mux"), ".webm": ("vp8enc", "webmmux")}
SIZE = 32


def recording():
    """Grey squares at TIMES_MS, each brighter than the one before."""
    file = b"OMV IMG STR V2.0"
    for n, time in enumerate(TIMES_MS):
        interval = time - TIMES_MS[n - 1] if n else 0
        file += struct.pack("<5I12x", interval, SIZE, SIZE, 0x08020001, 0) + bytes([20 + 40 * n]) * SIZE * SIZE
    return file


def has_elements(*names):
    return all(subprocess.run(["gst-inspect-1.0", "--exists", name]).returncode == 0 for name in names)


@unittest.skipUnless(shutil.which("gst-inspect-1.0") and has_elements("decodebin", "videoconvert"),
                     "GStreamer's base plugins are not there")
class VideoTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.source = self.dir / "in.bin"
        self.source.write_bytes(recording())

    def run_omv(self, *arguments):
        return subprocess.run([OMV, *map(str, arguments)], capture_output=True, text=True, timeout=DEADLINE)

    def convert(self, *arguments, status=0):
        done = self.run_omv("convert", *arguments)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def frames(self, path):
        return json.loads(self.run_omv("info", "--json", "--frames", path).stdout)["frames"]

    def times_ms(self, path):
        return [round(frame["time_us"] / 1000) for frame in self.frames(path)]

    def test_keeps_frames_and_times(self):
        for extension, plugins in PLUGINS.items():
            if not has_elements(*plugins):
                continue
            video = self.dir / f"video{extension}"
            self.convert(self.source, video)
            for out in (self.dir / f"{extension}.bin", self.dir / f"{extension}.avi", self.dir / f"{extension}.gif"):
                self.convert(video, out)
                self.assertLess(out.stat().st_size, 100_000, "a slot for each tick of the video's clock")
                for time, expected in zip(self.times_ms(out), TIMES_MS, strict=True):
                    self.assertAlmostEqual(time, expected, delta=5 if out.suffix == ".gif" else 1, msg=out.name)

    @unittest.skipUnless(has_elements("matroskamux", "matroskademux"), "no Matroska")
    def test_matroska_keeps_jpeg_as_it_is(self):
        self.convert("--pixformat=jpeg", self.source, self.dir / "jpeg.bin")
        self.convert(self.dir / "jpeg.bin", self.dir / "jpeg.mkv")
        self.convert(self.dir / "jpeg.mkv", self.dir / "back.bin")
        hashes = [[frame["sha256"] for frame in self.frames(self.dir / name)] for name in ("jpeg.bin", "back.bin")]
        self.assertEqual(*hashes)
        self.assertEqual(self.times_ms(self.dir / "back.bin"), TIMES_MS)

    @unittest.skipUnless(has_elements("matroskamux", "matroskademux"), "no Matroska")
    def test_shards_and_ranges_of_a_video(self):
        self.convert("--pixformat=jpeg", self.source, self.dir / "jpeg.bin")
        self.convert(self.dir / "jpeg.bin", self.dir / "jpeg.mkv")
        parts = [self.dir / f"{n}.bin" for n in (1, 2, 3, 4)]
        for n, part in enumerate(parts, 1):
            self.convert(f"--shard={n}/4", self.dir / "jpeg.mkv", part)
        self.convert(*parts, self.dir / "whole.bin")
        self.assertEqual(self.times_ms(self.dir / "whole.bin"), TIMES_MS)
        self.convert("--start=0.1", "--end=0.25", self.dir / "jpeg.mkv", self.dir / "range.bin")
        self.assertEqual(self.times_ms(self.dir / "range.bin"), [0, 30])

    def begin(self, *arguments):
        """A conversion that has begun to write."""
        before, deadline = sorted(self.dir.iterdir()), time.monotonic() + DEADLINE
        process = subprocess.Popen([OMV, "convert", *map(str, arguments)], stderr=subprocess.PIPE)
        self.addCleanup(process.stderr.close)
        while sorted(self.dir.iterdir()) == before and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        return process

    @unittest.skipUnless(has_elements("matroskamux", "matroskademux", "x264enc"), "no Matroska, no x264")
    def test_interruptions_leave_nothing(self):
        frames, size = 400, 640 * 480 * 2
        with (self.dir / "long.bin").open("wb") as out:  # VGA frames whose pixels are holes
            out.write(b"OMV IMG STR V2.0")
            for n in range(frames):
                out.seek(16 + n * (32 + size))
                out.write(struct.pack("<5I12x", 33, 640, 480, 0x0C030002, 0))
            out.truncate(16 + frames * (32 + size))
        names = sorted(path.name for path in self.dir.iterdir())
        for target, number in (("out.mkv", signal.SIGINT), ("out.mp4", signal.SIGTERM)):
            process = self.begin(self.dir / "long.bin", self.dir / target)
            process.send_signal(number)
            self.assertEqual(process.wait(DEADLINE), 1)
            self.assertIn(b"interrupted", process.stderr.read())
            self.assertEqual(sorted(path.name for path in self.dir.iterdir()), names)

    def test_failures_leave_nothing(self):
        (self.dir / "noise.mp4").write_bytes(bytes(range(256)) * 20)
        self.convert(self.dir / "noise.mp4", self.dir / "out.bin", status=1)
        done = self.convert(self.source, self.dir / "out.xyz", status=1)
        self.assertIn(".mkv .mp4", done.stderr)
        (self.dir / "there.mkv").write_bytes(b"precious")
        self.convert(self.source, self.dir / "there.mkv", status=1)
        self.assertEqual((self.dir / "there.mkv").read_bytes(), b"precious")
        self.assertEqual(sorted(path.name for path in self.dir.iterdir()), ["in.bin", "noise.mp4", "there.mkv"])


if __name__ == "__main__":
    OMV = sys.argv.pop(1)
    unittest.main()
