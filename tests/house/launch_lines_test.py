#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every launch line of the documentation runs to its end: launch_lines_test.py ROOT [PATTERN].

Taken are the gst-launch-1.0 lines of README.md, docs/*.md, the SECTION comments of gst/*.cpp and the headers of
firmware/; those of one file run in order, in one folder. What needs a display or a camera, or would never end, is replaced as SUBSTITUTIONS says.
With PATTERN only the files whose name contains it.
"""

import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

SKIP = 77
LIMIT = 60  # seconds for one line
FRAMES = 20
MUST_HAVE_LINES = ("README.md", "docs/elements.md")

CAMERA = f'omvsrc device="emulator:?fps=0" num-buffers={FRAMES}'
SUBSTITUTIONS = (
    (r"\bautovideosink\b", "fakesink"),
    (r"\bplaybin\b", "playbin video-sink=fakesink"),
    (r"\bomvsrc device=(?!['\"]?emulator:)\S+", CAMERA),  # a real camera, or an address of one
    (r"\bomvsrc (?!device=)", CAMERA + " "),  # the first camera that is found
    (r"\bnum-buffers=\d+", f"num-buffers={FRAMES}"),
    (r"\bhost=there\b", "host=127.0.0.1"),
)

# Files that the documentation supposes to be there.
MATERIAL = (
    f"videotestsrc num-buffers={FRAMES} ! jpegenc ! avimux ! filesink location=a.mp4",
    f"videotestsrc num-buffers={FRAMES} ! video/x-raw,format=RGB16 ! imageiomux ! filesink location=test.bin",
)


def launch_lines(text):
    """The gst-launch-1.0 lines of a text, with the lines that continue them."""
    text = re.sub(r"\\\n\s*", "", text)
    return [line.strip() for line in text.splitlines() if re.match(r"\s*gst-launch-1\.0 ", line)]


def lines_of(path):
    text = path.read_text()
    if path.suffix == ".cpp":
        blocks = re.findall(r"\|\[\n(.*?)\]\|", text, re.DOTALL)
        text = re.sub(r"^ \* ?", "", "\n".join(blocks), flags=re.MULTILINE)
    if path.suffix == ".py":
        text = re.sub(r"^# (Start: )?", "", text, flags=re.MULTILINE)
    return launch_lines(text)


def substituted(line, port):
    for pattern, by in SUBSTITUTIONS + ((r"\bport=\d+", f"port={port}"),):
        line = re.sub(pattern, by, line)
    return line


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_listener(port, process):
    """Until somebody listens; connecting to find out would be taken for the client."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end and process.poll() is None:
        sockets = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
        if any(int(fields[1].split(":")[1], 16) == port and fields[3] == "0A" for fields in sockets):
            return
        time.sleep(0.02)


def start(line, folder):
    return subprocess.Popen(["bash", "-c", "exec " + line], cwd=folder, text=True, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def why_not(process, line, folder):
    """Waits for the end of a launch line; what is wrong with it, or None."""
    try:
        output, _ = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        output, _ = process.communicate()
        return f"no end within {LIMIT} s\n{output}"
    if process.returncode != 0:
        return f"exit status {process.returncode}\n{output}"
    if "Got EOS from element" not in output:
        return f"it did not end with EOS\n{output}"
    if re.search(r"WARNING|CRITICAL", output):
        return f"it warns\n{output}"
    for name in re.findall(r"(?<!multi)filesink location=([\w.]+)", line):
        if (folder / name).stat().st_size <= 16:
            return f"{name} is empty"
    return None


def run_file(root, path, folder):
    """Runs the lines of one file; yields (line as written, what is wrong or None)."""
    (folder / "firmware").symlink_to(root / "firmware")
    for line in MATERIAL:
        subprocess.run(["bash", "-c", "exec gst-launch-1.0 -q " + line], cwd=folder, check=True)
    port = free_port()
    server = None
    for written in lines_of(path):
        line = substituted(written, port)
        process = start(line, folder)
        if "tcpserversrc" in line:  # ends with the line that sends to it
            wait_for_listener(port, process)
            server = (written, line, process)
            continue
        yield written, why_not(process, line, folder)
        if server:
            yield server[0], why_not(server[2], server[1], folder)
            server = None
    if server:
        server[2].kill()
        yield server[0], "nothing sends to it"


def check_extraction():
    text = "see gst-launch-1.0\n```sh\ngst-launch-1.0 a ! \\\n  b\n  gst-launch-1.0 c\n```\n"
    assert launch_lines(text) == ["gst-launch-1.0 a ! b", "gst-launch-1.0 c"], launch_lines(text)
    line = substituted("gst-launch-1.0 omvsrc device=/dev/ttyACM0 stream=raw ! autovideosink", 1)
    assert line == f"gst-launch-1.0 {CAMERA} stream=raw ! fakesink", line


def main():
    root = pathlib.Path(sys.argv[1])
    pattern = sys.argv[2] if len(sys.argv) > 2 else ""
    check_extraction()
    if not shutil.which("gst-launch-1.0"):
        print("no gst-launch-1.0")
        return SKIP
    sections = [path for path in sorted((root / "gst").glob("*.cpp")) if "SECTION:element" in path.read_text()]
    scripts = sorted((root / "firmware").rglob("*.py"))
    must_have = [root / name for name in MUST_HAVE_LINES] + sections + scripts
    bad = 0
    for path in [root / "README.md", *sorted((root / "docs").glob("*.md")), *sections, *scripts]:
        if pattern not in str(path):
            continue
        if path in must_have and not lines_of(path):
            print(f"FAILED: {path.relative_to(root)} has no launch line")
            bad += 1
        with tempfile.TemporaryDirectory() as folder:
            for line, wrong in run_file(root, path, pathlib.Path(folder)) if lines_of(path) else ():
                print(f"{'FAILED' if wrong else 'ok'}: {path.relative_to(root)}: {line}")
                if wrong:
                    print(wrong)
                    bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
