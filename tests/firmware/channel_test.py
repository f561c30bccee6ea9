# SPDX-License-Identifier: LGPL-2.1-or-later
"""The channel of triggers, and the protocol's transport over UDP."""
import errno
import json

import protocol
from harness import broken, equal, messages, play, raised_by, script
from scene import PIXELS, Misuse, Scene

DARK, LIGHT = [10] * PIXELS, [200] * PIXELS


def dark_between(begin, end):
    return Scene(grey=lambda ms: DARK if begin <= ms < end else LIGHT, frames=100, period=40)


def lines_of(data):
    assert data == b"" or data.endswith(b"\n"), data
    return [json.loads(line) for line in data.split(b"\n")[:-1]]


def test_channel_holds_the_trigger_and_says_so():
    played = play(script("trigger_channel.py"), dark_between(1000, 1500))
    equal(played.events, [(1000, "trigger", 0)])
    backend = played.channels["trigger"][1]
    assert backend.poll()
    message, = lines_of(protocol.host_read("trigger"))
    equal((message["trigger"], message["ticks_ms"]), ("dark", played.start + 1000))
    assert message["brightness"] < 40, message
    assert not backend.poll()
    equal(protocol.host_read("trigger"), b"")
    equal(messages(played, "trigger"), [])


def test_channel_keeps_triggers_for_a_host_that_comes_later():
    nobody = dark_between(1000, 2100)
    nobody.host = False
    played = play(script("trigger_channel.py", HOLD_OFF="500"), nobody)
    equal(played.events, [])
    ticks = [message["ticks_ms"] - played.start for message in lines_of(protocol.host_read("trigger"))]
    equal(ticks, [1000, 1520, 2040])


def channel():
    return play(script("trigger_channel.py"), Scene(frames=1)).channels["trigger"][1]


def test_channel_reads_what_size_told_whatever_comes_between():
    backend = channel()
    backend.put({"number": 0})
    size = backend.size()
    backend.put({"number": 1})
    equal(backend.size(), size)
    equal(backend.read(0, 5) + backend.read(5, size - 5), b'{"number": 0}\n')
    assert backend.poll()
    equal(lines_of(protocol.host_read("trigger")), [{"number": 1}])


def test_channel_is_read_in_pieces():
    backend = channel()
    for number in range(100):
        backend.put({"number": number})
    equal(lines_of(protocol.host_read("trigger")), [{"number": number} for number in range(100)])


def test_channel_bounds_what_waits():
    backend = channel()
    for number in range(1000):
        backend.put({"number": number})
    lines = lines_of(protocol.host_read("trigger"))
    assert 50 < len(lines) < 150, len(lines)
    equal(lines[-1], {"number": 999})
    equal(lines[-1]["number"] - lines[0]["number"], len(lines) - 1)


def test_fakes_catch_a_channel_that_gives_less_than_it_told():
    text = broken(script("trigger_channel.py"), "return len(self.reading)", "return len(self.reading) + 1")
    play(text, dark_between(1000, 1500))
    try:
        protocol.host_read("trigger")
    except Misuse:
        return
    raise AssertionError("let pass")


HOST = ("192.168.1.2", 40000)
WIFI = {"SSID": '"net"', "KEY": '"secret"'}


def udp(the_scene=None, **tunables):
    played = play(script("udp_transport.py", **tunables), the_scene or Scene())
    return played, played.channels.get("udp", (0, None))[1]


def receive_all(transport):
    data = b""
    while transport.size():
        data += bytes(transport.read(0, min(transport.size(), 7)))
    return data


def test_udp_joins_the_wlan_before_it_serves():
    played, transport = udp(Scene(), **WIFI)
    equal(played.calls[0], ("hostname", "openmv"))
    assert ("config", {"pm": 0}) in played.calls
    assert played.calls.index(("connect", "net", "secret")) < played.calls.index(("bind", ("", 5555)))
    equal(played.printed[-1][1], "udp://192.168.1.20:5555\n")
    assert not transport.is_active()


def test_udp_takes_the_cable_without_a_name():
    played, transport = udp()
    assert transport is not None
    assert not [call for call in played.calls if call[0] == "connect"]


def test_udp_waits_for_the_network():
    late = Scene()
    late.network_after = 2500
    played, transport = udp(late, **WIFI)
    assert transport is not None
    assert 2500 <= played.now() < 2700, played.now()


def test_udp_leaves_usb_alone_without_network():
    never = Scene()
    never.network_after = None
    played, transport = udp(never, **WIFI)
    equal((played.protocol, played.channels), (None, {}))
    equal(played.printed[-1][1], "no network within 30000 ms\n")


def test_udp_negotiates_what_datagrams_need():
    played, _ = udp()
    equal(played.protocol, {"ack": False, "events": True, "max_payload": 1400, "crc": True, "seq": True})
    assert played.channels["udp"][0] & protocol.CHANNEL_FLAG_PHYSICAL


def test_udp_reads_datagrams_in_order_and_in_pieces():
    played, transport = udp()
    played.datagrams = [(b"0123456789", HOST), (b"abc", HOST), (bytes(1414), HOST)]
    assert transport.is_active()
    equal(receive_all(transport), b"0123456789abc" + bytes(1414))
    equal(transport.size(), 0)


def test_udp_sends_one_packet_per_datagram():
    played, transport = udp()
    played.datagrams = [(b"hello", HOST)]
    receive_all(transport)
    for packet in ((b"H" * 10,), (b"h" * 10, b"p" * 1400, b"crc!"), (b"last",)):
        for part in packet:
            equal(transport.write(0, part), len(part))
        equal(transport.flush(), 0)
    equal([len(data) for data, _ in played.answers], [10, 1414, 4])
    equal(played.answers[1], (b"h" * 10 + b"p" * 1400 + b"crc!", HOST))


def test_udp_answers_the_last_sender():
    played, transport = udp()
    other = ("192.168.1.3", 40001)
    for sender in (HOST, other):
        played.datagrams = [(b"hello", sender)]
        receive_all(transport)
        transport.write(0, b"answer")
        transport.flush()
    equal([address for _, address in played.answers], [HOST, other])


def test_udp_writes_to_nobody_and_beyond_its_buffer_fail():
    played, transport = udp()
    equal(transport.write(0, b"answer"), -1)
    equal(transport.flush(), 0)
    played.datagrams = [(b"hello", HOST)]
    receive_all(transport)
    equal(transport.write(0, bytes(1415)), -1)
    equal(played.answers, [])


def test_udp_forgets_a_host_that_is_gone_but_not_a_quiet_one():
    played, transport = udp()
    played.datagrams = [(b"hello", HOST)]
    receive_all(transport)
    assert transport.is_active()
    played.datagrams = [(errno.ECONNRESET, None)]
    equal(transport.size(), 0)
    assert not transport.is_active()


def test_fakes_catch_a_socket_that_blocks():
    text = broken(script("udp_transport.py"), "self.socket.setblocking(False)", "pass")
    played = play(text, Scene())
    try:
        played.channels["udp"][1].size()
    except Misuse:
        return
    raise AssertionError("let pass")


def test_fakes_catch_a_payload_that_is_too_large():
    assert isinstance(raised_by(script("udp_transport.py", MAX_PAYLOAD="5000"), Scene()), RuntimeError)


def test_fakes_catch_a_transport_without_settings():
    text = broken(script("udp_transport.py"), "    protocol.init(\n", "    dict(\n")
    assert isinstance(raised_by(text, Scene()), Misuse)
