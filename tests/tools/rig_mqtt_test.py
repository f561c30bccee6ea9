#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A rig and a mosquitto broker: triggers in, events out, and the broker away: rig_mqtt_test.py OMV [arguments]."""

import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time
import unittest

from rigs import CAMERA, DEADLINE, HEAD, SIGNAL, RigTestCase, free_port, knows_mqtt

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/sbin")
CONNECT, CONNACK, PUBLISH, SUBSCRIBE, SUBACK = 1, 2, 3, 8, 9
CLIPS = """[record.clips]
type = "clip"
triggers = ["usr"]
pre = "100ms"
post = "100ms"
ring = "4MiB"
"""


def text(value):
    return struct.pack(">H", len(value)) + value


class Client:
    """As much of MQTT 3.1.1 as it takes to publish and to hear, without quality of service."""

    def __init__(self, port, topics="#"):
        self.socket = socket.create_connection(("127.0.0.1", port), DEADLINE)
        self.stream = self.socket.makefile("rb")
        self.send(CONNECT, 0, text(b"MQTT") + bytes((4, 2)) + struct.pack(">H", 0) + text(b""))
        self.expect(CONNACK)
        self.send(SUBSCRIBE, 2, struct.pack(">H", 1) + text(topics.encode()) + b"\0")
        self.expect(SUBACK)
        self.heard = []

    def send(self, kind, flags, body):
        assert len(body) < 128
        self.socket.sendall(bytes((kind << 4 | flags, len(body))) + body)

    def receive(self):
        head, length, shift = self.stream.read(1)[0], 0, 0
        while True:
            byte = self.stream.read(1)[0]
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return head >> 4, self.stream.read(length)

    def expect(self, kind):
        while (packet := self.receive())[0] != kind:
            pass
        return packet[1]

    def publish(self, topic, payload, retain=False):
        self.send(PUBLISH, 1 if retain else 0, text(topic.encode()) + payload.encode())

    def wait_for(self, topic, payload=None):
        """The next message of this topic, and with this payload."""
        while True:
            body = self.expect(PUBLISH)
            size = struct.unpack(">H", body[:2])[0]
            message = body[2 : 2 + size].decode(), body[2 + size :].decode()
            self.heard.append(message)
            if message[0] == topic and payload in (None, message[1]):
                return message[1]

    def close(self):
        self.stream.close()
        self.socket.close()


@unittest.skipUnless(MOSQUITTO, "needs mosquitto")
@unittest.skipUnless(knows_mqtt(), "built without libmosquitto")
class RigMqttTest(RigTestCase):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.start_broker()

    def start_broker(self):
        conf = self.dir / "mosquitto.conf"
        conf.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
        self.broker = subprocess.Popen([MOSQUITTO, "-c", str(conf)], stderr=subprocess.DEVNULL)
        self.addCleanup(self.end_broker, self.broker)
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.02)
        raise AssertionError("the broker does not listen")

    def end_broker(self, broker):
        broker.kill()
        broker.wait(DEADLINE)

    def client(self):
        client = Client(self.port)
        self.addCleanup(client.close)
        return client

    def notify(self, more=""):
        return f'[notify]\nmqtt = "mqtt://127.0.0.1:{self.port}"\nevents = ["clip", "trigger"]\n{more}\n'

    def door(self, name, more=""):
        return f'[trigger.{name}]\ntype = "mqtt"\ntopic = "hall/+/door"\n{more}\n'

    def test_messages_are_triggers_and_clips_are_told(self):
        client = self.client()
        client.publish("hall/1/door", "open", retain=True)
        clips = CLIPS.replace('["usr"]', '["open", "any", "other"]')
        triggers = self.door("open", 'payload = "open"') + self.door("any", 'hold_off = "1h"')
        triggers += self.door("other", 'payload = "locked"')
        rig = self.run_rig(HEAD + CAMERA + triggers + clips + self.notify())
        rig.wait_for("mqtt", level="info")
        client.wait_for("omv/rig/state", "online")
        rig.wait_for("camera-found")
        self.assertEqual(rig.told("trigger"), [], "of a message that was retained")
        client.publish("hall/2/window", "open")
        client.publish("hall/2/door", "closed")
        client.publish("hall/2/door", "open")
        self.assertEqual(json.loads(client.wait_for("omv/rig/trigger"))["trigger"], "any")
        self.assertEqual(json.loads(client.wait_for("omv/rig/trigger"))["trigger"], "open")
        told = json.loads(client.wait_for("omv/rig/clip"))
        self.assertEqual((told["record"], told["camera"], told["event"]), ("clips", "a", "clip"))
        self.assertTrue((self.dir / told["path"]).is_file())
        self.assertGreater(int(told["frames"]), 0)
        self.assertEqual(rig.stop(), 0)
        client.wait_for("omv/rig/state", "offline")
        self.assertIn("hall/2/door", self.facts("clips/**/*.json")[0]["triggers"][0]["details"])

    def test_the_will_of_a_rig_that_is_killed(self):
        client = self.client()
        rig = self.run_rig(HEAD + CAMERA + SIGNAL + CLIPS + self.notify('mqtt_topic = "site/lab"\nmqtt_qos = 2'))
        client.wait_for("site/lab/rig/state", "online")
        rig.process.kill()
        client.wait_for("site/lab/rig/state", "offline")

    def test_what_happens_while_the_broker_is_away_is_told_later(self):
        rig = self.run_rig(HEAD + CAMERA + SIGNAL + CLIPS + self.notify())
        rig.wait_for("mqtt", level="info")
        rig.wait_for("camera-found")
        self.end_broker(self.broker)
        rig.wait_for("mqtt", level="warning")
        rig.signal(signal.SIGUSR1)
        path = rig.wait_for("clip")["path"]
        rig.signal(signal.SIGSTOP)  # it must not be back before somebody listens: the message is not retained
        self.start_broker()
        client = self.client()
        rig.signal(signal.SIGCONT)
        rig.wait_for("mqtt", level="info")
        told = client.wait_for("omv/rig/clip")
        self.assertEqual(json.loads(told)["path"], path)
        self.assertEqual(rig.stop(), 0)

    def test_a_broker_that_is_not_there_holds_nobody_up(self):
        self.end_broker(self.broker)
        with socket.create_server(("127.0.0.1", self.port)):  # takes connections and says nothing
            rig = self.run_rig(HEAD + CAMERA + SIGNAL + CLIPS + self.notify())
            rig.wait_for("camera-found")
            rig.signal(signal.SIGUSR1)
            rig.wait_for("clip")
            before = time.monotonic()
            self.assertEqual(rig.stop(), 0)
            self.assertLess(time.monotonic() - before, 15)

    def test_a_password_that_cannot_be_read_ends_the_start(self):
        wrong = self.notify('mqtt_user = "rig"\nmqtt_password_file = "nowhere"')
        rig = self.run_rig(HEAD + CAMERA + SIGNAL + CLIPS + wrong)
        self.assertEqual(rig.wait(), 1)
        self.assertIn("nowhere", rig.lines[-1]["text"])


if __name__ == "__main__":
    unittest.main()
