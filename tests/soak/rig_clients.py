#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""20 clients of the status page beside a rig that records: rig_clients.py OMV [options].

The rig has emulated cameras, each recorded without a gap and held in an armed ring. First nobody looks, then half of the
clients watch live pictures, and half do once a second what an open page does. Says what processor time both cost, and
fails when a frame was lost, a client was turned away or got no pictures. GST_PLUGIN_PATH says where the plugin is.
"""

import argparse
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

START = 30
ASKED = ("/api/status", "/api/files?limit=24", "/metrics", "/api/cameras/cam0/picture.jpg")


def rig_text(options, port):
    text = f"""[rig]
listen = "127.0.0.1:{port}"
page_clients = {2 * options.clients + 8}
[storage]
directory = "out"
min_free = "0B"
stop_free = "0B"
[trigger.bell]
type = "http"
[record.all]
type = "continuous"
format = "avi"
segment_time = "5s"
location = "all/%{{camera}}-%{{index:05d}}"
[record.visits]
type = "clip"
triggers = "bell"
ring = "16MiB"
pre = "2s"
post = "1s"
[[retain]]
max_size = "500MB"
"""
    for index in range(options.cameras):
        text += f'[camera.cam{index}]\ndevice = "emulator:?size={options.size}&fps={options.fps}"\noverflow = "{options.overflow}"\npreview = "5/s"\n'
    return text


class Rig:
    def __init__(self, options, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (folder / "rig.toml").write_text(rig_text(options, self.port))
        self.folder = folder
        self.process = subprocess.Popen([options.omv, "rig", "run", str(folder / "rig.toml")],
                                        stderr=(folder / "log").open("w"),
                                        env={**os.environ, "XDG_RUNTIME_DIR": str(folder)})

    def ask(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise OSError(f"{path}: {answer.status}")
            return body
        finally:
            connection.close()

    def wait_until_it_runs(self):
        end = time.monotonic() + START
        while time.monotonic() < end:
            try:
                if all(camera["frames"] > 0 for camera in json.loads(self.ask("/api/status"))["cameras"]):
                    return
            except ConnectionError:
                pass
            time.sleep(0.1)
        sys.exit("the rig does not run:\n" + (self.folder / "log").read_text())

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def load(self, seconds):
        """Percent of one processor, over so much time."""
        begun, before = time.monotonic(), self.processor_seconds()
        time.sleep(seconds)
        return 100 * (self.processor_seconds() - before) / (time.monotonic() - begun)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(START)


class Client(threading.Thread):
    """Looks until it is told to end."""

    def __init__(self, rig, number, cameras):
        super().__init__(daemon=True)
        self.rig, self.number, self.camera = rig, number, f"cam{number // 2 % cameras}"
        self.ending = threading.Event()
        self.got = self.bytes = 0
        self.failure = None

    def run(self):
        try:
            self.watch() if self.number % 2 == 0 else self.poll()
        except (OSError, http.client.HTTPException) as failed:
            self.failure = failed

    def watch(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.rig.port, timeout=START)
        connection.request("GET", f"/api/cameras/{self.camera}/live.mjpg")
        answer = connection.getresponse()
        if answer.status != 200:
            raise OSError(f"live.mjpg: {answer.status}")
        while not self.ending.is_set():
            data = answer.read1(1 << 16)
            if not data:
                raise OSError("live.mjpg has ended")
            self.bytes += len(data)
            self.got += data.count(b"Content-Type: image/jpeg")
        connection.close()

    def poll(self):
        while not self.ending.is_set():
            for path in ASKED:
                self.bytes += len(self.rig.ask(path))
                self.got += 1
            self.ending.wait(1)


def lost_frames(folder):
    """Frames that the files of the continuous records lack, also between them."""
    lost = files = frames = 0
    for camera in {path.name.rsplit("-", 1)[0] for path in folder.glob("out/all/*.json")}:
        facts = [json.loads(path.read_text()) for path in sorted(folder.glob(f"out/all/{camera}-*.json"))]
        for before, after in zip(facts, facts[1:]):
            lost += after["first_sequence"] - before["last_sequence"] - 1
        lost += sum(fact["frames_delivered"] - fact["frames"] + fact["frames_lost"] for fact in facts)
        frames += sum(fact["frames"] for fact in facts)
        files += len(facts)
    return lost, files, frames


def run(options, folder):
    rig = Rig(options, folder)
    try:
        rig.wait_until_it_runs()
        alone = rig.load(options.seconds)
        clients = [Client(rig, number, options.cameras) for number in range(options.clients)]
        for client in clients:
            client.start()
        watched = rig.load(options.seconds)
        resident = rig.resident_mib()
        deadline = time.monotonic() + START
        while not all(client.got for client in clients) and time.monotonic() < deadline:
            time.sleep(0.1)
        dropped = sum(camera["dropped"] for camera in json.loads(rig.ask("/api/status"))["cameras"])
        for client in clients:
            client.ending.set()
        for client in clients:
            client.join(START)
        status = rig.stop()
    finally:
        if rig.process.poll() is None:
            rig.process.kill()
            rig.process.wait()
    lost, files, frames = lost_frames(folder)
    pictures = sum(client.got for client in clients if client.number % 2 == 0)
    failures = {str(client.failure) for client in clients if client.failure}
    idle = sum(client.got == 0 for client in clients)
    print(f"{options.cameras} cameras, {options.size} at {options.fps}/s, {2 * options.seconds:g} s: "
          f"{frames} frames in {files} files, {lost} lost, {dropped} dropped, exit status {status}")
    print(f"processor: {alone:.1f} % alone, {watched:.1f} % with {options.clients} clients; {resident:.0f} MiB resident; "
          f"{pictures} live pictures, {sum(client.bytes for client in clients) / 1e6:.1f} MB served")
    if failures or idle:
        print(f"{idle} clients got nothing; " + "; ".join(sorted(failures)))
    return lost == 0 and dropped == 0 and status == 0 and frames > 0 and not failures and idle == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("omv")
    parser.add_argument("--seconds", type=float, default=30, help="without clients, and again with them")
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--cameras", type=int, default=2)
    parser.add_argument("--size", default="VGA")
    parser.add_argument("--fps", type=int, default=30)
    parser.add_argument("--overflow", choices=("drop", "block"), default="drop",
                        help="of cameras: block is for machines where a thread may have to wait for half a second")
    options = parser.parse_args()
    options.omv = os.path.abspath(options.omv)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return 0 if run(options, pathlib.Path(folder)) else 1


if __name__ == "__main__":
    sys.exit(main())
