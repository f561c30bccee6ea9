# SPDX-License-Identifier: LGPL-2.1-or-later
"""The clock of the scene. Firmware 3 had a module time of its own, which counts in milliseconds and knows no ticks_ms."""
import scene


def _whole(value):
    if not isinstance(value, int):
        raise TypeError("can't convert float to int")
    return value


if scene.current.firmware < 4:

    def ticks():
        return scene.current.ticks

    def sleep(ms):
        scene.current.advance(_whole(ms))

else:

    def ticks_ms():
        return scene.current.ticks % scene.TICKS_PERIOD

    def ticks_add(ticks, delta):
        return (ticks + delta) % scene.TICKS_PERIOD

    def ticks_diff(end, start):
        half = scene.TICKS_PERIOD // 2
        return (end - start + half) % scene.TICKS_PERIOD - half

    def sleep_ms(ms):
        scene.current.advance(_whole(ms))

    def sleep(seconds):
        scene.current.advance(int(seconds * 1000))
