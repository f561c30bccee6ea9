#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The maker's Python client against `omv emulate --pty`.

Usage: python_client_test.py OMV
OPENMV_PYTHON is the folder that holds the client's package `openmv`; without it the test is skipped.
"""
import enum
import os
import struct
import subprocess
import sys
import tempfile
import time

SKIP = 77
DEADLINE = 10  # seconds for anything that is waited for

if not os.environ.get("OPENMV_PYTHON"):
    print("OPENMV_PYTHON does not name the folder of the client")
    sys.exit(SKIP)
sys.path.insert(0, os.environ["OPENMV_PYTHON"])
try:
    import numpy  # noqa: F401  the client needs it to show raw frames
    from openmv.camera import Camera
except ImportError as missing:
    print(f"the client can't be used: {missing}")
    sys.exit(SKIP)
try:
    from PIL import Image  # noqa: F401  the client needs it to show JPEG
except ImportError:
    Image = None

if sys.version_info < (3, 12):
    # The client asks whether plain numbers are members, which only newer Pythons understand.
    enum.EnumMeta.__contains__ = lambda cls, value: value in cls._value2member_map_

SCRIPT = "# omv-capture: pixformat={} framesize={} framerate=50\nimport csi\nwhile True:\n    csi.snapshot()\n"


def crc16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0xF94F) & 0xFFFF if crc & 0x8000 else crc << 1
    return crc


def read_code(frame):
    """Sequence number and time of a scene picture, after scene_code.h; raises when there is no valid mark."""
    width, height, pixels = frame["width"], frame["height"], frame["data"]
    cell = min(width // 16, height // 10, max(4, width // 80 & ~3))
    margin = cell if cell >= 4 and 18 * cell <= width else 0
    bits = 0
    for row in range(5):
        for column in range(16):
            x = margin + column * cell + cell // 2
            y = margin + row * cell + cell // 2
            bits = bits << 1 | (pixels[3 * (y * width + x) + 1] > 127)
    sequence, milliseconds, check = bits >> 48, bits >> 16 & 0xFFFFFFFF, bits & 0xFFFF
    assert crc16(struct.pack("<II", sequence, milliseconds)) == check, "the picture has no valid mark"
    return sequence, milliseconds


def wait_for(what, poll):
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        result = poll()
        if result:
            return result
        time.sleep(0.002)
    raise AssertionError(f"waited in vain for {what}")


def check_frames(camera, count, size, pixel_format):
    """Reads frames and checks their geometry and that their numbers rise as their times do."""
    last = -1
    for _ in range(count):
        frame = wait_for("a frame", camera.read_frame)
        assert (frame["width"], frame["height"]) == size, (frame["width"], frame["height"])
        assert frame["format"] == pixel_format, hex(frame["format"])
        sequence, milliseconds = read_code(frame)
        assert sequence > last, (sequence, last)
        assert milliseconds == sequence * 20, (sequence, milliseconds)
        last = sequence


def stop(camera):
    """A camera begins anew after a script, and this client does not notice: it would wait for ever for the answer to
    a request with an old sequence number, because the console's events keep its timeout from running out."""
    was_running = camera.read_status()["stdin"]
    camera.stop()
    if was_running:
        time.sleep(0.2)
        camera._resync()
    wait_for("the script to end", lambda: not camera.read_status()["stdin"])


def run_script(camera, script, raw, count, size, pixel_format):
    stop(camera)
    camera.streaming(True, raw=raw, resolution=(4096, 4096))
    camera.exec(script)
    wait_for("the script to run", lambda: camera.read_status()["stdin"])
    check_frames(camera, count, size, pixel_format)


def check_text(camera):
    text = ""

    def read():
        nonlocal text
        text += camera.read_stdout() or ""
        return "fps:" in text and text.endswith("\n")

    wait_for("a line of text", read)
    assert "frame:" in text, text


def test_session(device):
    with Camera(device) as camera:
        assert camera.sysinfo["usb_vid"] == 0x37C5, camera.sysinfo
        assert camera.verinfo["firmware_version"] == (5, 0, 0), camera.verinfo
        run_script(camera, SCRIPT.format("RGB565", "QVGA"), True, 20, (320, 240), 0x0C030002)
        check_text(camera)
        run_script(camera, SCRIPT.format("GRAYSCALE", "161x121"), True, 20, (161, 121), 0x08020001)
        if Image is not None:
            run_script(camera, SCRIPT.format("RGB565", "VGA"), False, 20, (640, 480), 0x06060000)
        stop(camera)
        assert "KeyboardInterrupt" in camera.read_stdout()
        assert camera.host_stats()["checksum"] == 0, camera.host_stats()


def test_without_acknowledgements(device):
    with Camera(device, ack=False, max_payload=4082) as camera:
        run_script(camera, SCRIPT.format("RGB565", "VGA"), True, 20, (640, 480), 0x0C030002)


def test_reconnecting_while_a_script_runs(device):
    with Camera(device) as camera:
        run_script(camera, SCRIPT.format("GRAYSCALE", "QQVGA"), True, 5, (160, 120), 0x08020001)
    for _ in range(3):
        with Camera(device) as camera:
            assert camera.read_status()["stdin"], "the script goes on without a host"
            check_frames(camera, 5, (160, 120), 0x08020001)


def recording(frames):
    """An ImageIO recording of GRAYSCALE frames, 8x4."""
    data = b"OMV IMG STR V2.0"
    for frame in frames:
        data += struct.pack("<IIIII12x", 20, 8, 4, 0x08020001, 0) + frame
    return data


def test_payloads_of_a_recording(omv):
    frames = [bytes((n * 32 + i) % 256 for i in range(32)) for n in range(5)]
    with tempfile.NamedTemporaryFile(suffix=".bin") as file:
        file.write(recording(frames))
        file.flush()
        with Emulator(omv, "--file", file.name, "--fps", "0") as device, Camera(device) as camera:
            camera.streaming(True, raw=True, resolution=(4096, 4096))
            camera.exec("pass")
            for n in range(15):
                frame = wait_for("a frame", camera.read_frame)
                expected = bytes(value for value in frames[n % 5] for _ in range(3))
                assert frame["data"] == expected, f"payload {n}"


class Emulator:
    """Runs `omv emulate --pty`; what it is entered for is the device to open."""

    def __init__(self, omv, *options):
        self.command = [omv, "emulate", "--pty", *options]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        return self.process.stdout.readline().strip()

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(DEADLINE) == 0, "omv emulate does not end well"


def main():
    omv = sys.argv[1]
    with Emulator(omv) as device:
        test_session(device)
        test_without_acknowledgements(device)
        test_reconnecting_while_a_script_runs(device)
    test_payloads_of_a_recording(omv)
    print("ok" if Image is not None else "ok (without JPEG: the client needs Pillow for it)")


main()
