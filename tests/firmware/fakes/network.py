# SPDX-License-Identifier: LGPL-2.1-or-later
"""The module network: a link that comes up when the scene says so."""
import scene

STA_IF, AP_IF = 0, 1


def hostname(name):
    scene.current.called("hostname", name)


class LAN:
    def __init__(self):
        self.is_active = False
        self.asked = None

    def active(self, is_active):
        self.is_active = is_active
        self.asked = scene.current.now()

    def isconnected(self):
        if not self.is_active or self.asked is None:
            raise scene.Misuse("nobody told the link to connect")
        up = scene.current.network_after
        return up is not None and scene.current.now() - self.asked >= up

    def ifconfig(self):
        if not self.isconnected():
            raise scene.Misuse("no address before the link is up")
        return ("192.168.1.20", "255.255.255.0", "192.168.1.1", "192.168.1.1")


class WLAN(LAN):
    PM_NONE = 0

    def __init__(self, interface):
        super().__init__()
        self.interface = interface

    def active(self, is_active):
        self.is_active = is_active

    def config(self, **settings):
        scene.current.called("config", settings)

    def connect(self, ssid, key):
        if not self.is_active:
            raise scene.Misuse("connect() before active()")
        self.asked = scene.current.now()
        scene.current.called("connect", ssid, key)
