#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Recordings of omvmjpegmux in the players and strict readers that are installed: what they count and complain about.

omvmjpegmux_players_test.py OMV [unittest arguments]
"""

import json
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

OMV = None
DEADLINE = 60
SOURCE = "videotestsrc num-buffers=50 ! video/x-raw,width=64,height=48,framerate=25/1 ! jpegenc"
TITLE = "taginject tags=title=Feeder"
VARIABLE = "capssetter replace=false caps=image/jpeg,framerate=0/1"


TINY_JPEG = bytes.fromhex("ffd8ffc0000b080010001001011100ffda0008010100003f00ffd9")
HALF_AN_HOUR = 30 * 60 * 1000


def jittery_times():
    """Milliseconds of half an hour: frames 25 to 41 ms apart, and some pauses of up to 80 seconds."""
    numbers = random.Random(5)
    times = [0]
    while times[-1] < HALF_AN_HOUR:
        times.append(times[-1] + numbers.randint(25, 41) + (numbers.randint(20000, 80000) if numbers.random() < 1e-3 else 0))
    return times


def imageio_file(times):
    """A recording of JPEG frames at these times: intervals precede their frames."""
    chunk = TINY_JPEG + bytes(-len(TINY_JPEG) % 16)
    intervals = [0] + [after - before for before, after in zip(times, times[1:])]
    head = [struct.pack("<5I12x", interval, 16, 16, 0x06060000, len(TINY_JPEG)) for interval in intervals]
    return b"OMV IMG STR V2.0" + b"".join(each + chunk for each in head)


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

    @needs("ffprobe")
    def test_half_an_hour_of_jitter_and_pauses(self):
        times = jittery_times()
        source, target = self.dir / "jitter.bin", self.dir / "jitter.avi"
        source.write_bytes(imageio_file(times))
        result = run(["gst-launch-1.0", "-q", *f"filesrc location={source} ! imageiodemux ! omvmjpegmux ! filesink "
                                               f"location={target}".split()])
        self.assertEqual(result.returncode, 0, result.stderr)
        found = json.loads(run(["ffprobe", "-v", "error", "-of", "json", "-show_entries",
                                "stream=duration,time_base:packet=pts", str(target)]).stdout)
        step_ms = 10  # of the grid, where frames come at no rate
        self.assertEqual(found["streams"][0]["time_base"], "1/100")
        shown = [packet["pts"] * step_ms for packet in found["packets"]]
        self.assertEqual(len(shown), len(times))
        self.assertLessEqual(max(abs(a - b) for a, b in zip(shown, times)), step_ms / 2)
        end = float(found["streams"][0]["duration"]) * 1000
        last = times[-1] - times[-2]  # an ImageIO frame lasts as long as the one before
        self.assertLessEqual(abs(end - (times[-1] + last)), step_ms / 2)

    @needs("ffprobe")
    def test_a_stream_through_a_pipe_is_recovered(self):
        command = ["gst-launch-1.0", "-q", *f"{SOURCE} ! omvmjpegmux ! fdsink fd=1".split()]
        stream = subprocess.run(command, capture_output=True, timeout=DEADLINE, check=True).stdout
        half = stream[:len(stream) // 2]
        whole_in_half = half.count(b"00dc") - half.count(b"00dc" + bytes(4)) - 1  # the last one is cut
        for name, content, status, frames in (("whole", stream, 0, 50), ("cut", half, 3, whole_in_half)):
            with self.subTest(name):
                source, target = self.dir / f"{name}.stream", self.dir / f"{name}.recovered"
                source.write_bytes(content)
                result = run([OMV, "recover", str(source), str(target)])
                self.assertEqual((result.returncode, result.stderr), (status, ""))
                found = json.loads(run(["ffprobe", "-v", "error", "-count_packets", "-of", "json", "-show_entries",
                                        "stream=nb_frames,nb_read_packets,duration", str(target)]).stdout)["streams"][0]
                slots = int(found["nb_frames"])  # that of the frame that is cut may be one
                self.assertEqual(int(found["nb_read_packets"]), frames)
                self.assertIn(slots - frames, (0, 1) if status else (0,))
                self.assertEqual(float(found["duration"]), slots / 25)


if __name__ == "__main__":
    OMV = sys.argv.pop(1)
    unittest.main()
