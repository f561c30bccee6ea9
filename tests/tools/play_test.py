#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`omv play` without a screen: which frames reach the sink, in which order; keys on a pseudo terminal; how it ends.

play_test.py OMV [unittest arguments]
"""

import functools
import os
import pathlib
import pty
import re
import select
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
WIDTH, HEIGHT = 8, 4
FRAMES = 6
RAW_SINK = "videoconvert ! video/x-raw,format=GRAY8 ! filesink location="


def recording(frames=FRAMES, interval=50):
    """Grey pictures whose pixels are ten times their number."""
    chunks = [struct.pack("<5I12x", interval if n else 0, WIDTH, HEIGHT, 0x08020001, 0) + bytes([n * 10 % 256]) * WIDTH * HEIGHT
              for n in range(frames)]
    return b"OMV IMG STR V2.0" + b"".join(chunks)


@functools.cache
def has_matroska():
    return shutil.which("gst-inspect-1.0") and subprocess.run(["gst-inspect-1.0", "--exists", "matroskamux"]).returncode == 0


class PlayTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.source = self.dir / "in.bin"
        self.source.write_bytes(recording())
        self.shown_file = self.dir / "shown.raw"

    def play(self, *arguments, status=0):
        done = subprocess.run([OMV, "play", *map(str, arguments)], capture_output=True, text=True, timeout=DEADLINE,
                              stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def shown(self):
        """The numbers of the frames that the sink had."""
        pixels = self.shown_file.read_bytes()
        return [round(value / 10) for value in pixels[::WIDTH * HEIGHT]]

    def play_all(self, *arguments, status=0):
        done = self.play("--speed=0", "--sink", f"{RAW_SINK}{self.shown_file}", *arguments, status=status)
        return self.shown(), done

    def convert(self, *arguments):
        subprocess.run([OMV, "convert", *map(str, arguments)], check=True, capture_output=True, timeout=DEADLINE)


class Files(PlayTest):
    def test_show_every_frame_once(self):
        for name in ("in.bin", "a.avi", "a.gif", "a.mkv"):
            path = self.dir / name
            if name == "a.mkv" and not has_matroska():
                continue
            if name == "a.mkv":
                self.convert(self.dir / "a.avi", path)
            elif name != "in.bin":
                self.convert(self.source, path)
            shown, done = self.play_all(path)
            self.assertEqual(shown, list(range(FRAMES)), name)
            self.assertIn(f"{name}: {FRAMES} frames shown\n", done.stdout)

    def test_show_what_is_selected(self):
        for options, expected in ((["--start=0.1"], [2, 3, 4, 5]), (["--from=0.1", "--to=0.2"], [2, 3]),
                                  (["--frames=1..3"], [1, 2])):
            self.assertEqual(self.play_all(*options, self.source)[0], expected)

    def test_play_in_their_own_time(self):
        begun = time.monotonic()
        self.play("--sink=fakesink", self.source)
        self.assertGreaterEqual(time.monotonic() - begun, 0.29)
        begun = time.monotonic()
        self.play("--sink=fakesink", "--speed=0.5", self.source)
        self.assertGreaterEqual(time.monotonic() - begun, 0.59)

    def test_of_which_frames_are_damaged_are_told(self):
        self.source.write_bytes(recording()[:-10])
        shown, done = self.play_all(self.source, status=3)
        self.assertEqual(shown, list(range(FRAMES - 1)))
        self.assertIn("lost:", done.stderr)

    def test_that_can_not_be_played_are_told(self):
        (self.dir / "noise").write_bytes(bytes(range(256)) * 9)
        (self.dir / "empty.bin").write_bytes(recording(0))
        for arguments, status, text in (
                ((self.dir / "none.bin",), 1, "none.bin"), (("--sink=fakesink", self.dir / "noise"), 1, "noise"),
                (("--sink=fakesink", self.dir / "empty.bin"), 1, "no frame"),
                (("--sink=nosuchsink", self.source), 1, "nosuchsink"), ((), 2, "one FILE"),
                (("--device=first", self.source), 2, "not both"), (("--framesize=VGA", self.source), 2, "--device"),
                (("--device=first", "--loop"), 2, "for recordings"), (("--speed=-1", self.source), 2, "--speed"), (("--start=soon", self.source), 2, "--start")):
            self.assertIn(text, self.play(*arguments, status=status).stderr)

    def test_need_a_screen_without_a_sink(self):
        environment = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
        done = subprocess.run([OMV, "play", self.source], capture_output=True, text=True, env=environment,
                              timeout=DEADLINE, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 1)
        self.assertIn("--sink fakesink", done.stderr)


class Keys(PlayTest):
    """A player with a terminal, whose line tells where it is."""

    def begin(self, *arguments):
        self.process, self.terminal = None, None
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.execv(OMV, [OMV, "play", *map(str, arguments)])
        self.pid = pid
        self.addCleanup(os.close, self.terminal)
        self.addCleanup(self.end)
        self.text = ""

    def end(self):
        if self.pid is not None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)

    def press(self, keys):
        self.text = ""
        os.write(self.terminal, keys.encode())

    def expect(self, pattern):
        deadline = time.monotonic() + DEADLINE
        while not re.search(pattern, self.text):
            self.assertLess(time.monotonic(), deadline, f"no {pattern!r} in {self.text!r}")
            if select.select([self.terminal], [], [], 0.1)[0]:
                try:
                    self.text += os.read(self.terminal, 4096).decode()
                except OSError:  # the other side is closed
                    self.assertRegex(self.text, pattern)

    def status(self):
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            if select.select([self.terminal], [], [], 0)[0]:
                try:
                    self.text += os.read(self.terminal, 4096).decode()
                except OSError:
                    pass
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = None
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        self.fail("it goes on")

    def step_through(self, path):
        self.begin("--pause", "--sink", f"{RAW_SINK}{self.shown_file}", path)
        self.expect(f"frame 0 of {FRAMES}, paused")
        for key, number in ((".", 1), (".", 2), (",", 1), (".", 2), (".", 3), (",", 2), (",", 1), (",", 0), (",", 0)):
            self.press(key)
            self.expect(f"frame {number} of {FRAMES}, paused")
        self.press("q")
        self.assertEqual(self.status(), 0)

    def test_step_exactly(self):
        for name in ("in.bin", "a.avi", "a.gif"):
            path = self.dir / name
            if name != "in.bin":
                self.convert(self.source, path)
            self.step_through(path)

    def test_what_was_stepped_to_was_shown(self):
        self.begin("--pause", "--sink", f"{RAW_SINK}{self.shown_file}", self.source)
        for keys, number in ((".", 1), (".", 2), (",", 1)):
            self.press(keys)
            self.expect(f"frame {number} of")
        self.press("  ")  # on and off: nothing moves between two keys that come together
        self.expect("paused")
        self.press("\033[C")  # behind the end
        self.press(" ")
        self.assertEqual(self.status(), 0)
        self.assertEqual(self.shown()[:4], [0, 1, 2, 1])

    def test_jump(self):
        self.source.write_bytes(recording(30, 1000))
        self.begin("--pause", "--sink=fakesink", self.source)
        for key, number in (("\033[C", 5), ("\033[C", 10), ("\033[D", 5), ("\033[B", 0), ("\033OC", 5)):
            self.press(key)
            self.expect(f"frame {number} of 30, paused")
        self.press("q")
        self.assertEqual(self.status(), 0)

    def test_change_the_speed(self):
        self.begin("--pause", "--sink=fakesink", self.source)
        for key, text in (("+", "speed 2,"), ("+", "speed 4,"), ("-", "speed 2,"), ("=", "frame 0 of 6, paused"),
                          ("-", r"speed 0\.5,")):
            self.press(key)
            self.expect(text)
        self.press("=+ ")
        self.assertEqual(self.status(), 0)

    def test_ctrl_c_ends_a_loop(self):
        self.begin("--loop", "--sink=fakesink", "--speed=20", self.source)
        self.expect("frame 3 of")
        self.press("\003")
        self.assertEqual(self.status(), 130)

    @unittest.skipUnless(has_matroska(), "no Matroska")
    def test_go_back_and_forth_in_video(self):
        self.convert(self.source, self.dir / "a.avi")
        self.convert(self.dir / "a.avi", self.dir / "a.mkv")
        self.begin("--pause", "--sink", f"{RAW_SINK}{self.shown_file}", self.dir / "a.mkv")
        for keys, milliseconds in ((".", "050"), (".", "100"), (",", "050"), ("\033[D", "000"), (".", "050")):
            self.press(keys)
            self.expect(rf"0:00\.{milliseconds} .*paused")
        self.press("q")
        self.assertEqual(self.status(), 0)


class Cameras(PlayTest):
    CAMERA = "emulator:?size=QQVGA&fps=25"

    def test_play_until_a_signal(self):
        process = subprocess.Popen([OMV, "play", "--device", self.CAMERA,
                                    "--sink", f"{RAW_SINK}{self.shown_file} buffer-mode=unbuffered"],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + DEADLINE
        while process.poll() is None and time.monotonic() < deadline:
            if self.shown_file.exists() and self.shown_file.stat().st_size > 0:
                break
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=DEADLINE)
        self.assertEqual(process.returncode, 130, err)
        self.assertRegex(out, r"camera: \d+ frames shown")

    def test_show_their_first_frame_when_they_wait(self):
        process = subprocess.Popen([OMV, "play", "--pause", "--device", self.CAMERA + "&frames=10",
                                    "--sink", f"{RAW_SINK}{self.shown_file}"],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        out, err = process.communicate(timeout=DEADLINE)
        self.assertIn("camera: 1 frame shown", out, err)

    def test_that_are_not_there_are_told(self):
        self.assertIn("no such device", self.play("--device=/dev/there-is-none", "--sink=fakesink", status=1).stderr)


if __name__ == "__main__":
    OMV = sys.argv.pop(1)
    unittest.main()
