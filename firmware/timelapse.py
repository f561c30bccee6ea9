# SPDX-License-Identifier: LGPL-2.1-or-later
# Takes a picture every so often and keeps it on the SD card: as a file each, or all in one ImageIO recording.
#
# Needs: firmware 5, an SD card. Runs without a host: save it on the camera as main.py.
# Start: gst-launch-1.0 -m omvsrc script=firmware/timelapse.py timeout=0 ! fakesink
# Play:  gst-launch-1.0 playbin uri=file:///media/card/timelapse.bin
import os
import time

import csi
import image

INTERVAL = 60 * 1000  # ms from one picture to the next
PICTURES = None  # how many; None: for ever
FOLDER = "timelapse"  # of JPEG files; None: no files
RECORDING = None  # "timelapse.bin": one ImageIO recording, overwritten when the script starts
QUALITY = 90
PIXFORMAT = csi.RGB565
FRAMESIZE = csi.VGA
SETTLE = 500  # ms of pictures thrown away before one is taken: they are old, or wrongly exposed


def open_camera():
    camera = csi.CSI()
    camera.reset()
    camera.pixformat(PIXFORMAT)
    camera.framesize(FRAMESIZE)
    return camera


def next_number(folder):
    # Goes on where the last run ended.
    if folder not in os.listdir():
        os.mkdir(folder)
    numbers = [int(name[:6]) for name in os.listdir(folder) if name[:6].isdigit()]
    return max(numbers) + 1 if numbers else 0


def wait_until(due):
    left = time.ticks_diff(due, time.ticks_ms())
    if left > 0:
        time.sleep_ms(left)


def take(camera, number, recording):
    camera.snapshot(time=SETTLE)
    picture = camera.snapshot().to_jpeg(quality=QUALITY)
    if FOLDER:
        picture.save("%s/%06d.jpg" % (FOLDER, number))
    if recording:
        recording.write(picture)
        recording.sync()  # what is not synced is lost with the power


def lapse(camera, recording):
    number = next_number(FOLDER) if FOLDER else 0
    taken = 0
    due = time.ticks_add(time.ticks_ms(), SETTLE)
    while PICTURES is None or taken < PICTURES:
        wait_until(time.ticks_add(due, -SETTLE))
        take(camera, number + taken, recording)
        taken += 1
        due = time.ticks_add(due, INTERVAL)  # from the plan, not from now: the interval does not drift


recording = image.ImageIO(RECORDING, "w") if RECORDING else None
try:
    lapse(open_camera(), recording)
finally:
    if recording:
        recording.close()
print('\x1e{"end": "recorded"}')  # the host is not to start it again
