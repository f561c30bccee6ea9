# omv-capture: pixformat=RGB565 framesize=QVGA
# SPDX-License-Identifier: LGPL-2.1-or-later
# Sends pictures, and raises a trigger when a blob of a colour comes into view.
#
# Needs: firmware 5.
# Start: gst-launch-1.0 -m omvsrc script=firmware/trigger_blob.py ! decodebin ! videoconvert ! autovideosink
import json
import time

import csi

THRESHOLDS = [(30, 100, 15, 127, 15, 127)]  # L, A, B from and to: reds
PIXELS = 200  # fewer are no blob
AREA = 200  # of the box around the blob
HOLD_OFF = 2000  # ms after a trigger in which there is no other
PIXFORMAT = csi.RGB565
FRAMESIZE = csi.QVGA
SETTLE = 1000  # ms for exposure and white balance
CLOCK_PERIOD = 1000  # ms between the lines that tell the host what the camera's clock says


def open_camera():
    camera = csi.CSI()
    camera.reset()
    camera.pixformat(PIXFORMAT)
    camera.framesize(FRAMESIZE)
    camera.snapshot(time=SETTLE)
    camera.auto_gain(False)  # colours are tracked: they must not change by themselves
    camera.auto_whitebal(False)
    return camera


def largest_blob(picture):
    blobs = picture.find_blobs(THRESHOLDS, pixels_threshold=PIXELS, area_threshold=AREA, merge=True)
    return max(blobs, key=lambda blob: blob.pixels) if blobs else None


def raise_trigger(blob, ticks):
    found = {"x": blob.x, "y": blob.y, "w": blob.w, "h": blob.h, "pixels": blob.pixels}
    print("\x1e" + json.dumps({"trigger": "blob", "ticks_ms": ticks, "blob": found}))


def is_held_off(raised, now):
    return raised is not None and time.ticks_diff(now, raised) < HOLD_OFF


def tell_clock(told):
    # The host learns from these lines what the times in triggers mean.
    now = time.ticks_ms()
    if told is not None and time.ticks_diff(now, told) < CLOCK_PERIOD:
        return told
    print('\x1e{"ticks_ms": %d}' % now)
    return now


def watch(camera):
    raised = told = None
    while True:
        picture = camera.snapshot()
        now = time.ticks_ms()
        told = tell_clock(told)
        if is_held_off(raised, now):
            continue
        raised = None  # a time from days ago would look like one to come
        blob = largest_blob(picture)
        if blob:
            raised = now
            raise_trigger(blob, now)


watch(open_camera())
