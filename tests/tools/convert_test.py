#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`omv convert` between all pairs of kinds: frame counts, times, pixels; shards; what interruptions leave.

convert_test.py OMV [unittest arguments]
"""

import json
import os
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
GRAYSCALE, RGB565, ARGB8 = 0x08020001, 0x0C030002, 0x0C080004
WIDTH, HEIGHT, FRAMES = 16, 8, 5
TIMES_MS = [0, 40, 100, 130, 250]


def ppm(number):
    """A picture of four colours that a GIF's table holds exactly, another one for each number."""
    colours = [(number * 40, 0, 0), (0, 255 - number * 20, 0), (0, 0, 128), (255, 255, 255)]
    pixels = b"".join(bytes(colours[(x // 4 + number) % 4]) for _ in range(HEIGHT) for x in range(WIDTH))
    return b"P6\n%d %d\n255\n" % (WIDTH, HEIGHT) + pixels


def chunk(interval, width, height, pixformat, payload):
    data = struct.pack("<5I12x", interval, width, height, pixformat, 0) + payload
    return data + bytes(-len(data) % 16)


def raw_recording(frames=FRAMES, first=500):
    """Grey and RGB565 in turns, at TIMES_MS over and over."""
    chunks = []
    for n in range(frames):
        interval = first if n == 0 else TIMES_MS[n % 5] - TIMES_MS[n % 5 - 1] if n % 5 else 60
        pixels = bytes((n * 7 + i) % 256 for i in range(12 if n % 2 else 6))
        chunks.append(chunk(interval, 3, 2, RGB565 if n % 2 else GRAYSCALE, pixels))
    return b"OMV IMG STR V2.0" + b"".join(chunks)


class ConvertTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)

    def file(self, content, name):
        path = self.dir / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    def run_omv(self, *arguments):
        return subprocess.run([OMV, *map(str, arguments)], capture_output=True, text=True, timeout=DEADLINE)

    def convert(self, *arguments, status=0):
        done = self.run_omv("convert", *arguments)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def frames(self, path):
        """(time in µs, sha256) of each frame."""
        done = self.run_omv("info", "--json", "--frames", path)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return [(frame["time_us"], frame["sha256"]) for frame in json.loads(done.stdout)["frames"]]

    def times(self, path):
        return [time for time, _ in self.frames(path)]

    def hashes(self, path):
        return [sha for _, sha in self.frames(path)]

    def names(self):
        return sorted(path.name for path in self.dir.iterdir())

    def stills(self):
        return [self.file(ppm(n), f"stills/{n}.ppm") for n in range(FRAMES)]

    def source(self, kind):
        """FRAMES pictures, 100 ms apart, as a file or files of a kind."""
        stills = self.stills()
        if kind == "ppm":
            return ["--framerate=10", *stills]
        path = self.dir / f"source.{kind}"
        self.convert("--framerate=10", *stills, path)
        return [path]


class Pairs(ConvertTest):
    def check_by_ffprobe(self, path):
        """Another reader finds as many frames, as far from each other."""
        if not shutil.which("ffprobe"):
            return
        probed = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "frame=pts_time", "-of", "csv=p=0", path],
                                capture_output=True, text=True, timeout=DEADLINE)
        times = [float(line.strip(",")) for line in probed.stdout.split()]
        self.assertEqual([round(time - times[0], 3) for time in times], [n / 10 for n in range(FRAMES)], path.name)

    def test_keep_frames_and_times(self):
        for source in ("bin", "avi", "gif", "ppm"):
            inputs = self.source(source)
            for target in ("bin", "avi", "gif"):
                out = self.dir / f"{source}-to.{target}"
                self.convert(*inputs, out)
                self.assertEqual(self.times(out), [n * 100_000 for n in range(FRAMES)], out.name)
                info = json.loads(self.run_omv("info", "--json", out).stdout)
                self.assertEqual(info["duration_us"], FRAMES * 100_000, out.name)
                if target != "bin":
                    self.check_by_ffprobe(out)

    def test_become_numbered_stills(self):
        for source in ("bin", "avi", "gif", "ppm"):
            inputs = self.source(source)
            for extension in ("png", "jpg", "bmp", "pgm", "ppm"):
                self.convert(*inputs, self.dir / f"{source}-{extension}" / ("%{index:03}." + extension))
                made = sorted((self.dir / f"{source}-{extension}").iterdir())
                self.assertEqual([path.name for path in made], [f"{n:03}.{extension}" for n in range(FRAMES)])
                for path in made:
                    self.assertEqual(self.run_omv("info", path).returncode, 0)

    def test_lossless_ones_keep_pixels(self):
        for way in (["bin"], ["gif"], ["bin", "gif", "bin"], ["gif", "bin", "gif"]):
            source = ["--framerate=10", *self.stills()]
            for step, kind in enumerate(way):
                out = self.dir / f"{''.join(way)}{step}.{kind}"
                self.convert(*source, out)
                source = [out]
            folder = self.dir / "".join(way)
            self.convert(*source, folder / "%{index}.ppm")
            for n in range(FRAMES):
                self.assertEqual((folder / f"{n}.ppm").read_bytes(), ppm(n), way)

    def test_jpeg_frames_stay_as_they_are(self):
        avi = self.source("avi")[0]
        hashes = self.hashes(avi)
        self.convert(avi, self.dir / "a.bin")
        self.assertEqual(self.hashes(self.dir / "a.bin"), hashes)
        self.convert(self.dir / "a.bin", self.dir / "b.avi")
        self.assertEqual(self.hashes(self.dir / "b.avi"), hashes)
        self.convert(self.dir / "b.avi", self.dir / "%{index}.jpg")
        self.convert("--framerate=10", *[self.dir / f"{n}.jpg" for n in range(FRAMES)], self.dir / "c.avi")
        self.assertEqual(self.hashes(self.dir / "c.avi"), hashes)


class Times(ConvertTest):
    def test_of_a_camera_are_kept(self):
        source = self.file(raw_recording(), "in.bin")
        self.convert(source, self.dir / "out.avi")
        self.convert(self.dir / "out.avi", self.dir / "again.bin")
        expected = [ms * 1000 for ms in TIMES_MS]
        self.convert(source, self.dir / "out.gif")
        for name in ("out.avi", "again.bin", "out.gif"):
            self.assertEqual(self.times(self.dir / name), expected, name)

    def test_a_copy_is_the_same_file(self):
        source = self.file(raw_recording(), "in.bin")
        self.convert(source, self.dir / "out.bin")
        self.assertEqual((self.dir / "out.bin").read_bytes(), source.read_bytes())

    def test_fast_frames_find_a_slot_each(self):
        frames = b"".join(chunk(2, 3, 2, GRAYSCALE, bytes(6)) for _ in range(50))
        source = self.file(b"OMV IMG STR V2.0" + frames, "fast.bin")
        self.convert(source, self.dir / "fast.avi")
        self.assertEqual(self.times(self.dir / "fast.avi"), [n * 2000 for n in range(50)])
        done = self.convert(source, self.dir / "fast.gif", status=3)
        self.assertIn("less than 20 ms", done.stderr)

    def test_choose_what_is_converted(self):
        source = self.file(raw_recording(), "in.bin")
        hashes = self.hashes(source)
        for options, expected in ((["--start=0.1"], hashes[2:]), (["--end=100ms"], hashes[:2]),
                                  (["--start=0:00:00.04", "--end=0.131"], hashes[1:4]), (["--frames=1..3"], hashes[1:3]),
                                  (["--frames=3.."], hashes[3:]), (["--frames=..2", "--start=0.04"], hashes[1:2])):
            out = self.dir / "part.bin"
            self.convert("--force", *options, source, out)
            self.assertEqual(self.hashes(out), expected, options)
        done = self.convert("--start=10", source, self.dir / "none.bin", status=1)
        self.assertIn("no frame to convert", done.stderr)
        self.assertFalse((self.dir / "none.bin").exists())


class Shards(ConvertTest):
    def test_together_are_the_whole(self):
        source = self.file(raw_recording(23), "in.bin")
        for count in (1, 2, 3, 7, 23):
            parts = [self.dir / f"{count}-{n}.bin" for n in range(1, count + 1)]
            for n, part in enumerate(parts, 1):
                self.convert(f"--shard={n}/{count}", source, part)
            joined = self.dir / f"{count}.bin"
            self.convert(*parts, joined)
            self.assertEqual(joined.read_bytes(), source.read_bytes(), count)

    def test_of_a_range(self):
        source = self.file(raw_recording(23), "in.bin")
        hashes = []
        for n in (1, 2, 3):
            self.convert("--frames=4..18", f"--shard={n}/3", source, self.dir / f"{n}.avi")
            hashes += self.hashes(self.dir / f"{n}.avi")
        self.convert("--frames=4..18", source, self.dir / "whole.avi")
        self.assertEqual(hashes, self.hashes(self.dir / "whole.avi"))

    def test_number_stills_as_the_whole_does(self):
        source = self.file(raw_recording(), "in.bin")
        for n in (1, 2):
            self.convert(f"--shard={n}/2", source, self.dir / "stills" / "%{index}.png")
        self.assertEqual(sorted(path.name for path in (self.dir / "stills").iterdir()), [f"{n}.png" for n in range(5)])

    def test_without_a_frame_fail(self):
        source = self.file(raw_recording(2), "in.bin")
        done = self.convert("--shard=1/3", source, self.dir / "out.bin", status=1)
        self.assertIn("shard has no frame", done.stderr)


class Output(ConvertTest):
    def test_is_never_written_over(self):
        source = self.file(raw_recording(), "in.bin")
        for name in ("out.bin", "out.avi", "out.gif", "0.png"):
            there = self.file(b"precious", name)
            target = self.dir / ("%{index}.png" if name == "0.png" else name)
            done = self.convert(source, target, status=1)
            self.assertIn("exists", done.stderr)
            self.assertEqual(there.read_bytes(), b"precious")
            self.convert("--force", source, target)
            self.assertNotEqual(there.read_bytes(), b"precious")
        self.convert(source, source, status=1)
        self.assertEqual(source.read_bytes(), raw_recording())

    def test_of_a_failure_is_nothing(self):
        other_size = chunk(10, 2, 2, GRAYSCALE, bytes(4))
        source = self.file(raw_recording() + other_size, "in.bin")
        for name in ("out.avi", "out.gif"):
            done = self.convert(source, self.dir / name, status=1)
            self.assertIn("frame 5 is 2x2, those before are 3x2", done.stderr)
        done = self.convert(source, self.dir / "one.png", status=1)
        self.assertIn("%{index}", done.stderr)
        self.assertEqual(self.names(), ["in.bin"])

    def test_says_what_is_lost(self):
        source = self.file(raw_recording() + chunk(10, 2, 2, ARGB8, b""), "in.bin")
        self.assertIn("have no pixels", self.convert(source, self.dir / "a.bin", status=3).stderr)
        cut = self.file(raw_recording()[:-12], "cut.bin")
        self.convert(cut, self.dir / "b.bin", status=3)
        self.assertEqual(len(self.frames(self.dir / "b.bin")), FRAMES - 1)

    def long_recording(self):
        """VGA frames whose pixels are holes; converting them takes a second or more."""
        path = self.dir / "long.bin"
        with path.open("wb") as out:
            out.write(b"OMV IMG STR V2.0")
            for n in range(600):
                out.seek(16 + n * (32 + 614400))
                out.write(struct.pack("<5I12x", 33, 640, 480, RGB565, 0))
            out.truncate(16 + 600 * (32 + 614400))
        return path

    def begin(self, source, target):
        """A conversion that has begun to write."""
        process = subprocess.Popen([OMV, "convert", source, self.dir / target], stderr=subprocess.PIPE)
        self.addCleanup(process.stderr.close)
        deadline = time.monotonic() + DEADLINE
        while self.names() == [source.name] and time.monotonic() < deadline:
            time.sleep(0.005)
        return process

    def test_of_an_interruption_is_nothing(self):
        source = self.long_recording()
        for target, number in (("out.avi", signal.SIGINT), ("out.gif", signal.SIGTERM), ("%{index}.jpg", signal.SIGINT)):
            process = self.begin(source, target)
            process.send_signal(number)
            self.assertEqual(process.wait(DEADLINE), 1)
            self.assertIn(b"interrupted", process.stderr.read())
            self.assertEqual(self.names(), ["long.bin"])

    def test_stills_that_were_replaced_stay(self):
        source = self.long_recording()
        for n in range(2):
            (self.dir / f"{n}.jpg").write_bytes(b"old")
        process = subprocess.Popen([OMV, "convert", "--force", source, self.dir / "%{index}.jpg"], stderr=subprocess.PIPE)
        self.addCleanup(process.stderr.close)
        deadline = time.monotonic() + DEADLINE
        while "2.jpg" not in self.names() and time.monotonic() < deadline:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(DEADLINE), 1)
        self.assertEqual(self.names(), ["0.jpg", "1.jpg", "long.bin"])

    def test_of_a_kill_is_a_part_that_force_replaces(self):
        source = self.long_recording()
        process = self.begin(source, "out.avi")
        process.kill()
        process.wait(DEADLINE)
        self.assertEqual(self.names(), ["long.bin", "out.avi.part"])
        arguments = ("--frames=..2", source, self.dir / "out.avi")
        self.convert(*arguments, status=1)
        self.convert("--force", *arguments)
        self.assertEqual(self.names(), ["long.bin", "out.avi"])


