#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Days of a rig in minutes: rig_days.py --omv OMV [--days 3] [--speed 1000].

A rig records segments, clips and stills by a clock on the wall that runs 1000 times too fast (libfaketime; the clock that
pipelines run by is left alone), with a limit by age, by count and by size. The clock runs on evenly: what happens when it
is set is tested by tests/tools/rig_faults_test.py. At the end the status page's metrics, the journals and the files on the
disk have to say the same, no limit may be exceeded, and the resident memory of the last half must not have grown. Prints
the figures; exit status 1 when something is wrong, which ends with the rig's last words; 77 when there is no libfaketime.
The plugin is the one that was built with OMV, unless GST_PLUGIN_PATH says otherwise.
"""

import argparse
import glob
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tools"))
import rig_journals  # noqa: E402

DAY = 86400
PATIENCE = 60  # s of a machine that does much else
RIG = """[rig]
listen = "127.0.0.1:{port}"
log_format = "json"
[storage]
directory = "out"
min_free = "0B"
stop_free = "0B"
[camera.a]
device = "emulator:?size=QQVGA&fps=20"
[trigger.door]
type = "file"
path = "door"
[record.all]
type = "continuous"
format = "avi"
segment_time = "1s"
[record.door]
type = "clip"
triggers = "door"
pre = "200ms"
post = "200ms"
ring = "4MiB"
[record.stills]
type = "still"
schedule = "every 1h"
[[retain]]
records = "all"
max_age = "12h"
[[retain]]
records = "door"
max_files = 20
[[retain]]
records = "stills"
max_size = "200kB"
"""


class Failed(Exception):
    """What makes it pointless to go on."""


class Days:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.out = folder / "out"
        self.rss = []
        self.wrong = []
        self.figures = ()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def plugin(self):
        """The folder of the plugin that was built with the command."""
        return pathlib.Path(self.options.omv).parent.parent / "gst"

    def set_clock(self, offset):
        fresh = self.folder / "clock.new"
        fresh.write_text(f"{offset:+d} x{self.options.speed}\n")
        fresh.rename(self.folder / "clock")

    def start(self):
        (self.folder / "rig.toml").write_text(RIG.format(port=self.port))
        environment = {"LD_PRELOAD": self.options.faketime, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        environment["XDG_RUNTIME_DIR"] = str(self.folder)  # other rigs of this name have sockets elsewhere
        environment["GST_PLUGIN_PATH"] = os.environ.get("GST_PLUGIN_PATH", str(self.plugin()))
        if self.options.set_clock:
            self.set_clock(0)
            environment |= {"FAKETIME_TIMESTAMP_FILE": str(self.folder / "clock"), "FAKETIME_CACHE_DURATION": "1"}
        else:
            environment |= {"FAKETIME": f"+0 x{self.options.speed}"}
        self.log = open(self.folder / "log", "w")
        self.process = subprocess.Popen(
            [self.options.omv, "rig", "run", str(self.folder / "rig.toml")],
            stderr=self.log,
            env={**os.environ, **environment},
        )

    def look(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        self.rss.append(int(re.search(r"VmRSS:\s+(\d+) kB", text)[1]))

    def ring(self):
        door = os.open(self.folder / "door", os.O_WRONLY | os.O_NONBLOCK)
        os.write(door, b"ring\n")
        os.close(door)

    def wait_for(self, condition, what):
        """Within a minute, as long as the rig runs."""
        end = time.monotonic() + PATIENCE
        while not condition():
            if self.process.poll() is not None:
                raise Failed(f"the rig ended with status {self.process.returncode} before {what}")
            if time.monotonic() > end:
                raise Failed(f"there was no {what} within {PATIENCE} s")
            time.sleep(0.05)

    def has_page(self):
        try:
            return bool(self.metrics())
        except OSError:
            return False

    def live(self):
        self.wait_for((self.folder / "door").is_fifo, "door")
        self.wait_for(self.has_page, "page")
        end = time.monotonic() + self.options.days * DAY / self.options.speed
        while time.monotonic() < end:
            time.sleep(1)
            try:
                self.look()
                self.ring()
            except (OSError, TypeError):
                status = self.process.wait(PATIENCE)  # nothing else makes these fail
                raise Failed(f"the rig ended with status {status}") from None
        self.compare()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Failed(f"the rig did not end within {PATIENCE} s") from None

    def run(self):
        self.start()
        try:
            self.live()
            status = self.stop()
        except Failed as failed:
            self.wrong.append(str(failed))
            return
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            self.log.close()
        self.expect(status == 0, f"exit status {status}")
        self.expect(rig_journals.orphans(self.out) == [], f"in no journal: {rig_journals.orphans(self.out)}")
        self.judge()

    def last_words(self):
        return (self.folder / "log").read_text().splitlines()[-20:]

    def expect(self, is_right, what):
        if not is_right:
            self.wrong.append(what)

    def metrics(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}

    def counted(self):
        """What metrics, journals and the disk say, each as (files, bytes)."""
        said = self.metrics()
        there = rig_journals.files(self.out)
        known = rig_journals.kept(self.out, there)
        mine = [path for path in there if not path.endswith(".part") and not rig_journals.is_beside(path, there)]
        size = lambda paths: sum((self.out / path).stat().st_size for path in paths)
        return (
            (int(said["omv_storage_kept_files"]), int(said["omv_storage_kept_bytes"])),
            (len(known), size(known)),
            (len(mine), size(mine)),
        )

    def agree(self):
        try:
            self.figures = self.counted()
        except OSError:  # a limit was faster, or the rig is gone
            return False
        return len(set(self.figures)) == 1

    def compare(self):
        """Between two files: as soon as all three agree."""
        try:
            self.wait_for(self.agree, "agreement")
        except Failed as failed:
            raise Failed(f"{failed}: metrics, journals and files say {self.figures}") from None
        self.said = self.metrics()

    def judge(self):
        lines = [json.loads(line) for line in (self.folder / "log").read_text().splitlines() if line.startswith("{")]
        made = {name: sum(line["event"] == name for line in lines) for name in ("segment", "clip", "still")}
        stills = [line["path"] for line in lines if line["event"] == "still"]
        self.expect(len(stills) == len(set(stills)), "a name came twice")
        self.expect(len(list(self.out.glob("door/**/*.bin"))) <= 21, "more than 20 clips")
        self.expect(made["segment"] > 0 and made["clip"] > 20 and made["still"] > 0, f"made {made}")
        half = len(self.rss) // 2
        early, late = max(self.rss[half // 2 : half]), max(self.rss[half:])
        self.expect(late <= early * 1.05 + 1024, f"resident memory grew from {early} to {late} kB")
        print(f"{self.options.days:g} days at {self.options.speed}x: made {made}")
        print(f"metrics, journals, files: {self.figures}")
        print(f"deleted {self.said['omv_storage_deleted_files_total']:.0f}, most resident: {early} kB, then {late} kB")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--omv", required=True, type=os.path.abspath)
    parser.add_argument("--days", type=float, default=3)
    parser.add_argument("--speed", type=int, default=1000)
    parser.add_argument("--set-clock", action="store_true", help="the clock is in a file, for experiments")
    options = parser.parse_args()
    options.faketime = next(iter(glob.glob("/usr/lib/*/faketime/libfaketime.so.1")), None)
    if options.faketime is None:
        return 77
    with tempfile.TemporaryDirectory() as folder:
        days = Days(options, pathlib.Path(folder))
        days.run()
        for what in days.wrong:
            print("wrong:", what)
        if days.wrong:
            print("the rig's last words:", *days.last_words(), sep="\n  ")
        return 1 if days.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
