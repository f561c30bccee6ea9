#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`omv emulate --udp` from the outside: one packet per datagram, and the command line around it.

emulate_udp_test.py OMV [unittest arguments]
"""

import re
import signal
import socket
import subprocess
import sys
import unittest

OMV = None
DEADLINE = 60


def crc16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ (0xF94F if crc & 0x8000 else 0)) & 0xFFFF
    return crc


def request(sequence, opcode):
    header = bytes([0xAA, 0xD5, sequence, 0, 0, opcode, 0, 0])
    return header + crc16(header).to_bytes(2, "little")


SYNC, VERSION = request(0, 0x00), request(0, 0x04)


class EmulateUdp(unittest.TestCase):
    def emulate(self, *arguments):
        process = subprocess.Popen([OMV, "emulate", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def connect(self, process):
        """A socket that talks to the address on the first line."""
        line = process.stdout.readline()
        port = re.fullmatch(r"udp://127\.0\.0\.1:(\d+)\n", line)
        self.assertTrue(port, line)
        host = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(host.close)
        host.settimeout(DEADLINE)
        host.connect(("127.0.0.1", int(port.group(1))))
        return host

    def test_answers_packets_with_datagrams(self):
        process = self.emulate("--udp", "0")
        host = self.connect(process)
        host.send(SYNC)
        self.assertEqual(host.recv(65536)[:8], bytes([0xAA, 0xD5, 0, 0, 0x01, 0x00, 0, 0]))
        host.send(VERSION)
        answer = host.recv(65536)
        self.assertEqual((len(answer), answer[4], answer[5]), (10 + 16 + 4, 0, 0x04))
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(DEADLINE), 0)

    def test_a_port_that_is_taken_is_an_error(self):
        host = self.connect(self.emulate("--udp", "0"))
        second = self.emulate("--udp", str(host.getpeername()[1]))
        self.assertEqual(second.wait(DEADLINE), 1)
        self.assertIn("in use", second.stderr.read())

    def test_wrong_addresses_are_usage_errors(self):
        for address in ("", "x", "127.0.0.1:", "70000"):
            process = self.emulate("--udp", address)
            self.assertEqual(process.wait(DEADLINE), 2, address)
            self.assertIn("--udp", process.stderr.read())


if __name__ == "__main__":
    OMV = sys.argv.pop(1)
    unittest.main()
