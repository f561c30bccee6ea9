#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What goes wrong around a rig: disks, mounts, hooks, signals, clocks: rig_faults_test.py OMV [arguments]."""

import glob
import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest

import rig_journals
from rigs import CAMERA, DEADLINE, HEAD, LOSSY, SEGMENTS, SIGNAL, RigTestCase

FAKETIME = next(iter(glob.glob("/usr/lib/*/faketime/libfaketime.so.1")), None)
SANITIZED = "SANITIZED" in os.environ  # which the build sets then


def storage(text, **options):
    """HEAD with other settings of [storage]."""
    for name, value in options.items():
        lines = [line for line in text.splitlines() if not line.startswith(f"{name} =")]
        lines.insert(lines.index("[storage]") + 1, f"{name} = {value}")
        text = "\n".join(lines) + "\n"
    return text


class RigFaultsTest(RigTestCase):
    def wait_until(self, is_true, what):
        deadline = time.monotonic() + DEADLINE
        while not is_true():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.02)

    def mount(self, size="24m"):
        """A small disk at `out`."""
        self.out.mkdir(exist_ok=True)
        options = ["-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(self.out)]
        if shutil.which("mount") is None or subprocess.run(["mount", *options], capture_output=True).returncode != 0:
            self.skipTest("no file system can be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.out)], check=True)

    def fill(self, leave):
        """Takes room until so many bytes are left."""
        ballast = self.out / "ballast"

        def is_taken():
            free = os.statvfs(self.out)
            try:
                with open(ballast, "ab") as file:
                    os.posix_fallocate(file.fileno(), 0, max(free.f_bavail * free.f_frsize - leave, 1))
                return True
            except OSError:
                return False  # the rig was faster

        self.wait_until(is_taken, "there is never enough room")
        return ballast

    # ---- disks -------------------------------------------------------------------------------------------------------

    def test_writing_stops_in_front_of_a_full_disk_and_goes_on(self):
        self.mount()
        rig = self.run_rig(storage(HEAD, stop_free='"6MB"') + CAMERA + SEGMENTS + "[[retain]]\nmax_files = 5\n")
        rig.wait_for("segment")
        ballast = self.fill(2_000_000)
        rig.wait_for("disk", level="warning")
        ballast.unlink()
        rig.wait_for("disk", level="info")
        rig.wait_for("segment")
        self.assertIn(rig.stop(), (0, LOSSY))  # frames may have come just before and just behind
        self.assertEqual(rig_journals.orphans(self.out), [])
        self.assertEqual(rig.told("camera-lost"), [])

    def test_a_disk_that_is_full_costs_frames_and_nothing_else(self):
        self.mount()
        rig = self.run_rig(HEAD + CAMERA + SEGMENTS + "[[retain]]\nmax_files = 5\n")
        rig.wait_for("segment")
        ballast = self.fill(50_000)
        rig.wait_for("losses")
        ballast.unlink()
        rig.wait_for("segment")
        rig.wait_for("segment")
        self.assertEqual(rig.stop(), LOSSY)
        self.assertEqual(list(self.out.rglob("*.part")), [])
        self.assertEqual(rig_journals.orphans(self.out), [])

    def test_the_oldest_files_go_for_free_space(self):
        self.mount()
        rig = self.run_rig(storage(HEAD, min_free='"20MB"', stop_free='"1MB"') + CAMERA + SEGMENTS)
        rig.wait_for("segment", path="out/all/0002.bin")
        self.fill(19_500_000)
        self.wait_until(lambda: not (self.out / "all/0000.bin").exists(), "the oldest file is still there")
        rig.wait_for("segment")
        self.assertEqual(rig.stop(), 0)
        self.assertTrue((self.out / "ballast").exists())

    def test_nothing_is_written_where_no_disk_is_mounted(self):
        if os.stat(self.dir).st_dev != os.stat("/").st_dev:
            self.skipTest("temporary files are on a file system of their own")
        hook = 'hook = ["sh", "-c", "echo {name} >> sent"]\n'
        self.out.mkdir()
        rig = self.run_rig(storage(HEAD, require_mount="true") + CAMERA + SEGMENTS + hook)
        rig.wait_for("disk", level="warning")
        rig.wait_for("camera-found")
        self.assertEqual(list(self.out.iterdir()), [])
        self.mount()
        rig.wait_for("disk", level="info")
        rig.wait_for("segment")
        rig.wait_for("hook", level="info")
        self.assertEqual(rig.stop(), LOSSY)
        self.assertEqual(rig_journals.orphans(self.out), [])

    def test_another_directory_has_a_journal_of_its_own(self):
        text = HEAD + CAMERA + SEGMENTS + "[[retain]]\nmax_files = 3\n"
        rig = self.run_rig(text)
        for _ in range(4):
            rig.wait_for("segment")
        rig.file.write_text(storage(text, directory='"other"'))
        rig.signal(signal.SIGHUP)
        rig.wait_for("reload", level="info")
        self.wait_until(lambda: len(list((self.dir / "other/all").glob("*.bin"))) >= 3, "nothing is in the other directory")
        self.assertEqual(rig.stop(), 0)
        for folder in (self.out, self.dir / "other"):
            self.assertEqual(rig_journals.orphans(folder), [])
        self.assertEqual(len(list((self.dir / "other/all").glob("*.bin"))), 3)
        self.assertGreaterEqual(len(list(self.out.glob("all/*.bin"))), 3, "what was left is left alone")

    # ---- cameras -----------------------------------------------------------------------------------------------------

    def silent_camera(self):
        """The port of one that sends three frames to each who connects, and then nothing."""
        server = socket.create_server(("127.0.0.1", 0))
        connected = []

        def serve():
            while True:
                try:
                    connected.append(server.accept()[0])
                    connected[-1].sendall(bytes(3 * 16 * 16))
                except OSError:
                    return  # the test is over

        thread = threading.Thread(target=serve)
        thread.start()
        self.addCleanup(lambda: [connection.close() for connection in connected])
        self.addCleanup(thread.join)
        self.addCleanup(server.close)
        self.addCleanup(server.shutdown, socket.SHUT_RDWR)
        return server.getsockname()[1]

    def test_a_source_that_falls_silent_is_started_again(self):
        source = f"tcpclientsrc host=127.0.0.1 port={self.silent_camera()} ! "
        source += "rawvideoparse use-sink-caps=false format=gray8 width=16 height=16"
        camera = f'[camera.a]\npipeline = "{source}"\ntimeout = "1s"\nrestart_delay = "100ms"\n'
        rig = self.run_rig(HEAD + camera + SEGMENTS)
        rig.wait_for("camera-found")
        silence = rig.wait_for("camera-lost", level="warning")
        self.assertEqual(silence["text"], "no frame for 1s; it is started again")
        rig.wait_for("camera-found")
        self.assertEqual(rig.stop(), 0)

    # ---- hooks and messages ------------------------------------------------------------------------------------------

    def test_failures_are_told_and_disturb_nothing(self):
        text = HEAD + CAMERA + SEGMENTS + 'hook = ["false"]\nhook_retries = 1\nhook_delay = "100ms"\n'
        tell = "cat >> told; echo >> told; exit 1"
        text += f'[notify]\nevents = ["hook-failed", "segment"]\ncommand = ["sh", "-c", "{tell}"]\n'
        rig = self.run_rig(text)
        given_up = rig.wait_for("hook-failed")["path"]
        rig.wait_for("segment")
        told = self.dir / "told"
        self.wait_until(lambda: told.exists() and '"hook-failed"' in told.read_text(), "nobody was told")
        self.assertEqual(rig.stop(), 0)
        lines = [json.loads(line) for line in told.read_text().splitlines() if line.endswith("}")]
        self.assertIn(given_up, [line["path"] for line in lines if line["event"] == "hook-failed"])
        self.assertTrue((self.dir / given_up).exists())

    # ---- signals -----------------------------------------------------------------------------------------------------

    def test_a_second_signal_ends_at_once(self):
        self.out.mkdir()
        os.mkfifo(self.out / "clip-0.bin")  # which nobody reads: a clip that is never done
        text = HEAD + CAMERA + SIGNAL
        text += '[record.clips]\ntype = "clip"\ntriggers = "usr"\nlocation = "clip-%{index}"\npost = "1h"\nmax = "0s"\nring = "8MiB"\n'
        rig = self.run_rig(text)
        rig.wait_for("camera-found")
        rig.signal(signal.SIGUSR1)
        rig.wait_for("trigger")
        rig.signal(signal.SIGTERM)
        rig.wait_for("stopping")
        self.assertEqual(rig.stop(), LOSSY)
        self.assertIn("told twice", rig.told("losses")[-1]["text"])

    # ---- clocks ------------------------------------------------------------------------------------------------------

    def set_clock(self, offset):
        """For the rig alone; replaced in one step, as it is read all the time."""
        fresh = self.dir / "clock.new"
        fresh.write_text(offset + "\n")
        fresh.rename(self.dir / "clock")

    def run_with_clock(self, text):
        if FAKETIME is None:
            self.skipTest("no libfaketime")
        if SANITIZED:
            self.skipTest("libfaketime does not go in front of a sanitizer")
        self.set_clock("+0")
        return self.run_rig(
            text,
            {
                "LD_PRELOAD": FAKETIME,
                "FAKETIME_TIMESTAMP_FILE": str(self.dir / "clock"),
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "FAKETIME_NO_CACHE": "1",
            },
        )

    def test_a_clock_that_is_set_confuses_nothing(self):
        text = HEAD + CAMERA + SEGMENTS.replace("all/%{index:04d}", "all/%H%M%S-%{index:04d}")
        text += '[record.stills]\ntype = "still"\nschedule = "every 1s"\nlocation = "stills/%Y%m%d-%H%M%S-%{index:04d}"\n'
        text += '[[retain]]\nrecords = "all"\nmax_files = 4\n'
        rig = self.run_with_clock(text)
        rig.wait_for("still")
        for _ in range(5):
            rig.wait_for("segment")
        self.set_clock("-3600")
        for _ in range(5):
            rig.wait_for("segment")
        self.wait_until(lambda: len(list(self.out.glob("all/*.bin"))) <= 5, "too many files")
        newest = max(self.out.glob("all/*.bin"), key=lambda path: path.name.split("-")[1])
        self.assertGreaterEqual(int(newest.stem.split("-")[1]), 9, "the newest files were deleted")
        self.set_clock("+0")
        rig.wait_for("still")
        self.set_clock("+3600")
        rig.wait_for("still")
        rig.wait_for("segment")
        self.assertEqual(rig.stop(), 0)
        moments = [path.name[:15] for path in self.out.glob("stills/*.jpg")]
        self.assertEqual(len(moments), len(set(moments)), f"a moment of the schedule came twice: {sorted(moments)}")
        times = [time.mktime(time.strptime(moment, "%Y%m%d-%H%M%S")) for moment in moments]
        self.assertGreater(max(times) - min(times), 3000, "names keep the time of the clock as it was")
        numbers = [int(path.stem.split("-")[1]) for path in self.out.glob("all/*.bin")]
        self.assertEqual(sorted(numbers), list(range(max(numbers) - 3, max(numbers) + 1)), "not the last four")
        self.assertEqual(rig_journals.orphans(self.out), [])


if __name__ == "__main__":
    unittest.main()
