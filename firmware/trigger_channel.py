# omv-capture: pixformat=RGB565 framesize=QVGA
# SPDX-License-Identifier: LGPL-2.1-or-later
# Sends pictures, and raises triggers on a channel of their own, `trigger`, instead of in the printed text: for
# scripts that print much, and for triggers that must not wait for it.
#
# Needs: firmware 5.
# Start: gst-launch-1.0 -m omvsrc script=firmware/trigger_channel.py ! decodebin ! videoconvert ! autovideosink
import json
import time

import csi
import protocol

DARK = 40  # mean brightness of 255 under which a trigger is raised: a hand on the lens
HOLD_OFF = 2000  # ms after a trigger in which there is no other
LONGEST_BACKLOG = 2048  # bytes that wait for a host that does not read; the oldest lines go first
FRAMESIZE = csi.QVGA
CLOCK_PERIOD = 1000  # ms between the lines that tell the host what the camera's clock says


class TriggerChannel:
    """Lines of JSON. size() says how much there is and read() hands out that much, however many lines come between."""

    def __init__(self):
        self.waiting = []  # lines nobody has asked for
        self.reading = b""  # what size() told, until it has been read to its end

    def put(self, message):
        self.waiting.append(json.dumps(message).encode() + b"\n")
        while sum(len(line) for line in self.waiting) > LONGEST_BACKLOG:
            self.waiting.pop(0)

    def poll(self):
        return bool(self.reading or self.waiting)

    def size(self):
        if not self.reading:
            lines, self.waiting = self.waiting, []
            self.reading = b"".join(lines)
        return len(self.reading)

    def read(self, offset, size):
        part = self.reading[offset : offset + size]
        if offset + size >= len(self.reading):
            self.reading = b""
        return part


def open_camera():
    camera = csi.CSI()
    camera.reset()
    camera.pixformat(csi.RGB565)
    camera.framesize(FRAMESIZE)
    return camera


def announce(handle):
    try:
        handle.send_event(0)
    except RuntimeError:
        pass  # no host at the moment; it polls the channel when it comes


def is_held_off(raised, now):
    return raised is not None and time.ticks_diff(now, raised) < HOLD_OFF


def tell_clock(told):
    # The host learns from these lines what the times in triggers mean.
    now = time.ticks_ms()
    if told is not None and time.ticks_diff(now, told) < CLOCK_PERIOD:
        return told
    print('\x1e{"ticks_ms": %d}' % now)
    return now


def watch(camera, channel, handle):
    raised = told = None
    while True:
        picture = camera.snapshot()
        now = time.ticks_ms()
        told = tell_clock(told)
        if is_held_off(raised, now):
            continue
        raised = None  # a time from days ago would look like one to come
        brightness = picture.get_statistics().l_mean * 255 // 100
        if brightness < DARK:
            raised = now
            channel.put({"trigger": "dark", "ticks_ms": now, "brightness": brightness})
            announce(handle)


channel = TriggerChannel()
handle = protocol.register(name="trigger", backend=channel)
watch(open_camera(), channel, handle)
