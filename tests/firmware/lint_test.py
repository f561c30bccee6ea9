# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rules for the scripts of firmware/.

All: they compile; a header tells what the script does, what it needs and how it is started; imports come first, then
tunables, in capitals, then functions; lines are not long; nothing is caught that a stopped script raises.
Firmware 5: the modules that it documents, so csi and neither sensor nor pyb.
Legacy (firmware 3 carries MicroPython 1.9 to 1.13): sensor, pyb with a way round, time's newer names only where pyb is
not; no f-string, `:=`, keyword-only or positional-only argument, async, `match`, annotation, underscore in a number,
nor a function that came later.
"""
import os

from harness import broken, read

LONGEST_LINE = 120
LICENSE = "# SPDX-License-Identifier: LGPL-2.1-or-later"
MODULES = "csi errno gif image json machine mjpeg network os protocol socket time".split()
LEGACY_MODULES = "sensor pyb time".split()
LEGACY_WORDS = ("async ", "await ", "match ", ":=", " -> ", "(*, ", ", *, ", ", /", "json", "nonlocal") + tuple(
    before + "f" + quote for before in " (,=" for quote in "\"'"
)


def names():
    here = [name for name in os.listdir("/firmware") if name.endswith(".py")]
    return sorted(here) + sorted("legacy/" + name for name in os.listdir("/firmware/legacy"))


def code(line):
    """A line without its comment. No script has a '#' in a string."""
    return line.split("#")[0].rstrip()


def header(lines):
    end = [number for number, line in enumerate(lines) if not line.startswith("#")][0]
    return lines[:end]


def imported(lines):
    for line in lines:
        words = code(line).split()
        if words[:1] in (["import"], ["from"]):
            yield words[1]


def lint_header(name, lines):
    head = header(lines)
    capture = [line for line in head if line.startswith("# omv-capture:")]
    if capture and head[0] != capture[0]:
        yield "the hint for the emulator is not the first line"
    if LICENSE not in head[:2]:
        yield "no license on top"
    for word in ("# Needs: firmware ", "# Start: gst-launch-1.0 "):
        if not [line for line in head if line.startswith(word)]:
            yield "the header does not say '%s'" % word
    start = " ".join(head)
    if "script=firmware/" + name not in start and "device=udp:" not in start:
        yield "the header does not start this script"


def lint_order(lines):
    seen = []
    for line in lines:
        kind = kind_of(line)
        if kind and (not seen or seen[-1] != kind):
            seen.append(kind)
    kinds = [kind for kind in seen if kind != "main"]
    if kinds != ["import", "tunable", "function"]:
        yield "not imports, then tunables, then functions: %s" % ", ".join(seen)


def kind_of(line):
    first = code(line).split(" ")[0]
    if first in ("import", "from") or code(line).startswith(("    from ", "    import ")):
        return "import"
    if first in ("try:", "except", "finally:"):
        return None
    if first in ("def", "class"):
        return "function"
    if first.isupper() and " = " in line:
        return "tunable"
    return "main" if first and not line.startswith((" ", "#")) else None


def lint_lines(lines):
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            yield "line %d has %d characters" % (number, len(line))
        if not all(" " <= letter <= "~" for letter in line):
            yield "line %d is not plain ASCII" % number
        if line != line.rstrip():
            yield "line %d has blanks at its end" % number
        if code(line).strip() in ("except:", "except BaseException:", "except KeyboardInterrupt:"):
            yield "line %d catches what stops a script" % number


def lint_modules(lines, known):
    for module in imported(lines):
        if module not in known:
            yield "%s is not for this firmware" % module


def lint_legacy_words(lines):
    for number, line in enumerate(lines, 1):
        for word in LEGACY_WORDS:
            if word in code(line):
                yield "line %d: '%s' is newer than this firmware" % (number, word.strip())
        if has_digit_underscore(code(line)):
            yield "line %d: an underscore in a number" % number


def has_digit_underscore(text):
    return any(text[at].isdigit() and text[at + 1] == "_" for at in range(len(text) - 1))


def lint(name, text):
    """What is wrong with a script, in sentences."""
    lines = text.split("\n")
    try:
        compile(text, name, "exec")
    except SyntaxError as error:
        yield "it does not compile: %s" % error
    is_legacy = name.startswith("legacy/")
    for rule in (lint_header(name, lines), lint_order(lines), lint_lines(lines)):
        yield from rule
    yield from lint_modules(lines, LEGACY_MODULES if is_legacy else MODULES)
    if is_legacy:
        yield from lint_legacy_words(lines)


def test_every_script_keeps_the_rules():
    breaches = ["%s: %s" % (name, breach) for name in names() for breach in lint(name, read("/firmware/" + name))]
    assert not breaches, "\n".join(breaches)


def test_the_scripts_are_there():
    wanted = "stream legacy/stream trigger_blob trigger_motion trigger_pin trigger_channel udp_transport timelapse"
    wanted += " ring_imageio record_mjpeg record_gif"
    missing = [name for name in wanted.split() if name + ".py" not in names()]
    assert not missing, missing


def check_found(name, what, by, sentence):
    found = list(lint(name, broken(read("/firmware/" + name), what, by)))
    assert [breach for breach in found if sentence in breach], (by, found)


def test_each_rule_finds_its_breach():
    for what, by, sentence in (
        ("while True:", "while True", "it does not compile"),
        ("# SPDX", "# SP", "no license"),
        ("# Needs: firmware 5.\n", "", "Needs"),
        ("script=firmware/stream.py", "script=stream.py", "does not start this script"),
        ("import csi\n", "import sensor\n", "sensor is not for this firmware"),
        ("import csi\n", "import csi\nimport pyb\n", "pyb is not for this firmware"),
        ("def stream(", "LATE = 1\n\n\ndef stream(", "not imports, then tunables"),
        ("import time\n", "import time\n# " + "x" * 120 + "\n", "characters"),
        ("camera = open_camera()", "try:\n    camera = open_camera()\nexcept:\n    pass", "catches what stops"),
        ("import time\n", "import time \n", "blanks at its end"),
        ("import time\n", "import time\n# \u2026\n", "not plain ASCII"),
    ):
        check_found("stream.py", what, by, sentence)


def test_each_rule_for_old_firmware_finds_its_breach():
    line = "    sensor.reset()\n"
    for by, sentence in (
        ('    print(f"{since(0)}")\n', '(f"'),
        ("    if (now := since(0)):\n        pass\n", ":="),
        ("    since(1_000)\n", "underscore"),
        ("    def inner(*, key):\n        pass\n", "(*,"),
        ("    import json\n", "json"),
    ):
        check_found("legacy/stream.py", line, by, sentence)
