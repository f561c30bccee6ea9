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


class Edge:
    """When the pin had its last edge that counts; picked up by the main loop."""

    def __init__(self):
        self.pending = False
        self.ticks = time.ticks_add(time.ticks_ms(), -HOLD_OFF)

    def __call__(self, pin):
        now = time.ticks_ms()
        if time.ticks_diff(now, self.ticks) >= HOLD_OFF:
            self.ticks = now
            self.pending = True


def open_camera():
    camera = csi.CSI()
    camera.reset()
    camera.pixformat(PIXFORMAT)
    camera.framesize(FRAMESIZE)
    return camera


def watch(camera, edge):
    while True:
        camera.snapshot()
        if edge.pending:
            edge.pending = False
            print("\x1e" + json.dumps({"trigger": "pin", "ticks_ms": edge.ticks, "pin": PIN}))


edge = Edge()
pin = machine.Pin(PIN, machine.Pin.IN, PULL)
pin.irq(handler=edge, trigger=EDGE)
watch(open_camera(), edge)
