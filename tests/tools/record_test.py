#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`omv record` of emulated cameras: formats, limits, Ctrl-C, wrong values.

record_test.py OMV [unittest arguments]
"""

import json
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest

OMV = None
DEADLINE = 60
CAMERA = "emulator:?size=QQVGA&fps=25"


class RecordTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)

    def record(self, *arguments, status=0):
        done = subprocess.run([OMV, "record", *map(str, arguments)], capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def info(self, path, *options):
        done = subprocess.run([OMV, "info", "--json", *options, path], capture_output=True, text=True)
        return json.loads(done.stdout)

    def names(self):
        return sorted(path.name for path in self.dir.iterdir())

    def is_longer(self, path, size):
        return path.exists() and path.stat().st_size > size

    def test_ends_after_so_many_frames_in_every_format(self):
        for name in ("a.bin", "a.avi", "a.gif"):
            out = self.dir / name
            self.record("--frames=5", CAMERA, out)
            self.assertEqual(self.info(out)["frame_count"], 5, name)
        self.record("--frames=3", CAMERA, self.dir / "stills" / "%{index}.jpg")
        self.assertEqual(sorted(path.name for path in (self.dir / "stills").iterdir()), ["0.jpg", "1.jpg", "2.jpg"])

    def test_ends_after_a_time(self):
        self.record("--time=1", CAMERA, self.dir / "a.bin")
        frames = self.info(self.dir / "a.bin", "--frames")["frames"]
        self.assertGreater(len(frames), 1)
        self.assertLess(frames[-1]["time_us"], 1_001_000, "ImageIO has whole milliseconds")

    def test_options_reach_the_camera(self):
        self.record("--frames=2", "--pixformat=GRAYSCALE", "--framesize=96x64", CAMERA, self.dir / "a.bin")
        picture = self.info(self.dir / "a.bin")["pictures"][0]
        self.assertEqual((picture["width"], picture["height"]), (96, 64))

    def test_ctrl_c_finishes_the_file(self):
        out = self.dir / "a.avi"
        process = subprocess.Popen([OMV, "record", CAMERA, out], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        part = self.dir / "a.avi.part"
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline and process.poll() is None and not self.is_longer(part, 10_000):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(DEADLINE), 0)
        self.assertEqual(self.names(), ["a.avi"])
        self.assertEqual(self.info(out)["avi"]["header_faults"], [])

    def test_what_there_is_stays_when_the_disk_is_full(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

        for name, status, left in (("a.bin", 3, "a.bin"), ("a.avi", 1, "a.avi.part"), ("a.gif", 1, "a.gif.part")):
            done = subprocess.run([OMV, "record", "emulator:?size=QQVGA&fps=0", self.dir / name], preexec_fn=limit,
                                  restore_signals=False, capture_output=True, text=True, timeout=DEADLINE)
            self.assertEqual(done.returncode, status, done.stderr)
            self.assertIn(left, self.names(), done.stderr)
            self.assertIn(str(self.dir / left), done.stderr + done.stdout)
            saved = self.dir / f"saved-{name}"
            subprocess.run([OMV, "recover", self.dir / left, saved], capture_output=True, timeout=DEADLINE)
            self.assertGreater(self.info(saved)["frame_count"], 5, name)

    def test_failures_leave_nothing(self):
        out = self.dir / "a.bin"
        for arguments, status, text in ((("/dev/there-is-none", out), 1, "no such device"),
                                        (("--framesize=huge", CAMERA, out), 1, "framesize"),
                                        ((CAMERA, self.dir / "a.xyz"), 1, "extension"),
                                        ((), 2, "one OUT"), (("--time=0", out), 2, "--time"),
                                        (("--frames=-1", out), 2, "--frames"), (("--quality=101", out), 2, "--quality")):
            self.assertIn(text, self.record(*arguments, status=status).stderr)
        self.assertEqual(self.names(), [])
        out.write_bytes(b"precious")
        self.record("--frames=1", CAMERA, out, status=1)
        self.assertEqual(out.read_bytes(), b"precious")


if __name__ == "__main__":
    OMV = sys.argv.pop(1)
    unittest.main()
