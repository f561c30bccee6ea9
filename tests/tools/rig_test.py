#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`omv rig`: statuses, the plan, the schema against the examples, the reference: rig_test.py OMV SOURCE [arguments]."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

try:
    import tomllib

    import jsonschema
except ImportError:
    jsonschema = None

OMV = None
SOURCE = None
DEADLINE = 60
EX_CONFIG = 78
LACKS = "this build of omv knows no"  # what an example needs

SMALL = """[camera.a]
device = "emulator:"
framerate = 10
estimate_bytes = "10kB"

[trigger.t]
type = "signal"
signal = "USR1"

[record.r]
type = "clip"
triggers = "t"
ring = "16MiB"
estimate_per_day = 24
"""


def examples():
    return sorted((SOURCE / "examples" / "rigs").glob("*.toml"))


class OmvRig(unittest.TestCase):
    """What runs the command; has no tests of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)

    def run_omv(self, *arguments, stdin=""):
        command = [OMV, "rig", *map(str, arguments)]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=DEADLINE)


class RigTest(OmvRig):
    def plan(self, text):
        result = self.run_omv("plan", "--json", "-", stdin=text)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def test_says_that_a_file_is_fine(self):
        path = self.dir / "small.toml"
        path.write_text(SMALL)
        result = self.run_omv("check", path)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout, f"{path}: fine: 1 camera, 1 trigger, 1 record\n")
        self.assertEqual(result.stderr, "")

    def test_warnings_are_no_failure(self):
        result = self.run_omv("check", "-", stdin=SMALL + 'gif_width = 100\n')
        self.assertEqual(result.returncode, 0)
        self.assertIn("-:15:13: warning: [record.r] 'gif_width' does nothing", result.stderr)
        self.assertIn("; 1 warning\n", result.stdout)

    def test_mistakes_are_ex_config(self):
        path = self.dir / "wrong.toml"
        path.write_text(SMALL + 'pre = "10 sec"\nlien = 3\n')
        for action in ("check", "plan"):
            result = self.run_omv(action, path)
            self.assertEqual(result.returncode, EX_CONFIG)
            self.assertEqual(result.stdout, "")
            lines = result.stderr.splitlines()
            self.assertEqual(len(lines), 2, result.stderr)
            self.assertTrue(lines[0].startswith(f"{path}:15:7: error: [record.r] 'pre' is \"10 sec\""), lines[0])
            self.assertTrue(lines[1].startswith(f"{path}:16:1: error: [record.r] unknown key 'lien'"), lines[1])

    def test_unreadable_files_and_wrong_usage(self):
        result = self.run_omv("check", self.dir / "missing.toml")
        self.assertEqual(result.returncode, 1)
        self.assertIn("missing.toml", result.stderr)
        for arguments in ((), ("check",), ("chekc", "x"), ("check", "a", "b"), ("schema", "x"), ("check", "-j", "x")):
            self.assertEqual(self.run_omv(*arguments).returncode, 2, arguments)

    def test_plan_is_a_rig_file_and_a_fixed_point(self):
        for path in examples():
            with self.subTest(path.name):
                first = self.run_omv("plan", path)
                if LACKS in first.stderr:
                    self.skipTest(first.stderr)
                self.assertEqual(first.returncode, 0, first.stderr)
                second = self.run_omv("plan", "-", stdin=first.stdout)
                self.assertEqual(second.returncode, 0, second.stderr)
                self.assertEqual(second.stdout, first.stdout.replace("  # default", ""))

    def test_plan_tells_memory_disk_and_launch_lines(self):
        text = self.run_omv("plan", "-", stdin=SMALL).stdout
        for part in (
            "# Cameras (assumed)\n#   a        100 kB/s: 10kB a frame at 10/s\n",
            "# Memory at most\n#   r        ring 16.8 MB, queue 33.6 MB; holds 167.8 s of a\n#   in all   50.3 MB\n",
            "# A day (estimated)\n#   r        24.0 MB: 24 triggers a day, none within another's clip\n#   to disk  24.0 MB\n",
            "# gst-launch-1.0 -e \\\n#   omvsrc device=emulator: framerate=10 \\\n#   ! tee name=a \\\n#   a. ! queue ! omvclipsink ",
            "# only the runner adds: trigger t (signal) for record r\n",
        ):
            self.assertIn(part, text)

    def test_plan_as_json(self):
        plan = self.plan(SMALL)
        self.assertEqual(plan["memory_bytes"], (16 + 32) << 20)
        self.assertEqual(plan["cameras"], [{"camera": "a", "bytes_per_second": 100000, "assumption": "10kB a frame at 10/s"}])
        self.assertEqual(plan["records"][0]["bytes_per_day"], 24 * 10 * 100000)
        record = plan["rig"]["record"][0]
        self.assertEqual((record["name"], record["type"], record["pre"], record["gap"]), ("r", "clip", "5s", "5s"))
        self.assertEqual((record["triggers"], record["max_clips"], record["pin"]), (["t"], 0, False))
        self.assertTrue(plan["launch"][0]["command"].startswith("gst-launch-1.0 -e"))
        self.assertIn("trigger t (signal) for record r", plan["launch"][0]["runner_adds"])

    @unittest.skipUnless(os.environ.get("GST_PLUGIN_PATH") and shutil.which("gst-launch-1.0"), "needs the plugin")
    def test_launch_lines_run(self):
        rig = f"""
