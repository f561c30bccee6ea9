#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The pictures of `omv info`: contact sheets, and timelines whose gaps are those of --json.

info_pictures_test.py OMV [unittest arguments]
"""

import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

OMV = None
DEADLINE = 60
GRAYSCALE = 0x08020001
RED = (214, 32, 40)
LEFT, RIGHT, MARKS = 90, 1160, 134  # tools/plot.cpp: the first and last column of the time axis, the row of the marks


def recording(intervals):
    """Grey pictures of 3x2, so long after each other (ms)."""
    return b"OMV IMG STR V2.0" + b"".join(
        struct.pack("<5I12x", interval, 3, 2, GRAYSCALE, 0) + bytes(16) for interval in intervals)


def read_row(path, wanted):
    """The (r, g, b) of a row of an 8 bit RGB file."""
    data = path.read_bytes()
    chunks, at = {}, 8
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        chunks[kind] = chunks.get(kind, b"") + data[at + 8:at + 8 + size]
        at += size + 12
    width, _height, depth, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert (depth, colour) == (8, 2)
    raw, above = zlib.decompress(chunks[b"IDAT"]), bytearray(3 * width)
    for y in range(wanted + 1):
        row = bytearray(raw[y * (3 * width + 1) + 1:(y + 1) * (3 * width + 1)])
        unfilter(raw[y * (3 * width + 1)], row, above)
        above = row
    return [tuple(above[i:i + 3]) for i in range(0, 3 * width, 3)]


def unfilter(kind, row, above):
    for i in range(len(row) if kind else 0):
        left, up, corner = (row[i - 3], above[i], above[i - 3]) if i >= 3 else (0, above[i], 0)
        paeth = min((left, up, corner), key=lambda near: abs(left + up - corner - near))
        row[i] = (row[i] + (left, up, (left + up) // 2, paeth)[kind - 1]) % 256


def spans(row, colour):
    """(first, last) column of each stretch of a colour."""
    found = []
    for x, pixel in enumerate(row):
        if pixel != colour:
            continue
        if found and found[-1][1] == x - 1:
            found[-1][1] = x
        else:
            found.append([x, x])
    return found


class InfoTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)

    def file(self, content, name):
        (self.dir / name).write_bytes(content)
        return self.dir / name

    def info(self, *arguments, status=0):
        done = subprocess.run([OMV, "info", *map(str, arguments)], capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def convert(self, *arguments):
        subprocess.run([OMV, "convert", *map(str, arguments)], check=True, capture_output=True, timeout=DEADLINE)


class Plot(InfoTest):
    def check_gaps(self, path):
        """What is red above the panels is what --json calls gaps."""
        plot = path.with_suffix(path.suffix + ".png")
        told = json.loads(self.info("--json", "--frames", "--plot", plot, path).stdout)
        frames, gaps = told["frames"], told["gaps"]
        end = frames[-1]["time_us"]
        expected = [(frame["time_us"] - frame["interval_us"], frame["time_us"]) for frame in frames[1:]
                    if frame["interval_us"] > gaps["longer_than_us"]]
        self.assertEqual(len(expected), gaps["count"])
        marks = spans(read_row(plot, MARKS), RED)
        self.assertEqual(len(marks), gaps["count"])
        for (first, last), times in zip(marks, expected, strict=True):
            for column, time in ((first, times[0]), (last, times[1])):
                self.assertAlmostEqual(column, LEFT + time * (RIGHT - LEFT) / end, delta=3)
        return gaps

    def test_shows_the_gaps_that_json_tells(self):
        intervals = [33] * 200
        intervals[20], intervals[100], intervals[101], intervals[150] = 90, 500, 300, 5000
        path = self.file(recording(intervals), "gaps.bin")
        self.assertEqual(self.check_gaps(path)["count"], 4)
        self.convert(path, self.dir / "gaps.avi")
        self.assertEqual(self.check_gaps(self.dir / "gaps.avi")["count"], 4)

    def test_of_a_recording_without_gaps_has_no_mark(self):
        self.assertEqual(self.check_gaps(self.file(recording([33] * 50), "even.bin"))["count"], 0)

    def test_of_hours_keeps_single_gaps(self):
        intervals = [40] * 100_000
        intervals[300], intervals[70_000] = 90, 120  # each much less than a column of pixels
        path = self.file(recording(intervals), "hour.bin")
        self.info("--plot", self.dir / "hour.png", path)
        marks = spans(read_row(self.dir / "hour.png", MARKS), RED)
        self.assertEqual([last - first for first, last in marks], [0, 0])

    def test_needs_two_frames(self):
        one = self.file(recording([33]), "one.bin")
        self.assertIn("no two frames", self.info("--plot", self.dir / "a.png", one, status=1).stderr)
        self.assertFalse((self.dir / "a.png").exists())

    def test_never_writes_over_a_file(self):
        path, there = self.file(recording([33] * 5), "in.bin"), self.file(b"precious", "there.png")
        done = self.info("--json", "--plot", there, path, status=1)
        self.assertIn("exists", done.stderr)
        self.assertEqual(json.loads(done.stdout)["frame_count"], 5)
        self.assertEqual(there.read_bytes(), b"precious")
        self.info("--plot", there, path, path, status=2)


class ContactSheet(InfoTest):
    def test_has_a_cell_for_each_of_24_frames_at_most(self):
        for frames, columns, rows in ((1, 1, 1), (5, 5, 1), (100, 6, 4)):
            sheet = self.dir / f"{frames}.png"
            self.info("--sheet", sheet, self.file(recording([40] * frames), f"{frames}.bin"))
            size = struct.unpack(">2I", sheet.read_bytes()[16:24])
            self.assertEqual(size, (8 + 208 * columns, 8 + 180 * rows))

    def test_is_made_of_avi_and_gif_and_of_nothing_else(self):
        source = self.file(recording([40] * 5), "in.bin")
        for kind in ("avi", "gif"):
            self.convert(source, self.dir / f"a.{kind}")
            self.info("--sheet", self.dir / f"{kind}.png", self.dir / f"a.{kind}")
        still = self.file(b"P6\n2 1\n255\nabcdef", "still.ppm")
        self.info("--sheet", self.dir / "still.png", still, status=1)
        there = self.file(b"precious", "there.png")
        self.info("--sheet", there, source, status=1)
        self.assertEqual(there.read_bytes(), b"precious")


if __name__ == "__main__":
    OMV = sys.argv.pop(1)
    unittest.main()
