#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Recordings of omvmjpegmux in the players and strict readers that are installed: what they count and complain about.

omvmjpegmux_players_test.py [unittest arguments]
"""

import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

DEADLINE = 60
SOURCE = "videotestsrc num-buffers=50 ! video/x-raw,width=64,height=48,framerate=25/1 ! jpegenc"
TITLE = "taginject tags=title=Feeder"
VARIABLE = "capssetter replace=false caps=image/jpeg,framerate=0/1"


def run(command):
    return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE)


def needs(tool):
    return unittest.skipUnless(shutil.which(tool), f"no {tool}")


@needs("gst-launch-1.0")
class PlayersTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.dir = pathlib.Path(folder.name)
        cls.record("fixed", f"{TITLE} ! omvmjpegmux sync-interval=200")
        cls.record("variable", f"{VARIABLE} ! omvmjpegmux sync-interval=200")
        cls.cut("killed", "fixed")

    @classmethod
    def record(cls, name, rest):
        result = run(["gst-launch-1.0", "-q", *f"{SOURCE} ! {rest} ! filesink location={cls.dir / name}".split()])
        assert result.returncode == 0, result.stderr

    @classmethod
    def cut(cls, name, source):
        """As if more had come behind the last sync: a frame, and half of one."""
        content = (cls.dir / source).read_bytes()
        frame = content[8192:8200 + int.from_bytes(content[8196:8200], "little")]
        frame += bytes(len(frame) % 2)
        (cls.dir / name).write_bytes(content + frame + frame[:len(frame) // 2])

    @needs("ffprobe")
    def test_ffprobe_counts_frames_and_seconds(self):
        for name, slots in (("fixed", 50), ("variable", 200), ("killed", 50)):
            with self.subTest(name):
                result = run(["ffprobe", "-v", "error", "-count_packets", "-of", "json", "-show_entries",
                              "stream=nb_frames,nb_read_packets,duration:format_tags", str(self.dir / name)])
                self.assertEqual(result.stderr, "")
                found = json.loads(result.stdout)
                stream = found["streams"][0]
                self.assertEqual((stream["nb_frames"], float(stream["duration"])), (str(slots), 2.0))
                self.assertIn(int(stream["nb_read_packets"]), (50, 51) if name == "killed" else (50,))
                if name == "fixed":
                    self.assertEqual(found["format"]["tags"]["title"], "Feeder")

    @needs("ffmpeg")
    def test_ffmpeg_has_nothing_to_complain_about(self):
        for name in ("fixed", "variable"):
            with self.subTest(name):
                result = run(["ffmpeg", "-v", "error", "-i", str(self.dir / name), "-f", "null", "-"])
                self.assertEqual((result.returncode, result.stderr), (0, ""))

    @needs("mkvmerge")
    def test_mkvmerge_takes_every_frame(self):
        for name in ("fixed", "variable", "killed"):
            with self.subTest(name):
                found = json.loads(run(["mkvmerge", "-J", str(self.dir / name)]).stdout)
                self.assertEqual((found["container"]["type"], found["warnings"], found["errors"]), ("AVI", [], []))
                result = run(["mkvmerge", "-o", str(self.dir / "out.mkv"), str(self.dir / name)])
                self.assertEqual(result.returncode, 0, result.stdout)

    @needs("mediainfo")
    def test_mediainfo_sees_the_length_and_no_truncation(self):
        for name in ("fixed", "variable"):
            with self.subTest(name):
                found = json.loads(run(["mediainfo", "--Output=JSON", str(self.dir / name)]).stdout)
                general = found["media"]["track"][0]
                self.assertEqual(float(general["Duration"]), 2.0)
                self.assertNotIn("IsTruncated", general.get("extra", {}))

    @needs("gst-discoverer-1.0")
    def test_discoverer_finds_it_seekable(self):
        for name in ("fixed", "variable", "killed"):
            with self.subTest(name):
                result = run(["gst-discoverer-1.0", str(self.dir / name)])
                self.assertIn("Duration: 0:00:02.000000000", result.stdout)
                self.assertIn("Seekable: yes", result.stdout)


if __name__ == "__main__":
    unittest.main()
