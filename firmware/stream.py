# omv-capture: pixformat=RGB565 framesize=QVGA
# SPDX-License-Identifier: LGPL-2.1-or-later
# Sends pictures for ever, and once a second what the camera's clock says.
#
# Needs: firmware 5.
# Start: gst-launch-1.0 omvsrc script=firmware/stream.py ! decodebin ! videoconvert ! autovideosink
# omvsrc sends this text, with its own settings, when it is given no script.
import time

import csi

PIXFORMAT = csi.RGB565  # BINARY, GRAYSCALE, RGB565, BAYER, YUV422, or JPEG where the sensor makes it
FRAMESIZE = csi.QVGA
WINDOW = None  # (width, height) out of the middle of FRAMESIZE
QUALITY = None  # 1 to 100: compressed here; None: the firmware compresses, as well as the link allows
FRAMERATE = None  # pictures per second at most; None: all that the sensor makes
CLOCK_PERIOD = 1000  # ms


def open_camera():
    camera = csi.CSI()
    camera.reset()
    camera.pixformat(PIXFORMAT)
    camera.framesize(FRAMESIZE)
    if WINDOW:
        camera.window(WINDOW)
    if FRAMERATE:
        set_rate(camera)
    if QUALITY and PIXFORMAT == csi.JPEG:
        camera.quality(QUALITY)
    return camera


def set_rate(camera):
    try:
        camera.framerate(FRAMERATE)
    except RuntimeError:
        pass  # a rate that this sensor does not know; the script waits in any case, because not every board drops


def make_compressor(camera):
    if not QUALITY or PIXFORMAT == csi.JPEG:
        return None
    if QUALITY == 100:  # firmware 5.0 makes grey pictures when the first quality after power-up is 100
        camera.snapshot().to_jpeg(quality=99)
    return lambda picture: picture.to_jpeg(quality=QUALITY)


def tell_clock(told):
    now = time.ticks_ms()
    if told is not None and time.ticks_diff(now, told) < CLOCK_PERIOD:
        return told
    print('\x1e{"ticks_ms": %d}' % now)
    return now


def wait_for(number, start):
    # Picture `number` of the second that began at `start`; returns both for the one after.
    ahead = number * 1000 // FRAMERATE - time.ticks_diff(time.ticks_ms(), start)
    if ahead <= 0:  # slower than asked for: no hurry later
        return 1, time.ticks_ms()
    time.sleep_ms(ahead)
    return (1, time.ticks_add(start, 1000)) if number == FRAMERATE else (number + 1, start)


def stream(camera, compress):
    told = None
    number, start = 1, time.ticks_ms()
    while True:
        picture = camera.snapshot()
        if compress:
            compress(picture)
        told = tell_clock(told)
        if FRAMERATE:
            number, start = wait_for(number, start)


camera = open_camera()
stream(camera, make_compressor(camera))
