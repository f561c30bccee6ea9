# SPDX-License-Identifier: LGPL-2.1-or-later
"""The module pyb of STM32 boards."""
import scene

if not scene.current.pyb:
    raise ImportError("no module named 'pyb'")


def millis():
    ticks = scene.current.ticks & 0x7FFFFFFF  # a small integer, whose top bit is its sign
    return ticks if ticks < scene.TICKS_PERIOD else ticks - 2 * scene.TICKS_PERIOD


def delay(ms):
    if not isinstance(ms, int):
        raise TypeError("can't convert float to int")
    scene.current.advance(ms)
