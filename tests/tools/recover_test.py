#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`omv recover` and `omv info` on AVIs as the camera writes them, and on GIFs and ImageIO files that end too early.

recover_test.py OMV [unittest arguments]
"""

import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

OMV = None
DEADLINE = 60
JPEG = bytes.fromhex("ffd8ffc0000b080009000701011100ffd9")


def camera_file(frames, rate=0):
    """The camera's own layout; before close() every total is 0 (spec: media, section 4.2)."""
    movi = b"".join(b"00dc" + struct.pack("<I", 20) + JPEG + b"\x87\x85\x39" for _ in range(frames))
    avih = struct.pack("<14I", 0, 0, 4, 0, 0, 0, 1, 0, 7, 9, 1000, rate, 0, 0)
    strh = b"vidsMJPG" + struct.pack("<10I", 0, 0, 0, 1000, rate, 0, 0, 0, 10000, 0) + bytes(8)
    strf = struct.pack("<IIIHH", 40, 7, 9, 1, 24) + b"MJPG" + bytes(20)
    strl = b"strl" + b"strh" + struct.pack("<I", 56) + strh + b"strf" + struct.pack("<I", 40) + strf
    hdrl = b"hdrl" + b"avih" + struct.pack("<I", 56) + avih + b"LIST" + struct.pack("<I", 116) + strl
    return b"RIFF\0\0\0\0AVI LIST" + struct.pack("<I", 192) + hdrl + b"LIST\0\0\0\0movi" + movi


