# omv-capture: pixformat=RGB565 framesize=QVGA
# SPDX-License-Identifier: LGPL-2.1-or-later
# Sends pictures for ever, and once a second what the camera's clock says.
#
# Needs: firmware 3 or 4. The smaller and the newer frame sizes have names from 3.6 or 4 on only.
# Start: gst-launch-1.0 omvsrc script=firmware/legacy/stream.py ! decodebin ! videoconvert ! autovideosink
# omvsrc sends this text, with its own settings, to a camera with such firmware when it is given no script.
import sensor

try:  # firmware 3 has no ticks_ms, and its time.sleep counts in ms; boards without an STM32 have no pyb
    from pyb import millis as ticks_ms, delay as sleep_ms
except ImportError:
    from time import ticks_ms, sleep_ms

PIXFORMAT = sensor.RGB565  # BINARY, GRAYSCALE, RGB565, BAYER, YUV422, or JPEG where the sensor makes it
FRAMESIZE = sensor.QVGA
WINDOW = None  # (width, height) out of the middle of FRAMESIZE, 8 at least
QUALITY = None  # 1 to 100: compressed here; None: the firmware compresses, as well as the link allows
FRAMERATE = None  # pictures per second at most; None: all that the sensor makes
CLOCK_PERIOD = 1000  # ms
TICKS_MASK = 0x3FFFFFFF  # the clock of newer firmware wraps at 2^30: so does this one


def open_camera():
    sensor.reset()
    sensor.set_pixformat(PIXFORMAT)
    sensor.set_framesize(FRAMESIZE)
    if WINDOW:
        sensor.set_windowing(WINDOW)
    if QUALITY and PIXFORMAT == sensor.JPEG:
        sensor.set_quality(QUALITY)


def since(then):
    return (ticks_ms() - then) & TICKS_MASK


def wait_for(number, start):
    # Picture `number` of the second that began at `start`; returns both for the one after.
    ahead = number * 1000 // FRAMERATE - since(start)
    if ahead <= 0:  # slower than asked for: no hurry later
        return 1, ticks_ms()
    sleep_ms(ahead)
    return (1, start + 1000) if number == FRAMERATE else (number + 1, start)


def stream(compress):
    told = ticks_ms() - CLOCK_PERIOD
    number, start = 1, ticks_ms()
    while True:
        picture = sensor.snapshot()
        if compress:
            picture.compress(quality=QUALITY)
        if since(told) >= CLOCK_PERIOD:
            told = ticks_ms()
            print('\x1e{"ticks_ms": %d}' % (told & TICKS_MASK))
        if FRAMERATE:
            number, start = wait_for(number, start)


open_camera()
stream(QUALITY and PIXFORMAT != sensor.JPEG)
