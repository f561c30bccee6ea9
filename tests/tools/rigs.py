# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rigs that run, for the tests of `omv rig run`. Their first argument is OMV."""

import json
import os
import pathlib
import queue
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

OMV = os.path.abspath(sys.argv.pop(1))
DEADLINE = 30
EX_CONFIG = 78
LOSSY = 3

HEAD = """[rig]
log_format = "json"
log_level = "debug"
[storage]
directory = "out"
min_free = "0B"
stop_free = "0B"
"""
CAMERA = """[camera.a]
device = "emulator:?size=QQVGA&fps=40"
overflow = "block"
"""
SEGMENTS = """[record.all]
type = "continuous"
location = "all/%{index:04d}"
segment_time = "0s"
segment_size = "100kB"
"""
SIGNAL = """[trigger.usr]
type = "signal"
signal = "USR1"
"""


class RunningRig:
    """A rig that runs, and the lines of its log."""

    def __init__(self, folder, text, environment=None):
        self.file = folder / "rig.toml"
        self.file.write_text(text)
        self.environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder), **(environment or {})}
        self.environment.pop("RUNTIME_DIRECTORY", None)
        self.process = subprocess.Popen(
            [OMV, "rig", "run", str(self.file)], stderr=subprocess.PIPE, text=True, env=self.environment
        )
        self.lines = []
        self.queue = queue.Queue()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stderr:
            self.queue.put(line)
        self.queue.put(None)

    def wait_for(self, event, **fields):
        """The next line of this event with these fields; all lines up to it are in self.lines."""
        end = time.monotonic() + DEADLINE
        while True:
            try:
                line = self.queue.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None:
                raise AssertionError(f"no {event} {fields} in\n" + "\n".join(map(str, self.lines)))
            entry = json.loads(line) if line.startswith("{") else {"event": "", "text": line}
            self.lines.append(entry)
            if entry["event"] == event and all(entry.get(name) == value for name, value in fields.items()):
                return entry

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """The exit status after SIGTERM."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def wait(self):
        status = self.process.wait(DEADLINE)
        self.reader.join(DEADLINE)
        self.process.stderr.close()
        while not self.queue.empty():
            line = self.queue.get()
            if line and line.startswith("{"):
                self.lines.append(json.loads(line))
        return status

    def told(self, event):
        return [entry for entry in self.lines if entry["event"] == event]


class RigTestCase(unittest.TestCase):
    """Runs rigs in a folder of its own, with their files in `out`."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.out = self.dir / "out"

    def run_rig(self, text, environment=None):
        rig = RunningRig(self.dir, text, environment)
        self.addCleanup(self.end, rig)
        return rig

    def end(self, rig):
        if rig.process.poll() is None:
            rig.process.kill()
            rig.wait()

    def facts(self, pattern):
        return [json.loads(path.read_text()) for path in sorted(self.out.glob(pattern))]


def knows_mqtt():
    """Whether the command was built with libmosquitto: else it refuses every file that names a broker."""
    file = '[notify]\nmqtt = "mqtt://127.0.0.1"\n'
    checked = subprocess.run([OMV, "rig", "check", "-"], input=file, capture_output=True, text=True, timeout=DEADLINE)
    return "this build of omv knows no MQTT" not in checked.stderr


def free_port(kind=socket.SOCK_STREAM):
    """A port of loopback that nobody has, and that no connection gets as its own end in the meantime."""
    while True:
        port = random.randrange(20000, 30000)  # below ip_local_port_range
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