class Usage(ConvertTest):
    def test_wrong_values_are_told(self):
        source = self.file(raw_recording(), "in.bin")
        for option, text in (("--frames=x", "--frames: 'x'"), ("--frames=5", "'5'"), ("--frames=5..5", "ends before"),
                             ("--frames=-1..5", "'-1..5'"), ("--shard=0/3", "--shard: '0/3'"), ("--shard=4/3", "'4/3'"),
                             ("--shard=1", "'1'"), ("--start=soon", "--start: 'soon'"), ("--end=1:75", "'1:75'"),
                             ("--end=0", "--end is not behind --start"), ("--quality=0", "--quality is 0"),
                             ("--framerate=0", "--framerate is '0'"), ("--pixformat=bayer", "--pixformat is 'bayer'"),
                             ("--nonsense", "--nonsense")):
            done = self.convert(option, source, self.dir / "out.bin", status=2)
            self.assertIn(text, done.stderr)
        self.convert(source, status=2)
        self.convert("--pixformat=jpeg", source, self.dir / "out.avi", status=2)
        self.assertEqual(self.names(), ["in.bin"])

    def test_pictures_can_be_chosen(self):
        source = self.file(raw_recording(), "in.bin")
        for name in ("jpeg", "png", "grayscale", "rgb565", "binary"):
            out = self.dir / f"{name}.bin"
            self.convert(f"--pixformat={name}", source, out)
            pictures = json.loads(self.run_omv("info", "--json", out).stdout)["pictures"]
            self.assertEqual([picture["format"] for picture in pictures], [name])

    def test_help_has_an_example(self):
        done = self.run_omv("convert", "--help")
        self.assertEqual(done.returncode, 0)
        for word in ("omv convert clip.bin clip.avi", "--shard", "Exit status"):
            self.assertIn(word, done.stdout)


if __name__ == "__main__":
    OMV = sys.argv.pop(1)
    os.environ["LC_ALL"] = "C.UTF-8"
    unittest.main()
