# SPDX-License-Identifier: LGPL-2.1-or-later
# Makes the camera a server on the network: the camera's protocol over UDP, one packet per datagram.
#
# Needs: firmware 5, a board with WLAN or Ethernet. Save it on the camera as boot.py, with the name and key of the
# network filled in: boot.py runs again after every script, main.py does not. It ends once the server is up, so that
# hosts can send their scripts; the protocol is then no longer spoken on USB. Without network, USB stays as it is.
# Start: gst-launch-1.0 omvsrc device=udp://openmv.local:5555 ! decodebin ! videoconvert ! autovideosink
import errno
import socket
import time

import network
import protocol

SSID = ""  # empty: by cable
KEY = ""
HOSTNAME = "openmv"  # .local
PORT = 5555
MAX_PAYLOAD = 1400  # with both headers a datagram stays below an Ethernet frame's 1500 bytes
POLL_PERIOD = 10  # ms
CONNECT_LIMIT = 30000  # ms


class UdpTransport:
    """What the protocol asks of its physical channel. A host is whoever sent the last datagram."""

    def __init__(self, port, longest):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("", port))
        self.socket.setblocking(False)
        self.longest = longest
        self.host = None
        self.received = memoryview(b"")
        self.packet = bytearray(longest)
        self.used = 0

    def is_active(self):
        return self.host is not None or self.size() > 0

    def size(self):
        if not self.received:
            self.receive()
        return len(self.received)

    def receive(self):
        try:
            datagram, self.host = self.socket.recvfrom(self.longest)
            self.received = memoryview(datagram)
        except OSError as error:
            self.forget_host_unless_busy(error)

    def read(self, offset, size):
        part = self.received[:size]
        self.received = self.received[size:]
        return part

    def write(self, offset, data):
        end = self.used + len(data)
        if self.host is None or end > self.longest:
            return -1
        self.packet[self.used : end] = data
        self.used = end
        return len(data)

    def flush(self):
        packet = memoryview(self.packet)[: self.used]
        self.used = 0
        if self.host is None or not packet:
            return 0
        try:
            self.socket.sendto(packet, self.host)
        except OSError as error:
            self.forget_host_unless_busy(error)
            return -1
        return 0

    def forget_host_unless_busy(self, error):
        if error.args[0] != errno.EAGAIN:
            self.host = None


def join_network():
    network.hostname(HOSTNAME)
    if not SSID:
        link = network.LAN()
        link.active(True)
        return link
    link = network.WLAN(network.STA_IF)
    link.active(True)
    link.config(pm=link.PM_NONE)  # power saving delays every packet
    link.connect(SSID, KEY)
    return link


def is_up(link):
    start = time.ticks_ms()
    while not link.isconnected():
        if time.ticks_diff(time.ticks_ms(), start) >= CONNECT_LIMIT:
            return False
        time.sleep_ms(100)
    return True


def serve():
    # No acknowledgements: waiting for one would hold up the script. A lost datagram is a gap in the numbering.
    protocol.init(
        crc=True,
        seq=True,
        ack=False,
        events=True,
        max_payload=MAX_PAYLOAD,
        rtx_timeout_ms=100,
        poll_ms=POLL_PERIOD,
    )
    header_and_crc = 10 + 4
    transport = UdpTransport(PORT, MAX_PAYLOAD + header_and_crc)
    protocol.register(name="udp", flags=protocol.CHANNEL_FLAG_PHYSICAL, backend=transport)


link = join_network()  # first: the protocol is polled from the moment it is there
if is_up(link):
    serve()
    print("udp://%s:%d" % (link.ifconfig()[0], PORT))
else:
    print("no network within %d ms" % CONNECT_LIMIT)
