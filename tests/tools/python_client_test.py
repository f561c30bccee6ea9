#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The maker's Python client against `omv emulate --pty`.

Usage: python_client_test.py OMV
OPENMV_PYTHON is the folder that holds the client's package `openmv`; without it the test is skipped.
"""
import enum
import json
import os
import random
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


def expect_lost(camera):
    """A camera that has gone: the client finds out with its next request."""
    try:
        camera.read_status()
    except (Exception, SystemExit):  # the client ends the whole program when a write fails
        return
    raise AssertionError("the camera is still there")


def test_what_is_told_about_the_camera(omv):
    with Emulator(omv, "--board", "m7", "--id", "00112233445566778899AABB") as device, Camera(device) as camera:
        assert camera.caps["max_payload"] == 498, camera.caps
        info = camera.system_info()
        assert info["usb_pid"] == 0x1203 and info["device_id"] == (0x00112233, 0x44556677, 0x8899AABB), info
        assert info["stream_buffer_size_kb"] == 22 and info["sd_present"] and not info["usb_highspeed"], info
        assert camera.version()["protocol_version"] == (1, 0, 2)
        assert [camera.get_channel(name=name) for name in ("usb", "stdin", "stdout", "stream")] == [0, 1, 2, 3]
        assert camera.get_channel(channel_id=3) == "stream"
        assert camera.has_channel("stdout") and not camera.has_channel("profile")
        assert camera.read_profile() is None and camera.channel_size("nothing") == 0
        before = camera.device_stats()
        after = camera.device_stats()
        assert after["received"] == before["received"] + 1 and after["checksum"] == 0, (before, after)
        assert camera.host_stats()["sent"] > 0
        camera.poll_events()


def test_script_channel(omv):
    with Emulator(omv, "--triggers", "5", "--trigger-by", "channel") as device, Camera(device) as camera:
        assert not camera.has_channel("trigger")
        camera.streaming(True, raw=True, resolution=(4096, 4096))
        camera.exec(SCRIPT.format("GRAYSCALE", "QQVGA"))
        wait_for("the script's channel", lambda: camera.poll_events() or camera.has_channel("trigger"))
        wait_for("a trigger", lambda: camera.read_frame() and None or camera.read_status()["trigger"])
        text = camera.channel_read("trigger").decode()
        first = json.loads(text.split("\n")[0])
        assert first["trigger"] == "blob" and first["frame"] == 4 and first["ticks_ms"] > 0, text
        assert camera.channel_size("trigger") == 0 or camera.channel_read("trigger", 10)
        try:
            camera.channel_write("trigger", b"x")
        except Exception:
            pass
        else:
            raise AssertionError("a channel without WRITE took a write")
        stop(camera)
        camera.update_channels()
        assert not camera.has_channel("trigger"), "it goes with the script"


def test_profiler(omv):
    with Emulator(omv, "--board", "n6", "--profile", "true", "--link-rate", "0") as device, Camera(device) as camera:
        counters = camera.sysinfo["pmu_eventcnt"]
        assert camera.has_channel("profile") and camera.sysinfo["pmu_present"] and counters == 8, camera.sysinfo
        camera.profiler_mode(exclusive=True)
        camera.profiler_event(0, 0x0039)
        camera.exec("run()")
        time.sleep(0.2)
        records = wait_for("records", camera.read_profile)
        assert all(record["call_count"] > 0 and len(record["events"]) == counters for record in records), records
        stop(camera)
        camera.profiler_reset()
        assert camera.read_profile() is None, "nothing has run since"


def test_lost_packets(omv):
    """The client's own fault simulation: it forgets one packet in fifty. The script prints nothing, because events of
    text that is not read keep the client's time-out from running out, with a real camera too."""
    random.seed(3)
    with Emulator(omv, "--size", "QQVGA", "--report", "false") as device, Camera(device, drop_rate=0.02) as camera:
        camera.streaming(True, raw=True, resolution=(4096, 4096))
        camera.exec("run()")
        frames = 0
        end = time.monotonic() + 2 * DEADLINE
        while frames < 10 and time.monotonic() < end:
            frames += bool(camera.read_frame())
        assert frames == 10, frames
        assert camera.device_stats()["retransmit"] > 0


def test_exception(omv):
    with Emulator(omv, "--exception", "3") as device, Camera(device) as camera:
        camera.streaming(True, raw=True, resolution=(4096, 4096))
        camera.exec("import csi\nwhile True:\n    csi.snapshot()\n")
        for _ in range(3):
            wait_for("a frame", camera.read_frame)
        time.sleep(0.3)
        camera._resync()
        text = camera.read_stdout()
        assert 'File "<stdin>", line 3, in <module>' in text and "RuntimeError: " in text, text


def test_reset_and_boot(omv):
    with Emulator(omv) as device:
        for leave in (Camera.reset, Camera.boot):
            camera = Camera(device)
            camera.connect()
            camera.exec("run()")
            leave(camera)
            assert not camera.is_connected()
            with Camera(device) as again:
                assert not again.read_status()["stdin"], "it has started anew"


def test_unplugging(omv):
    with tempfile.TemporaryDirectory() as folder:
        link = os.path.join(folder, "camera")
        with Emulator(omv, "--link", link) as device:
            emulator = Emulator.last
            camera = Camera(device)
            camera.connect()
            before = os.readlink(link)
            assert emulator.order("unplug 300") == "ok"
            wait_for("the link to go", lambda: not os.path.lexists(link))
            expect_lost(camera)
            wait_for("the link to return", lambda: os.path.lexists(link))
            assert os.readlink(link) != before, "another name"
            with Camera(link) as again:
                assert again.is_connected()
            assert "unplugged=1" in emulator.order("counters")
            assert emulator.order("explode").startswith("error: 'explode'")


class Emulator:
    """Runs `omv emulate --pty`; what it is entered for is the device to open. The one entered last is Emulator.last."""

    def __init__(self, omv, *options):
        self.command = [omv, "emulate", "--pty", *options]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        Emulator.last = self
        device = self.process.stdout.readline().strip()
        self.process.stdout.readline()
        return device

    def order(self, line):
        """Its answer; what it tells about devices meanwhile is left out."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        while True:
            answer = self.process.stdout.readline().rstrip("\n")
            if not answer.startswith(("/", "  ")):
                return answer

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
    test_what_is_told_about_the_camera(omv)
    test_script_channel(omv)
    test_profiler(omv)
    test_lost_packets(omv)
    test_exception(omv)
    test_reset_and_boot(omv)
    test_unplugging(omv)
    print("ok" if Image is not None else "ok (without JPEG: the client needs Pillow for it)")


main()
