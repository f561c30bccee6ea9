# SPDX-License-Identifier: LGPL-2.1-or-later
# Keeps the last pictures in memory, and when a pin goes low writes them, and some that follow, to the SD card as an
# ImageIO recording.
#
# Needs: firmware 5, an SD card, a board with SDRAM for rings of more than a few pictures.
# Start: gst-launch-1.0 -m omvsrc script=firmware/ring_imageio.py timeout=0 ! fakesink
# Play:  gst-launch-1.0 playbin uri=file:///media/card/ring-0000.bin
import os

import csi
import image
import machine

PIN = "P7"
BEFORE = 40  # pictures kept from before the trigger
AFTER = 20  # pictures taken after it
QUALITY = 50
PIXFORMAT = csi.RGB565
FRAMESIZE = csi.QVGA
SETTLE = 1000  # ms


class Ring:
    """The last pictures, in a memory stream, which itself neither wraps nor knows how much of it is written."""

    def __init__(self, width, height, slots):
        self.stream = image.ImageIO((width, height, csi.JPEG), slots)
        self.slots = slots
        self.valid = 0
        self.skipped = 0  # pictures too large for a slot

    def write(self, picture):
        if picture.size() > self.stream.buffer_size():
            self.skipped += 1
            return
        if self.stream.offset() == self.slots:
            self.stream.seek(0)
        self.stream.write(picture)
        self.valid = min(self.valid + 1, self.slots)

    def clear(self):
        self.stream.seek(0)
        self.valid = 0
        self.skipped = 0

    def save(self, path):
        # A recording's times are those of its writing, so it is written as slowly as it was captured: pause=True,
        # for all of them, because one read without would let the others run.
        oldest = self.stream.offset() if self.valid == self.slots else 0
        recording = image.ImageIO(path, "w")
        try:
            for number in range(oldest, oldest + self.valid):
                if number == oldest or number == self.slots:
                    self.stream.seek(number % self.slots)
                recording.write(self.stream.read(pause=True))
        finally:
            recording.close()


def open_camera():
    camera = csi.CSI()
    camera.reset()
    camera.pixformat(PIXFORMAT)
    camera.framesize(FRAMESIZE)
    camera.snapshot(time=SETTLE)
    return camera


def free_name():
    taken = os.listdir()
    number = 0
    while "ring-%04d.bin" % number in taken:
        number += 1
    return "ring-%04d.bin" % number


def capture(camera, ring):
    ring.write(camera.snapshot().to_jpeg(quality=QUALITY))


def record_clip(camera, ring):
    for _ in range(AFTER):
        capture(camera, ring)
    name = free_name()
    ring.save(name)
    print("%s: %d pictures, %d too large" % (name, ring.valid, ring.skipped))
    ring.clear()


def watch(camera, ring, pin):
    was_high = True
    while True:
        capture(camera, ring)
        is_high = pin.value() == 1
        if was_high and not is_high:
            record_clip(camera, ring)
        was_high = is_high


pin = machine.Pin(PIN, machine.Pin.IN, machine.Pin.PULL_UP)
camera = open_camera()
watch(camera, Ring(camera.width(), camera.height(), BEFORE + AFTER), pin)
