# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the scripts of firmware/ in front of a scene, on MicroPython; finds and runs the test functions."""
import io
import json
import os
import sys

import scene

RECORD_SEPARATOR = "\x1e"


def read(path):
    with open(path) as file:
        return file.read()


def script(name, **tunables):
    """The text of a script with other values of its tunables."""
    text = read("/firmware/" + name)
    for tunable, value in tunables.items():
        text = with_tunable(text, tunable, value)
    return text


def with_tunable(text, name, value):
    lines = text.split("\n")
    at = [number for number, line in enumerate(lines) if line.startswith(name + " = ")]
    assert len(at) == 1, "%d tunables are named %s" % (len(at), name)
    lines[at[0]] = "%s = %s" % (name, value)
    return "\n".join(lines)


def broken(text, what, by):
    """A script with an error put in."""
    assert text.count(what) == 1, "%r is %d times in the script" % (what, text.count(what))
    return text.replace(what, by)


def play(text, the_scene):
    """Runs the script to its end or the scene's. What it raises comes through."""
    scene.begin(the_scene)
    os.chdir("/card")
    try:
        exec(compile(text, "<stdin>", "exec"), {"__name__": "__main__", "print": the_scene.print})
    except scene.EndOfScene:
        pass
    return the_scene


def messages(the_scene, key):
    """(ms, message) of the lines for the host that have the key."""
    lines = [(ms, text) for ms, text in the_scene.printed if text.startswith(RECORD_SEPARATOR)]
    found = [(ms, json.loads(text[1:])) for ms, text in lines]
    return [(ms, message) for ms, message in found if key in message]


def raised_by(text, the_scene, how=play):
    """The exception a script ends with."""
    try:
        how(text, the_scene)
    except BaseException as error:
        return error
    raise AssertionError("the script was let pass")


def equal(got, wanted):
    assert got == wanted, "got %r, not %r" % (got, wanted)


def tests_of(module):
    return " ".join(sorted(name for name in dir(load(module)) if name.startswith("test_")))


def load(module):
    scene.begin(scene.Scene())
    return __import__(module)


def run_test(module, name):
    """What went wrong; empty: nothing."""
    try:
        getattr(load(module), name)()
        return ""
    except BaseException as error:
        trace = io.StringIO()
        sys.print_exception(error, trace)
        return trace.getvalue()
