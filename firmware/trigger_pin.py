# omv-capture: pixformat=RGB565 framesize=QVGA
# SPDX-License-Identifier: LGPL-2.1-or-later
# Sends pictures, and raises a trigger when a pin goes low: a button, a light barrier, a controller.
#
# Needs: firmware 5.
# Start: gst-launch-1.0 -m omvsrc script=firmware/trigger_pin.py ! decodebin ! videoconvert ! autovideosink
import json
import time

import csi
import machine

PIN = "P7"
PULL = machine.Pin.PULL_UP
EDGE = machine.Pin.IRQ_FALLING
HOLD_OFF = 200  # ms after a trigger in which there is no other; a button bounces for 10
PIXFORMAT = csi.RGB565
FRAMESIZE = csi.QVGA
CLOCK_PERIOD = 1000  # ms between the lines that tell the host what the camera's clock says


class Edge:
    """When the pin had its last edge that counts; picked up by the main loop."""

    def __init__(self):
        self.pending = False
        self.ticks = None

    def __call__(self, pin):
        now = time.ticks_ms()
        if self.ticks is None or time.ticks_diff(now, self.ticks) >= HOLD_OFF:
            self.ticks = now
            self.pending = True

    def take(self):
        """The time of an edge nobody has taken yet, or None."""
        if self.pending:
            self.pending = False
            return self.ticks
        if self.ticks is not None and time.ticks_diff(time.ticks_ms(), self.ticks) >= HOLD_OFF:
            self.ticks = None  # a time from days ago would look like one to come
        return None


def open_camera():
    camera = csi.CSI()
    camera.reset()
    camera.pixformat(PIXFORMAT)
    camera.framesize(FRAMESIZE)
    return camera


def tell_clock(told):
    # The host learns from these lines what the times in triggers mean.
    now = time.ticks_ms()
    if told is not None and time.ticks_diff(now, told) < CLOCK_PERIOD:
        return told
    print('\x1e{"ticks_ms": %d}' % now)
    return now


def watch(camera, edge):
    told = None
    while True:
        camera.snapshot()
        told = tell_clock(told)
        ticks = edge.take()
        if ticks is not None:
            print("\x1e" + json.dumps({"trigger": "pin", "ticks_ms": ticks, "pin": PIN}))


edge = Edge()
pin = machine.Pin(PIN, machine.Pin.IN, PULL)
pin.irq(handler=edge, trigger=EDGE)
watch(open_camera(), edge)
