# SPDX-License-Identifier: LGPL-2.1-or-later
# Records MJPEG in an AVI file on the SD card.
#
# Needs: firmware 5, an SD card.
# Start: gst-launch-1.0 -m omvsrc script=firmware/record_mjpeg.py ! decodebin ! videoconvert ! autovideosink
# Play:  gst-launch-1.0 playbin uri=file:///media/card/record.avi
import time

import csi
import mjpeg

PATH = "record.avi"  # overwritten
DURATION = 10 * 1000  # ms
QUALITY = 80
SYNC_PERIOD = 1000  # ms; after a loss of power the header still tells how much there was at the last sync
FRAMERATE = 15  # an AVI file has one rate: an even one looks best
PIXFORMAT = csi.RGB565
FRAMESIZE = csi.QVGA
SETTLE = 1000  # ms


def open_camera():
    camera = csi.CSI()
    camera.reset()
    camera.pixformat(PIXFORMAT)
    camera.framesize(FRAMESIZE)
    camera.framerate(FRAMERATE)
    camera.snapshot(time=SETTLE)
    return camera


def record(camera, recording):
    start = synced = now = time.ticks_ms()
    while time.ticks_diff(now, start) < DURATION:
        recording.add_frame(camera.snapshot(), quality=QUALITY)
        now = time.ticks_ms()
        if time.ticks_diff(now, synced) >= SYNC_PERIOD:
            recording.sync()
            synced = now


camera = open_camera()
recording = mjpeg.Mjpeg(PATH, camera.width(), camera.height())
try:
    record(camera, recording)
finally:
    recording.close()
print("%s: %d pictures" % (PATH, recording.count()))
print('\x1e{"end": "recorded"}')  # the host is not to start it again
