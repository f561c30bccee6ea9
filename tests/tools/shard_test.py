#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Parts of recordings side by side are the whole, exactly: shard_test.py OMV EXAMPLES [arguments]."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

OMV = pathlib.Path(sys.argv.pop(1)).resolve()
EXAMPLES = pathlib.Path(sys.argv.pop(1)).resolve() / "scaling"
DEADLINE = 60
FRAMES = 37  # which no number of parts divides


class ShardTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.whole = pathlib.Path(cls.folder.name) / "whole.bin"
        stills = pathlib.Path(cls.folder.name) / "stills"
        device = "emulator:?fps=0&size=QQVGA"  # as fast as it is read: none can be lost
        record = (OMV, "record", "-q", "--frames", str(FRAMES), device, f"{stills}/%{{index:05}}.jpg")
        subprocess.run(record, check=True, timeout=DEADLINE)
        convert = (OMV, "convert", "-q", "--framerate=30", *sorted(stills.iterdir()), cls.whole)
        subprocess.run(convert, check=True, timeout=DEADLINE)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)

    def run_in(self, *command, **environment):
        path = f"{OMV.parent}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            list(map(str, command)),
            cwd=self.dir,
            env={**os.environ, "PATH": path, "HOME": str(self.dir), **environment},
            capture_output=True,
            text=True,
            timeout=DEADLINE,
        )

    def run_well(self, *command, **environment):
        done = self.run_in(*command, **environment)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def tasks(self, parts, script, *arguments):
        """What Slurm does with an array, one task after the other."""
        for part in range(1, parts + 1):
            array = {"SLURM_ARRAY_TASK_ID": str(part), "SLURM_ARRAY_TASK_COUNT": str(parts)}
            self.run_well("bash", EXAMPLES / script, *arguments, **array)

    def pictures(self, path):
        folder = tempfile.mkdtemp(dir=self.dir)
        self.run_well(OMV, "convert", "-q", path, f"{folder}/%{{index:05}}.jpg")
        return {path.name: path.read_bytes() for path in pathlib.Path(folder).iterdir()}

    def assert_is_whole(self, path):
        """With the same frames at the same times, byte for byte."""
        self.run_well(OMV, "convert", "-q", path, "again.bin")
        self.assertEqual((self.dir / "again.bin").read_bytes(), self.whole.read_bytes())

    @unittest.skipUnless(shutil.which("parallel"), "needs GNU parallel")
    def test_stills_of_all_parts_are_those_of_the_whole(self):
        self.run_well(OMV, "convert", "-q", self.whole, "whole/%{index:05}.png")
        shards = (OMV, "convert", "-q", "--shard", "{}/5", self.whole, "parts/%{index:05}.png")
        self.run_well("parallel", "--will-cite", *shards, ":::", *range(1, 6))
        whole = {path.name: path.read_bytes() for path in (self.dir / "whole").iterdir()}
        self.assertEqual(len(whole), FRAMES)
        self.assertEqual({path.name: path.read_bytes() for path in (self.dir / "parts").iterdir()}, whole)

    @unittest.skipUnless(shutil.which("parallel"), "needs GNU parallel")
    def test_parallel_joins_what_it_has_taken_apart(self):
        self.run_well(EXAMPLES / "parallel.sh", self.whole, "joined.bin", "5", "--will-cite")
        self.assertEqual((self.dir / "joined.bin").read_bytes(), self.whole.read_bytes())
        self.run_well(EXAMPLES / "parallel.sh", self.whole, "joined.avi", "3", "--will-cite")
        self.assertEqual(self.pictures("joined.avi"), self.pictures(self.whole))
        self.assertEqual(sorted(path.name for path in self.dir.glob("*joined*")), ["joined.avi", "joined.bin"])
        self.assertEqual(list(self.dir.glob(".parallel-*")), [])

    @unittest.skipUnless(shutil.which("parallel"), "needs GNU parallel")
    def test_a_part_that_fails_fails_the_whole(self):
        self.assertNotEqual(
            self.run_in(EXAMPLES / "parallel.sh", "nowhere.bin", "joined.bin", "3", "--will-cite").returncode, 0
        )
        self.assertEqual(list(self.dir.glob("joined*")) + list(self.dir.glob(".parallel-*")), [])

    def test_an_array_converts_the_parts_that_are_missing(self):
        self.tasks(12, "convert.sbatch", self.whole, "night.bin")
        parts = sorted(self.dir.glob("night-*.bin"))
        self.assertEqual([path.name for path in parts], [f"night-{n:02}.bin" for n in range(1, 13)])
        before = parts[0].stat().st_mtime_ns
        parts[7].unlink()
        self.tasks(12, "convert.sbatch", self.whole, "night.bin")
        self.assertEqual(parts[0].stat().st_mtime_ns, before)
        self.run_well(OMV, "convert", "-q", *parts, "night.bin")
        self.assertEqual((self.dir / "night.bin").read_bytes(), self.whole.read_bytes())

    def test_an_array_converts_every_recording_of_a_list(self):
        names = [f"day {n // 4}/clip {n}.bin" for n in range(10)]
        for name in names:
            (self.dir / name).parent.mkdir(exist_ok=True)
            shutil.copy(self.whole, self.dir / name)
        (self.dir / "list").write_text("\n".join(names) + "\n")
        self.tasks(3, "convert_all.sbatch", "list", "videos")
        made = sorted(str(path.relative_to(self.dir / "videos")) for path in self.dir.glob("videos/**/*.avi"))
        self.assertEqual(made, [name.replace(".bin", ".avi") for name in names])
        self.assert_is_whole(f"videos/{made[-1]}")


if __name__ == "__main__":
    unittest.main()