[storage]
directory = "{self.dir}"
[camera.a]
device = "emulator:?frames=20&fps=20"
[record.video]
type = "continuous"
format = "avi"
location = "video-%{{index:03d}}"
[record.all]
type = "continuous"
location = "all-%{{index:03d}}"
[record.pictures]
type = "still"
interval = "200ms"
location = "still-%{{index:03d}}"
"""
        line = self.plan(rig)["launch"][0]["command"]
        done = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual(done.returncode, 0, f"{line}\n{done.stdout}\n{done.stderr}")
        for name in ("video-000.avi", "all-000.bin", "still-001.jpg"):
            info = subprocess.run([OMV, "info", self.dir / name], capture_output=True, text=True, timeout=DEADLINE)
            self.assertEqual(info.returncode, 0, f"{name}: {info.stdout}{info.stderr}")

    def test_reference_is_up_to_date(self):
        reference = self.run_omv("reference")
        self.assertEqual(reference.returncode, 0, reference.stderr)
        stored = (SOURCE / "docs" / "rig.md").read_text()
        self.assertEqual(reference.stdout, stored, "stale: run `omv rig reference > docs/rig.md`")


@unittest.skipIf(jsonschema is None, "needs tomllib (Python 3.11) and jsonschema")
class SchemaTest(OmvRig):
    def setUp(self):
        super().setUp()
        schema = json.loads(self.run_omv("schema").stdout)
        jsonschema.Draft202012Validator.check_schema(schema)
        self.validator = jsonschema.Draft202012Validator(schema)

    def faults(self, text):
        return [error.message for error in self.validator.iter_errors(tomllib.loads(text))]

    def test_examples_are_valid(self):
        for path in examples():
            self.assertEqual(self.faults(path.read_text()), [], path.name)

    def test_mistakes_are_found(self):
        self.assertEqual(self.faults(SMALL), [])
        for wrong in (
            SMALL.replace("framerate", "framrate"),
            SMALL.replace("framerate = 10", "framerate = 1001"),
            SMALL.replace('"16MiB"', '"16"'),
            SMALL.replace('type = "clip"', 'type = "clips"'),
            SMALL.replace('signal = "USR1"', ""),
            SMALL + "burst = 5\n",
            SMALL + 'pre = 5\n',
            SMALL + 'post = "5 sec"\n',
            SMALL + '[nonsense]\n',
            SMALL.replace("[camera.a]", '[camera."a b"]'),
            "",
        ):
            self.assertNotEqual(self.faults(wrong), [], wrong)


if __name__ == "__main__":
    OMV, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
