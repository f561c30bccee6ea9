#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`omv devices` on made-up machines: what it prints, its exit status, what it says about ports that can't be used.

devices_test.py OMV [unittest arguments]
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

OMV = None
DEADLINE = 60
NOBODY = 65534


class DevicesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "sys/class/tty").mkdir(parents=True)
        (self.root / "dev").mkdir()
        self.environment = {**os.environ, "OMV_SYSFS": str(self.root / "sys"), "OMV_DEV": str(self.root / "dev")}

    def node(self, name):
        return self.root / "dev" / name

    def plug_in(self, name, vid, pid, serial=None, node=True):
        """A tty on an interface of a USB device, as Linux lays it out. The node is a file that can be opened."""
        device = self.root / "sys/devices/usb1" / f"1-{name}"
        tty = device / f"1-{name}:1.0" / "tty" / name
        tty.mkdir(parents=True)
        (tty / "device").symlink_to("../..")
        for key, value in (("idVendor", vid), ("idProduct", pid), ("serial", serial)):
            if value is not None:
                (device / key).write_text(value + "\n")
        if node:
            self.node(name).touch()
        (self.root / "sys/class/tty" / name).symlink_to(tty)

    def unplug(self, name):
        (self.root / "sys/class/tty" / name).unlink()
        shutil.rmtree(self.root / "sys/devices/usb1" / f"1-{name}")

    def devices(self, *arguments, **options):
        return subprocess.run([OMV, "devices", *arguments], capture_output=True, text=True, timeout=DEADLINE,
                              env=self.environment, **options)

    def json(self, *arguments, **options):
        done = self.devices("--json", *arguments, **options)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)


class Table(DevicesTest):
    def test_lists_cameras(self):
        self.plug_in("ttyACM0", "37c5", "1060", "123ABC")
        self.plug_in("ttyACM1", "1209", "abd1")
        self.plug_in("ttyACM2", "2341", "045b", "P1")
        self.plug_in("ttyACM3", "1209", "abd1", "000000000010")
        self.plug_in("ttyUSB0", "10c4", "ea60", "0001")
        done = self.devices()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        dev = self.root / "dev"
        port = "PORT".ljust(len(f"{dev}/ttyACM0"))
        self.assertEqual(done.stdout, f"""\
BOARD                SERIAL  {port}  PROTOCOL    STATE
OpenMV RT1062        123ABC  {dev}/ttyACM0  v2, usbdbg  ready
OpenMV camera        -       {dev}/ttyACM1  usbdbg      ready
Arduino Portenta H7  P1      {dev}/ttyACM2  v2, usbdbg  ready, if it runs OpenMV's firmware
""")

    def test_lists_other_ports_when_asked_to(self):
        self.plug_in("ttyACM0", "2341", "0043", "0001")
        self.assertEqual(self.devices().stdout, "")
        self.assertIn("2341:0043  0001", self.devices("--all").stdout)

    def test_no_camera_is_an_answer(self):
        done = self.devices()
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertIn("no camera", done.stderr)

    def test_wrong_usage(self):
        for arguments in (["x"], ["--nonsense"]):
            done = self.devices(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn("omv devices --help", done.stderr)

    def test_a_full_disk_is_noticed(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([OMV, "devices", "--json"], stdout=full, stderr=subprocess.PIPE, timeout=DEADLINE,
                                  env=self.environment)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"standard output", done.stderr)


class Json(DevicesTest):
    def test_describes_a_camera(self):
        self.plug_in("ttyACM0", "37c5", "1060", "123ABC")
        self.assertEqual(self.json(), [{
            "board": "OpenMV RT1062", "serial": "123ABC", "path": str(self.node("ttyACM0")),
            "device": "serial:123ABC", "vid": 0x37C5, "pid": 0x1060, "kind": "camera", "protocols": ["v2", "usbdbg"],
            "usable": True, "problem": None, "message": None, "users": [],
        }])

    def test_says_null_where_nothing_is_known(self):
        self.plug_in("ttyACM0", "2341", "0043")
        port, = self.json("--all")
        self.assertEqual((port["board"], port["serial"], port["kind"], port["protocols"], port["device"]),
                         (None, None, "other", [], str(self.node("ttyACM0"))))

    def test_no_camera_is_an_empty_array(self):
        self.assertEqual(self.json(), [])


class Obstacles(DevicesTest):
    def problem(self, **options):
        device, = self.json(**options)
        self.assertFalse(device["usable"])
        return device["problem"], device

    def test_no_node(self):
        self.plug_in("ttyACM0", "37c5", "1060", node=False)
        self.assertEqual(self.problem()[0], "missing")

    def test_in_use(self):
        """The emulator itself has both ends of its pseudo-terminal."""
        self.plug_in("ttyACM0", "37c5", "1060", node=False)
        with subprocess.Popen([OMV, "emulate", "--pty", "--link", str(self.node("ttyACM0"))],
                              stdout=subprocess.PIPE, text=True) as emulator:
            try:
                emulator.stdout.readline()
                problem, device = self.problem()
                self.assertEqual(problem, "busy")
                self.assertEqual(device["users"], [{"pid": emulator.pid, "name": "omv"}])
                self.assertIn(f"omv (process {emulator.pid})", device["message"])
            finally:
                emulator.terminate()

    @unittest.skipUnless(os.geteuid() == 0, "needs root to become somebody else")
    def test_permission_denied_to_nobody(self):
        self.plug_in("ttyACM0", "37c5", "1060")
        self.node("ttyACM0").chmod(0o600)
        self.root.chmod(0o755)
        try:
            subprocess.run([OMV, "--version"], capture_output=True, check=True, timeout=DEADLINE, user=NOBODY)
        except (PermissionError, subprocess.CalledProcessError):
            self.skipTest("the build folder is closed to others")
        self.check_permission(*self.problem(user=NOBODY))

    @unittest.skipIf(os.geteuid() == 0, "nothing is forbidden to root")
    def test_permission_denied(self):
        self.plug_in("ttyACM0", "37c5", "1060")
        self.node("ttyACM0").chmod(0)
        self.check_permission(*self.problem())

    def check_permission(self, problem, device):
        self.assertEqual(problem, "permission")
        self.assertIn(self.node("ttyACM0").group(), device["message"])
        self.assertIn("50-openmv.rules", device["message"])


class Watch(DevicesTest):
    def test_tells_changes_until_it_is_stopped(self):
        self.plug_in("ttyACM0", "37c5", "1060", "A")
        with subprocess.Popen([OMV, "devices", "--watch", "--json"], stdout=subprocess.PIPE, text=True,
                              env=self.environment) as watch:
            def event():
                line = json.loads(watch.stdout.readline())
                return line["event"], line["serial"]
            self.assertEqual(event(), ("added", "A"))
            self.plug_in("ttyACM1", "37c5", "1060", "B")
            self.assertEqual(event(), ("added", "B"))
            self.unplug("ttyACM0")
            self.assertEqual(event(), ("removed", "A"))
            watch.send_signal(signal.SIGINT)
            self.assertEqual(watch.wait(DEADLINE), 0)

    def test_reads_well(self):
        self.plug_in("ttyACM0", "37c5", "1060", "A")
        with subprocess.Popen([OMV, "devices", "--watch"], stdout=subprocess.PIPE, text=True,
                              env=self.environment) as watch:
            self.assertEqual(watch.stdout.readline(),
                             f"added: OpenMV RT1062, serial number A, on {self.node('ttyACM0')}\n")
            watch.terminate()
            self.assertEqual(watch.wait(DEADLINE), 0)


if __name__ == "__main__":
    OMV = sys.argv.pop(1)
    unittest.main()
