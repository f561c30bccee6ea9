# SPDX-License-Identifier: LGPL-2.1-or-later
"""The module machine: pins that the scene moves."""
import scene


class Pin:
    IN, OUT = 0, 1
    PULL_UP, PULL_DOWN = 1, 2
    IRQ_RISING, IRQ_FALLING = 1, 2

    def __init__(self, name, mode=-1, pull=-1, *, value=None):
        if mode not in (Pin.IN, Pin.OUT):
            raise ValueError("invalid pin mode: %s" % mode)
        self.name = name
        self.is_input = mode == Pin.IN

    def value(self):
        return scene.current.pin_levels.get(self.name, 1)

    def irq(self, *, handler=None, trigger=IRQ_RISING | IRQ_FALLING, hard=False):
        if not self.is_input:
            raise scene.Misuse("an output has no edges to wait for")
        edge = {Pin.IRQ_RISING: "rising", Pin.IRQ_FALLING: "falling"}[trigger]
        scene.current.pin_handlers[self.name] = (edge, handler)
