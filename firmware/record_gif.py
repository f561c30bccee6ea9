# SPDX-License-Identifier: LGPL-2.1-or-later
# Records an animated GIF on the SD card that plays as fast as what happened.
#
# Needs: firmware 5, an SD card.
# Start: gst-launch-1.0 -m omvsrc script=firmware/record_gif.py ! decodebin ! videoconvert ! autovideosink
# Play:  gst-launch-1.0 playbin uri=file:///media/card/record.gif
import time

import csi
import gif

PATH = "record.gif"  # overwritten
DURATION = 5 * 1000  # ms
FRAMERATE = 8  # pictures per second; the camera's GIFs are not compressed, so keep it small
PIXFORMAT = csi.RGB565  # or GRAYSCALE: a GIF has one palette for either
FRAMESIZE = csi.QQVGA
SHORTEST = 2  # hundredths of a second; players show 0 and 1 as 10
SETTLE = 1000  # ms


def open_camera():
    camera = csi.CSI()
    camera.reset()
    camera.pixformat(PIXFORMAT)
    camera.framesize(FRAMESIZE)
    camera.snapshot(time=SETTLE)
    return camera


class Schedule:
    """When pictures are due, and how long each is shown: until the next one is due, in whole hundredths whose sum
    follows the clock, so that neither rounding nor a slow card makes the GIF run away from what happened."""

    def __init__(self):
        self.start = time.ticks_ms()
        self.due = 0  # microseconds after the start
        self.shown = 0  # hundredths of a second, of all pictures so far

    def elapsed(self):
        return time.ticks_diff(time.ticks_ms(), self.start) * 1000

    def wait(self):
        ahead = (self.due - self.elapsed()) // 1000
        if ahead > 0:
            time.sleep_ms(ahead)

    def next_delay(self, taken):
        self.due = max(self.due + 1000000 // FRAMERATE, taken)
        delay = max((self.due + 5000) // 10000 - self.shown, SHORTEST)
        self.shown += delay
        return delay


def record(camera, recording):
    schedule = Schedule()
    while schedule.due < DURATION * 1000:
        schedule.wait()
        picture = camera.snapshot()
        recording.add_frame(picture, delay=schedule.next_delay(schedule.elapsed()))


camera = open_camera()
recording = gif.Gif(PATH, width=camera.width(), height=camera.height(), loop=True)
try:
    record(camera, recording)
finally:
    recording.close()
print('\x1e{"end": "recorded"}')  # the host is not to start it again
