#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Plots what omvmotion sees: plot_motion.py OUT.svg|OUT.png LAUNCH-LINE, to find out which threshold fits a scene.

    examples/plot_motion.py motion.svg filesrc location=a.avi ! avidemux ! omvmotion ! fakesink sync=false

Runs the launch line and draws a panel for each omvmotion in it: level, threshold, area, and where triggers were raised.
A PNG needs ImageMagick. Without a launch line it reads what `gst-launch-1.0 -m` has printed from its standard input.
"""

import collections
import pathlib
import re
import subprocess
import sys

WIDTH, HEIGHT, LEFT, TOP = 1200, 260, 60, 30
LINE = re.compile(r'from element "([^"]+)" \(element\): (omv-motion|omv-trigger), (.*);')
FIELD = re.compile(r"([\w-]+)=\((\w+)\)([^,;]+)")
TRIGGER, LEVEL, THRESHOLD, AREA, TEXT = "#c00", "#06c", "#e80", "#bda", "#333"


def read_messages(lines):
    """{element: (levels, triggers)}, each a list of the messages' fields."""
    found = collections.defaultdict(lambda: ([], []))
    for line in lines:
        match = LINE.search(line)
        if match:
            fields = {name: value for name, _, value in FIELD.findall(match.group(3))}
            found[match.group(1)][match.group(2) == "omv-trigger"].append(fields)
    return found


def seconds(fields):
    return int(fields["running-time"]) / 1e9


def path(points):
    return "M" + " L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def panel(name, levels, triggers, top, start, end):
    """One diagram as SVG: levels in grey levels, and the area scaled to its largest."""
    most = max(float(m[field]) for m in levels for field in ("level", "threshold")) * 1.05
    widest = max(max(float(m["area"]) for m in levels), 0.1)

    def x(m):
        return LEFT + (seconds(m) - start) / max(end - start, 1e-9) * (WIDTH - LEFT - 20)

    def y(value, largest):
        return top + HEIGHT - value / largest * HEIGHT

    area = [(x(m), y(float(m["area"]), 2 * widest)) for m in levels]
    area = [(area[0][0], top + HEIGHT), *area, (area[-1][0], top + HEIGHT)]
    yield f'<path d="{path(area)}Z" fill="{AREA}" stroke="none"/>'
    for m in triggers:
        yield f'<path d="M{x(m):.1f},{top} V{top + HEIGHT}" stroke="{TRIGGER}" stroke-opacity="0.6"/>'
    for field, colour in (("level", LEVEL), ("threshold", THRESHOLD)):
        points = path([(x(m), y(float(m[field]), most)) for m in levels])
        yield f'<path d="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
    yield f'<path d="M{LEFT},{top} V{top + HEIGHT} H{WIDTH - 20}" fill="none" stroke="{TEXT}"/>'
    for part in range(5):
        value = most * part / 4
        yield text(LEFT - 6, y(value, most) + 4, f"{value:.0f}", "end")
        when = start + (end - start) * part / 4
        yield text(LEFT + (WIDTH - LEFT - 20) * part / 4, top + HEIGHT + 16, f"{when:.1f} s", "middle")
    yield text(LEFT, top - 8, f"{name}: level (blue), threshold (orange), {len(triggers)} triggers (red), "
               f"area (green, up to {widest:.1f} %)", "start")


def text(x, y, words, anchor):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-family="DejaVu Sans, sans-serif" '
            f'font-size="13" fill="{TEXT}" stroke="none">{words}</text>')


def plot(found):
    times = [seconds(m) for levels, _ in found.values() for m in levels]
    row = TOP + HEIGHT + 30
    svg = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{row * len(found)}">',
           f'<rect width="{WIDTH}" height="{row * len(found)}" fill="white"/>']
    for number, (name, (levels, triggers)) in enumerate(sorted(found.items())):
        svg += panel(name, levels, triggers, TOP + row * number, min(times), max(times))
    return "\n".join([*svg, "</svg>\n"])


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    out = pathlib.Path(sys.argv[1])
    lines = sys.stdin if len(sys.argv) == 2 else subprocess.run(
        ["gst-launch-1.0", "-m", *sys.argv[2:]], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    found = {name: both for name, both in read_messages(lines).items() if both[0]}
    if not found:
        sys.exit("plot_motion.py: no omv-motion message; is there an omvmotion with post-messages=true?")
    svg = out.with_suffix(".svg")
    svg.write_text(plot(found))
    if out.suffix == ".png":
        subprocess.run(["convert", str(svg), str(out)], check=True)
        svg.unlink()


if __name__ == "__main__":
    main()
