#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`omv emulate` from outside: boards, orders on standard input, signals. Usage: emulate_test.py OMV"""
import os
import signal
import subprocess
import sys
import tempfile
import time

DEADLINE = 30  # seconds for anything that is waited for


def wait_for(what, poll):
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        if poll():
            return
        time.sleep(0.002)
    raise AssertionError(f"waited in vain for {what}")


def target_of(link):
    """None: there is no link."""
    try:
        return os.readlink(link)
    except FileNotFoundError:
        return None


class Emulator:
    """What it is entered for is the process; its first two lines have been read."""

    def __init__(self, omv, *options):
        self.command = [omv, "emulate", "--pty", *options]

    def __enter__(self):
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.device = self.process.stdout.readline().strip()
        self.process.stdout.readline()
        return self

    def order(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().rstrip("\n")

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(DEADLINE) == 0, "omv emulate does not end well"


def test_boards(omv):
    lines = subprocess.run([omv, "emulate", "--list-boards"], capture_output=True, text=True, check=True).stdout.split("\n")
    assert lines[0].startswith("BOARD"), lines[0]
    m7 = next(line.split() for line in lines if line.startswith("m7 "))
    assert "37C5:1203" in m7 and "498" in m7 and "22528" in m7 and "35-60/38400" in m7 and m7[-1] == "1000000", m7


def test_orders(omv):
    with Emulator(omv) as camera:
        assert camera.order("corrupt 0.01") == "ok"
        assert camera.order("hang 100") == "ok"
        assert camera.order("corrupt 2").startswith("error: corrupt=2: a probability")
        assert camera.order("explode").startswith("error: 'explode' is no fault, only clear, reboot")
        assert camera.order("counters").startswith("pty frames=0 bytes=0 lost=0 damaged=0 duplicated=0 unplugged=0 plugged-in=yes")


def test_standard_input_may_end(omv):
    with Emulator(omv) as camera:
        camera.process.stdin.close()
        time.sleep(0.2)
        assert camera.process.poll() is None, "it goes on"


def test_unplugging_by_signal(omv):
    with tempfile.TemporaryDirectory() as folder:
        link = os.path.join(folder, "camera")
        with Emulator(omv, "--link", link, "--replug-after", "300") as camera:
            before = os.readlink(link)
            camera.process.send_signal(signal.SIGUSR1)
            wait_for("the link to return with another name", lambda: target_of(link) not in (None, before))
        assert not os.path.lexists(link)


def test_a_new_path_is_announced(omv):
    with Emulator(omv) as camera:
        assert camera.order("unplug 50") == "ok"
        path = camera.process.stdout.readline().strip()
        assert path.startswith("/dev/") and path != camera.device, path


def test_bad_options(omv):
    refused = subprocess.run([omv, "emulate", "--unplug", "soon"], capture_output=True, text=True)
    assert refused.returncode == 2 and "unplug=soon" in refused.stderr, refused


def main():
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test(sys.argv[1])
    print("ok")


main()
