#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The rigs of examples/rigs use every option there is, and run: rigs_test.py OMV SOURCE [arguments].

Every key of the schema has to be in one of them, and every value of an enumeration that is no default. They run with emulated cameras in a
folder of the test, on this machine alone: what they would reach elsewhere is replaced as SUBSTITUTIONS says.
"""

import concurrent.futures
import json
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

try:
    import tomllib
except ImportError:
    tomllib = None

OMV = None
SOURCE = None
DEADLINE = 60
LACKS = "this build of omv knows no"  # what an example needs
STOPPED = (0, 3)  # 3: a machine that is busy may lose frames
SUBSTITUTIONS = (
    (r'"/(srv|data|etc|run|var)/', '"{folder}/'),
    (r'"firmware/', '"{source}/firmware/'),
    (r'"\.\./\.\./', '"{source}/'),
    (r'log_level = ".*?"', 'log_level = "info"'),
    (r'listen = ".*?"', 'listen = "127.0.0.1:{port}"'),
    (r'v4l2src device=\S+ ! image/jpeg,width=1280,height=720', "videotestsrc is-live=true ! jpegenc"),
    (r"require_mount = true", "require_mount = false"),
    (r'(min_free|stop_free) = ".*?"', r'\1 = "0B"'),
    (r'\["(rclone|logger)".*?\]', '["true"]'),
    (r'"(rtsp|srt|tcp)://[^/:"]*(:\d+)?', r'"\1://127.0.0.1:9'),
    (r'"mqtts?://[^"]*"', '"mqtt://127.0.0.1:9"'),
)


def rigs():
    return sorted((SOURCE / "examples" / "rigs").glob("*.toml"))


# ---- what is used --------------------------------------------------------------------------------------------------


def enumeration(option):
    """The values that an option may have, or that its elements may have."""
    return option.get("enum") or option.get("items", {}).get("enum") or next(
        (found for choice in option.get("anyOf", ()) if (found := enumeration(choice))), [])


def documented(schema):
    """"section.key" and, of an enumeration, "section.key = value" unless that is the default."""
    for section, said in schema["properties"].items():
        for kind in ("items", "additionalProperties"):
            said = said[kind] if isinstance(said.get(kind), dict) else said
        for key, option in said["properties"].items():
            yield f"{section}.{key}"
            for value in enumeration(option):
                if f'Default: "{value}"' not in option["description"]:
                    yield f"{section}.{key} = {value}"


def used(rig):
    for section, said in rig.items():
        tables = said if isinstance(said, list) else [said] if section in ("rig", "storage", "notify") else said.values()
        for table in tables:
            for key, value in table.items():
                yield f"{section}.{key}"
                yield from (f"{section}.{key} = {one}" for one in (value if isinstance(value, list) else [value]))


@unittest.skipIf(tomllib is None, "needs tomllib (Python 3.11)")
class OptionsTest(unittest.TestCase):
    def test_every_documented_option_is_used(self):
        said = subprocess.run([OMV, "rig", "schema"], capture_output=True, text=True, check=True, timeout=DEADLINE)
        there = {use for path in rigs() for use in used(tomllib.loads(path.read_text()))}
        missing = [option for option in documented(json.loads(said.stdout)) if option not in there]
        self.assertEqual(missing, [], "no rig of examples/rigs uses these:\n" + "\n".join(missing))


# ---- whether they run ----------------------------------------------------------------------------------------------


def free_port():
    """A port of loopback that nobody has, and that no connection gets as its own end in the meantime."""
    while True:
        port = random.randrange(20000, 30000)  # below ip_local_port_range
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


class Run:
    """A rig in a folder of its own: it starts, its cameras show something, and SIGTERM ends it."""

    def __init__(self, path, folder):
        self.folder = folder / path.stem
        self.folder.mkdir()
        self.text = path.read_text()
        for pattern, by in SUBSTITUTIONS:
            for name, value in (("folder", self.folder), ("source", SOURCE), ("port", free_port())):
                by = by.replace("{" + name + "}", str(value))
            self.text = re.sub(pattern, by, self.text)
        self.cameras = len(tomllib.loads(self.text)["camera"])
        for name in re.findall(r'(?:token|mqtt_password)_file = "(.*?)"', self.text):
            pathlib.Path(name).parent.mkdir(parents=True, exist_ok=True)
            pathlib.Path(name).write_text("a-token-of-this-test\n")
        for name in re.findall(r'^path = "(.*?)"', self.text, re.MULTILINE):
            pathlib.Path(name).parent.mkdir(parents=True, exist_ok=True)
        self.file = self.folder / path.name
        self.file.write_text(self.text)

    def environment(self):
        """With a directory of its own for the rig's socket."""
        environment = {**os.environ, "XDG_RUNTIME_DIR": str(self.folder)}
        environment.pop("RUNTIME_DIRECTORY", None)
        return environment

    def __call__(self):
        """(exit status, log)."""
        log = self.folder / "log"
        with open(log, "w") as out:
            process = subprocess.Popen([OMV, "rig", "run", self.file], stderr=out, env=self.environment())
        end = time.monotonic() + DEADLINE
        while process.poll() is None and log.read_text().count("camera-found") < self.cameras and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(DEADLINE), log.read_text()
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait(), log.read_text()


@unittest.skipIf(tomllib is None, "needs tomllib (Python 3.11)")
class RunTest(unittest.TestCase):
    def test_each_runs_until_it_is_stopped(self):
        with tempfile.TemporaryDirectory() as name:
            runs = [Run(path, pathlib.Path(name)) for path in rigs()]
            with concurrent.futures.ThreadPoolExecutor() as pool:
                done = list(pool.map(lambda run: run(), runs))
            for run, (status, log) in zip(runs, done):
                with self.subTest(run.file.name):
                    if LACKS in log:
                        self.skipTest(log)
                    self.assertIn(status, STOPPED, log)
                    self.assertGreaterEqual(log.count("camera-found"), run.cameras, log)
                    self.assertEqual(list(run.folder.rglob("*.part")), [], log)


if __name__ == "__main__":
    OMV, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
