#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A client of the old kind against `omv emulate --pty --protocol=usbdbg`.

Usage: usbdbg_client_test.py OMV
It does what programs for firmware before 5 do: ask for the version, stop, upload, ask for frames and text, each with a
fixed number of bytes in return. It shares nothing with the library but the specification (protocol-usbdbg).
"""
import os
import select
import struct
import subprocess
import sys
import termios
import time
import tty

DEADLINE = 10  # seconds for anything that is waited for

FW_VERSION, FRAME_SIZE, FRAME_DUMP, ARCH_STR = 0x80, 0x81, 0x82, 0x83
SCRIPT_EXEC, SCRIPT_STOP, SCRIPT_RUNNING = 0x05, 0x06, 0x87
ATTR_WRITE, FB_ENABLE, TX_BUF_LEN, TX_BUF = 0x0B, 0x0D, 0x8E, 0x8F
SENSOR_ID, GET_STATE = 0x90, 0x93

SCRIPT = "# omv-capture: pixformat={} framesize={} framerate=50\nimport sensor\nwhile True:\n    sensor.snapshot()\n"


class Client:
    """A serial port, and one function per command."""

    def __init__(self, path):
        self.fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self.fd)
        settings = termios.tcgetattr(self.fd)
        settings[4] = settings[5] = termios.B921600
        termios.tcsetattr(self.fd, termios.TCSANOW, settings)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.fd)

    def read(self, count):
        data = b""
        end = time.monotonic() + DEADLINE
        while len(data) < count:
            ready, _, _ = select.select([self.fd], [], [], max(0, end - time.monotonic()))
            assert ready, f"{len(data)} of {count} bytes have come"
            data += os.read(self.fd, count - len(data))
        return data

    def is_silent(self, seconds=0.2):
        return not select.select([self.fd], [], [], seconds)[0]

    def write(self, data):
        while data:
            data = data[os.write(self.fd, data) :]

    def ask(self, command, count):
        self.write(struct.pack("<BBI", 0x30, command, count))
        return self.read(count)

    def tell(self, command, data=b""):
        self.write(struct.pack("<BBI", 0x30, command, len(data)))
        if data:
            time.sleep(0.002)
            self.write(data)
        time.sleep(0.002)

    def fw_version(self):
        return struct.unpack("<III", self.ask(FW_VERSION, 12))

    def arch_str(self):
        return self.ask(ARCH_STR, 64).split(b"\0", 1)[0].decode()

    def script_running(self):
        return struct.unpack("<I", self.ask(SCRIPT_RUNNING, 4))[0] == 1

    def enable_fb(self, on):
        self.tell(FB_ENABLE, struct.pack("<I", on))

    def exec_script(self, script):
        self.script_running()  # what empties the upload buffer of 4.8
        self.tell(SCRIPT_EXEC, script.encode())

    def stop_script(self):
        self.tell(SCRIPT_STOP)
        wait_for("the script to end", lambda: not self.script_running())

    def tx_buf(self):
        count = struct.unpack("<I", self.ask(TX_BUF_LEN, 4))[0]
        return self.ask(TX_BUF, count) if count else b""

    def frame(self):
        """(width, height, third word, data) or None."""
        width, height, depth = struct.unpack("<III", self.ask(FRAME_SIZE, 12))
        if width == 0:
            return None
        count = width * height * depth if depth <= 2 else depth
        return width, height, depth, self.ask(FRAME_DUMP, count)

    def state(self):
        """Flags, frame or None, text."""
        data = self.ask(GET_STATE, 64)
        flags, width, height, depth = struct.unpack("<IIII", data[:16])
        frame = None
        if flags & 4:
            frame = width, height, depth, self.ask(FRAME_DUMP, width * height * depth if depth <= 2 else depth)
        return flags, frame, data[16:].split(b"\0", 1)[0]


def wait_for(what, poll):
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        result = poll()
        if result:
            return result
        time.sleep(0.002)
    raise AssertionError(f"waited in vain for {what}")


def crc16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0xF94F) & 0xFFFF if crc & 0x8000 else crc << 1
    return crc


def number_of(width, height, pixels, bytes_per_pixel, big_endian):
    """The number in a raw scene picture, after scene_code.h."""
    cell = min(width // 16, height // 10, max(4, width // 80 & ~3))
    margin = cell if cell >= 4 and 18 * cell <= width else 0
    bits = 0
    for row in range(5):
        for column in range(16):
            x = margin + column * cell + cell // 2
            y = margin + row * cell + cell // 2
            at = bytes_per_pixel * (y * width + x)
            if bytes_per_pixel == 2:
                pixel = int.from_bytes(pixels[at : at + 2], "big" if big_endian else "little")
                value = (pixel >> 5 & 63) << 2
            else:
                value = pixels[at]
            bits = bits << 1 | (value > 127)
    sequence, milliseconds, check = bits >> 48, bits >> 16 & 0xFFFFFFFF, bits & 0xFFFF
    assert crc16(struct.pack("<II", sequence, milliseconds)) == check, "the picture has no valid mark"
    return sequence


def run(client, pixformat, framesize):
    client.stop_script()
    client.exec_script(SCRIPT.format(pixformat, framesize))
    wait_for("the script to run", client.script_running)


def test_identity(client, firmware):
    assert client.fw_version() == firmware, client.fw_version()
    arch = client.arch_str()
    assert arch.startswith("OMV4P H7 32768 SDRAM [") and arch.endswith("]"), arch
    assert len(arch.rsplit(":", 1)[1]) == 25, arch
    if firmware >= (4, 0, 0):
        assert client.ask(SENSOR_ID, 4) == struct.pack("<I", 0x56)


def test_raw_frames(client, firmware):
    big_endian = firmware <= (3, 9, 1)
    for pixformat, depth in (("GRAYSCALE", 1), ("RGB565", 2)):
        run(client, pixformat, "QQVGA")
        last = -1
        for _ in range(5):
            width, height, third, data = wait_for("a frame", client.frame)
            assert (width, height, third) == (160, 120, depth), (width, height, third)
            number = number_of(width, height, data, depth, big_endian)
            assert number > last, (number, last)
            last = number


def test_jpeg_frames(client):
    run(client, "RGB565", "VGA")
    for _ in range(5):
        width, height, third, data = wait_for("a frame", client.frame)
        assert (width, height) == (640, 480), (width, height)
        assert third == len(data) > 1000, third
        assert data[:3] == b"\xff\xd8\xff" and data[-2:] == b"\xff\xd9", data[:3]


def test_text(client):
    run(client, "GRAYSCALE", "QQVGA")
    text = b""

    def read():
        nonlocal text
        text += client.tx_buf()
        return b"fps:" in text and text.endswith(b"\n")

    wait_for("a line of text", read)
    client.stop_script()
    wait_for("the last words", lambda: b"KeyboardInterrupt" in client.tx_buf())


def test_state(client):
    run(client, "GRAYSCALE", "QQVGA")
    frames, begin = 0, time.monotonic()
    while frames < 10:
        flags, frame, _ = client.state()
        assert flags & 1, "the script runs"
        if frame is not None:
            assert frame[:3] == (160, 120, 1), frame[:3]
            number_of(160, 120, frame[3], 1, False)
            frames += 1
        assert time.monotonic() < begin + DEADLINE
    # Nine intervals of 50 ms at least, however fast it is asked.
    assert time.monotonic() - begin >= 0.44, time.monotonic() - begin


def test_frame_that_nobody_fetches(client):
    run(client, "GRAYSCALE", "QQVGA")
    wait_for("a frame", lambda: struct.unpack("<III", client.ask(FRAME_SIZE, 12))[0])
    time.sleep(0.1)
    assert client.frame() is None, "the preview is frozen"
    client.enable_fb(0)
    client.enable_fb(1)
    wait_for("a frame", client.frame)


def test_odds_and_ends(client):
    client.tell(ATTR_WRITE, struct.pack("<ii", 1, 2))
    client.write(b"\xaa\xd5\x00\x00\x00\x00\x00\x00\x00\x00")
    assert client.is_silent(), "stray bytes are ignored by this board"
    client.stop_script()
    assert not client.script_running()


def test_firmware(omv, firmware):
    version = ".".join(str(number) for number in firmware)
    with Emulator(omv, "--protocol=usbdbg", f"--firmware={version}", "--board=h7plus") as device:
        with Client(device) as client:
            test_identity(client, firmware)
            client.enable_fb(1)
            test_raw_frames(client, firmware)
            test_jpeg_frames(client)
            test_text(client)
            test_frame_that_nobody_fetches(client)
            if firmware >= (4, 6, 0):
                test_state(client)
            test_odds_and_ends(client)
        with Client(device) as client:
            test_identity(client, firmware)


class Emulator:
    """Runs `omv emulate --pty`; what it is entered for is the device to open."""

    def __init__(self, omv, *options):
        self.command = [omv, "emulate", "--pty", *options]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        return self.process.stdout.readline().strip()

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(DEADLINE) == 0, "omv emulate does not end well"


def main():
    for firmware in ((3, 9, 1), (4, 5, 9), (4, 8, 1)):
        test_firmware(sys.argv[1], firmware)
    print("ok")


main()