GIF_START = (b"GIF89a" + struct.pack("<HHBBB", 2, 1, 0x80, 0, 0) + bytes.fromhex("ff0000 0000ff")
             + b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x02\x00\x00")


def gif_frame(delay):
    """Two pixels, entries 0 and 1 of the table."""
    control = b"\x21\xf9\x04\x00" + struct.pack("<H", delay) + bytes(2)
    return control + b"\x2c" + struct.pack("<4HB", 0, 0, 2, 1, 0) + bytes.fromhex("02 02440a 00")


def imageio_file(frames):
    """Grey frames of 16 pixels, 100 ms apart."""
    chunk = struct.pack("<5I12x", 100, 4, 4, 0x08020001, 0) + bytes(range(16))
    return b"OMV IMG STR V2.0" + frames * chunk


class RecoverTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.out = self.dir / "out.avi"

    def write(self, content, name="in.mjpeg"):
        path = self.dir / name
        path.write_bytes(content)
        return path

    def run_omv(self, *arguments):
        return subprocess.run([OMV, *map(str, arguments)], capture_output=True, text=True, timeout=DEADLINE)

    def recover(self, content, *options):
        return self.run_omv("recover", *options, self.write(content), self.out)

    def info(self, path):
        result = self.run_omv("info", "--json", path)
        self.assertIn(result.returncode, (0, 1), result.stderr)
        return json.loads(result.stdout)

    def test_says_what_is_wrong_with_a_camera_file(self):
        info = self.info(self.write(camera_file(4)))
        self.assertEqual((info["version"], info["frame_count"], info["damage"]), ("AVI", 4, None))
        faults = " ".join(info["avi"]["header_faults"])
        for fault in ("no frame rate", "never closed", "no index", "its length is 0"):
            self.assertIn(fault, faults)

    def test_repairs_it(self):
        result = self.recover(camera_file(4))
        self.assertEqual(result.returncode, 0, result.stderr)
        info = self.info(self.out)
        self.assertEqual(info["avi"]["header_faults"], [])
        self.assertEqual((info["frame_count"], info["duration_us"]), (4, 160000))
        self.assertEqual(self.out.read_bytes().count(JPEG + b"\x87\x85\x39"), 4)

    def test_keeps_the_rate_or_takes_the_one_it_is_given(self):
        self.assertEqual(self.recover(camera_file(10, 20406)).returncode, 0)
        self.assertEqual(self.info(self.out)["avi"]["rate_numerator"], 20406)
        self.out.unlink()
        self.assertEqual(self.recover(camera_file(10), "--framerate=30000/1001").returncode, 0)
        self.assertEqual(self.info(self.out)["duration_us"], 333667)

    def test_says_when_something_is_lost(self):
        result = self.recover(camera_file(4)[:-10])
        self.assertEqual(result.returncode, 3, result.stdout)
        self.assertIn("lost: 18 bytes", result.stdout)
        self.assertEqual(self.info(self.out)["frame_count"], 3)

    def test_writes_over_nothing(self):
        source = self.write(camera_file(1))
        for target in (source, self.write(b"precious", "there.avi")):
            before = target.read_bytes()
            result = self.run_omv("recover", source, target)
            self.assertEqual(result.returncode, 1)
            self.assertIn("exists already", result.stderr)
            self.assertEqual(target.read_bytes(), before)

    def test_a_failure_leaves_nothing_behind(self):
        for content in (camera_file(0), b"OMV IMG STR V2.0", b""):
            result = self.recover(content)
            self.assertEqual(result.returncode, 1)
            self.assertIn("in.mjpeg", result.stderr)
            self.assertEqual([path.name for path in self.dir.iterdir()], ["in.mjpeg"])

    def test_wrong_usage_tries_nothing(self):
        source = self.write(camera_file(1))
        for arguments in ((), (source,), ("--framerate=x", source, self.out), ("--framerate=0", source, self.out)):
            self.assertEqual(self.run_omv("recover", *arguments).returncode, 2)
        self.assertFalse(self.out.exists())

    def test_a_gif_without_its_trailer_is_whole(self):
        frames = GIF_START + gif_frame(5) + gif_frame(7)
        info = self.info(self.write(frames, "x.gif.part"))
        self.assertEqual((info["version"], info["frame_count"], info["duration_us"]), ("GIF", 2, 120000))
        self.assertEqual((info["gif"], info["damage"]), ({"plays": 3, "own_palettes": 0, "closed": False}, None))
        result = self.recover(frames)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("2 frames, 0.120 s", result.stdout)
        self.assertEqual(self.out.read_bytes(), frames + b";")
        self.assertTrue(self.info(self.out)["gif"]["closed"])

    def test_every_cut_of_a_gif_keeps_its_whole_frames(self):
        whole = GIF_START + gif_frame(5)
        file = whole + gif_frame(7) + b";"
        for size in range(len(GIF_START), len(file) + 1):
            result = self.recover(file[:size])
            frames = (size >= len(whole)) + (size >= len(file) - 1)
            lossy = size not in (len(whole), len(file) - 1, len(file))
            self.assertEqual(result.returncode, 1 if frames == 0 else 3 if lossy else 0, size)
            if frames > 0:
                self.assertEqual(self.out.read_bytes(), (whole if frames == 1 else file[:-1]) + b";", size)
                self.out.unlink()

    def test_a_gif_that_goes_on_with_zeros_is_damaged(self):
        path = self.write(GIF_START + gif_frame(5) + bytes(100), "x.gif")
        result = self.run_omv("info", path)
        self.assertEqual(result.returncode, 1)
        self.assertIn("the last 100 bytes", result.stdout)
        self.assertEqual(self.run_omv("recover", path, self.out).returncode, 3)

    def test_frames_of_a_gif_are_what_is_shown(self):
        result = self.run_omv("info", "--frames", "--json", self.write(GIF_START + gif_frame(5) + gif_frame(7) + b";"))
        frames = json.loads(result.stdout)["frames"]
        shown = hashlib.sha256(bytes.fromhex("ff0000ff 0000ffff")).hexdigest()
        self.assertEqual([(frame["time_us"], frame["sha256"]) for frame in frames], [(0, shown), (50000, shown)])

    def test_cuts_an_imageio_file_behind_its_last_whole_frame(self):
        whole = imageio_file(3)
        for extra, status in ((b"", 0), (whole[16:50], 3)):
            result = self.recover(whole + extra)
            self.assertEqual((result.returncode, result.stderr), (status, ""))
            self.assertEqual(self.out.read_bytes(), whole)
            self.out.unlink()
        self.assertEqual(self.recover(imageio_file(0) + bytes(20)).returncode, 1)

    def test_a_file_in_progress_keeps_its_name(self):
        part = self.write(GIF_START + gif_frame(5), "out.avi.part")
        self.assertEqual(self.run_omv("recover", part, self.out).returncode, 0)
        self.assertEqual(sorted(path.name for path in self.dir.iterdir()), ["out.avi", "out.avi.part"])

    def test_only_an_avi_takes_a_rate(self):
        result = self.recover(GIF_START + gif_frame(5), "--framerate=25")
        self.assertEqual(result.returncode, 1)
        self.assertIn("--framerate is for AVIs", result.stderr)

    def test_lists_frames(self):
        result = self.run_omv("info", "--frames", self.write(camera_file(2)))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("7x9", result.stdout)
        self.assertIn("0.040000", result.stdout)


if __name__ == "__main__":
    OMV = sys.argv.pop(1)
    unittest.main()
