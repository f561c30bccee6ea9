# omv-capture: pixformat=GRAYSCALE framesize=QVGA
# SPDX-License-Identifier: LGPL-2.1-or-later
# Sends pictures, and raises a trigger when they differ from what was there before.
#
# Needs: firmware 5, and memory for one more picture.
# Start: gst-launch-1.0 -m omvsrc script=firmware/trigger_motion.py ! decodebin ! videoconvert ! autovideosink
import json
import time

import csi
import image

LEVEL = 25  # how much a pixel has to differ, of 255
SHARE = 0.02  # of the pixels that have to
LEARN = 16  # of 256: how much of each picture goes into the background
HOLD_OFF = 2000  # ms after a trigger in which there is no other
FRAMESIZE = csi.QVGA
SETTLE = 1000  # ms for the exposure
CLOCK_PERIOD = 1000  # ms between the lines that tell the host what the camera's clock says


def open_camera():
    camera = csi.CSI()
    camera.reset()
    camera.pixformat(csi.GRAYSCALE)
    camera.framesize(FRAMESIZE)
    camera.snapshot(time=SETTLE)
    camera.auto_gain(False)  # a change of exposure looks like motion
    camera.auto_exposure(False)
    return camera


def first_background(camera):
    background = image.Image(camera.width(), camera.height(), csi.GRAYSCALE)
    background.draw_image(camera.snapshot())
    return background


def difference(picture, background):
    # What SHARE of the pixels exceeds. The picture itself is left as it is: it is yet to be sent.
    return picture.get_histogram(difference=background).get_percentile(1 - SHARE).value


def is_held_off(raised, now):
    return raised is not None and time.ticks_diff(now, raised) < HOLD_OFF


def tell_clock(told):
    # The host learns from these lines what the times in triggers mean.
    now = time.ticks_ms()
    if told is not None and time.ticks_diff(now, told) < CLOCK_PERIOD:
        return told
    print('\x1e{"ticks_ms": %d}' % now)
    return now


def watch(camera, background):
    raised = told = None
    while True:
        picture = camera.snapshot()
        now = time.ticks_ms()
        told = tell_clock(told)
        level = difference(picture, background)
        background.draw_image(picture, alpha=LEARN)
        if is_held_off(raised, now):
            continue
        raised = None  # a time from days ago would look like one to come
        if level >= LEVEL:
            raised = now
            print("\x1e" + json.dumps({"trigger": "motion", "ticks_ms": now, "level": level}))


camera = open_camera()
watch(camera, first_background(camera))
