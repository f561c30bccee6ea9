#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""compare_gif.py [--frames N] [--pictures FOLDER] [CLIP...]: omvgifenc against ffmpeg's palettegen and paletteuse.

Both get the same raw RGB frames of a clip with their default settings, and each GIF is decoded by ffmpeg and compared
with the source by its filters psnr and ssim. Prints a table in Markdown: bytes, PSNR, SSIM, processor time and memory
of each process, and ours by theirs. The clips are made of OMV_FOOTAGE (docs/benchmarks.md); FOLDER gets a picture of
each clip: a frame from the middle and the last, in rows source, ours, theirs.
"""

import argparse
import contextlib
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import bench

SKIP = 77
RATE = 10
PAN = "x='(iw-ow)*(1-cos(n/9))/2':y='(ih-oh)*(1-cos(n/13))/2'"
CLIPS = {  # of each: width, height, what ffmpeg reads, its filters
    "fixed-320": (320, 240, "-i {folder}/pedestrians.avi", "scale=320:240"),
    "fixed-640": (640, 480, "-i {folder}/pedestrians.avi", "scale=640:480"),
    "moving-320": (320, 240, "-i {folder}/pedestrians.avi", f"scale=480:360,crop=320:240:{PAN}"),
    "moving-640": (640, 480, "-i {folder}/pedestrians.avi", f"scale=960:720,crop=640:480:{PAN}"),
    "noisy-320": (320, 240, "-loop 1 -i {folder}/aloeL.jpg", f"scale=641:555,crop=320:240:{PAN},noise=alls=8:allf=t"),
    "noisy-640": (640, 480, "-loop 1 -i {folder}/aloeL.jpg", f"crop=640:480:{PAN},noise=alls=8:allf=t"),
}
FFMPEG = "ffmpeg -nostdin -v error -y"


class Side:
    """A GIF, what it cost and how near to its source it is."""

    def __init__(self, command, gif, clip):
        cpu = bench.processor_seconds()
        with bench.started(command, stdout=subprocess.DEVNULL) as process:
            self.kib = bench.watch_memory(process)
            if process.wait() != 0:
                raise bench.BenchError(f"exit status {process.returncode}: {command}")
        self.cpu = bench.processor_seconds() - cpu
        self.gif, self.bytes = gif, os.path.getsize(gif)
        self.psnr = clip.likeness(gif, "psnr", "average")
        self.ssim = clip.likeness(gif, "ssim", "All")


class Clip:
    """Raw frames in a file, as ffmpeg made them."""

    def __init__(self, name, folder, frames):
        self.width, self.height, source, filters = CLIPS[name]
        self.name, self.frames, self.folder = name, frames, folder
        self.path = f"{folder}/{name}.rgb"
        source = source.format(folder=shlex.quote(os.environ["OMV_FOOTAGE"]))
        run(f'{FFMPEG} {source} -vf "{filters},format=rgb24" -frames:v {frames} -f rawvideo {self.path}')
        self.input = f"-f rawvideo -pix_fmt rgb24 -s {self.width}x{self.height} -r {RATE} -i {self.path}"

    def ours(self):
        gif = f"{self.folder}/ours.gif"
        return Side(f"gst-launch-1.0 -q filesrc location={self.path} blocksize={3 * self.width * self.height} "
                    f"! rawvideoparse format=rgb width={self.width} height={self.height} framerate={RATE}/1 "
                    f"! omvgifenc ! filesink location={gif}", gif, self)

    def theirs(self):
        gif = f"{self.folder}/theirs.gif"
        graph = "split[a][b];[a]palettegen[p];[b][p]paletteuse"
        return Side(f'{FFMPEG} {self.input} -filter_complex "{graph}" {gif}', gif, self)

    def likeness(self, gif, name, field):
        """Of the decoded GIF, whose frames are shown as often as the source has any, by one of ffmpeg's filters."""
        graph = f"[0:v]fps={RATE},format=gbrp[a];[1:v]format=gbrp[b];[a][b]{name}"
        text = run(f'ffmpeg -nostdin -y -i {gif} {self.input} -lavfi "{graph}" -f null -')
        return float(re.search(rf"\b{field}:([0-9.]+|inf)", text.rsplit("Parsed_" + name, 1)[1]).group(1))

    def draw(self, path, gifs):
        """The middle and the last frame side by side; source, then one row for each GIF."""
        wanted = f"select='eq(n,{self.frames // 2})+eq(n,{self.frames - 1})',tile=2x1"
        rows = [f"[{i}:v]fps={RATE},{wanted}[r{i}]" for i in range(len(gifs) + 1)]
        stack = "".join(f"[r{i}]" for i in range(len(rows))) + f"vstack=inputs={len(rows)}"
        inputs = " ".join(f"-i {gif}" for gif in gifs)
        run(f'{FFMPEG} {self.input} {inputs} -filter_complex "{";".join(rows)};{stack}" -frames:v 1 {shlex.quote(path)}')


def run(command):
    done = subprocess.run(shlex.split(command), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise bench.BenchError(f"exit status {done.returncode}: {command}\n{done.stderr}")
    return done.stderr


def row(name, ours, theirs, frames):
    def cells(side):
        return (f"{side.bytes:,} | {side.psnr:.2f} dB, {side.ssim:.3f} | "
                f"{side.cpu * 1e3 / frames:.1f} ms | {side.kib / 1024:.0f} MB")
    ratios = (f"{ours.bytes / theirs.bytes:.2f} | {ours.psnr - theirs.psnr:+.2f} dB, "
              f"{ours.ssim - theirs.ssim:+.3f} | {ours.cpu / theirs.cpu:.2f} | {ours.kib / theirs.kib:.2f}")
    return (f"| `{name}` | `omvgifenc` | {cells(ours)} |\n| | ffmpeg | {cells(theirs)} |\n"
            f"| | **ours by theirs** | {ratios} |")


def parse_arguments():
    parser = argparse.ArgumentParser(description="omvgifenc against ffmpeg's palettegen and paletteuse.")
    parser.add_argument("--frames", type=int, default=100)
    parser.add_argument("--pictures", metavar="FOLDER", help="where pictures to look at go")
    parser.add_argument("clips", nargs="*", metavar="CLIP", help=f"of: {', '.join(CLIPS)} (default: all)")
    arguments = parser.parse_args()
    unknown = set(arguments.clips) - set(CLIPS)
    if unknown:
        parser.error(f"no such clip: {', '.join(sorted(unknown))}")
    return arguments


def main():
    arguments = parse_arguments()
    if "OMV_FOOTAGE" not in os.environ or not shutil.which("ffmpeg"):
        print("skipped: OMV_FOOTAGE is not set (docs/benchmarks.md), or there is no ffmpeg")
        return SKIP
    if arguments.pictures:
        pathlib.Path(arguments.pictures).mkdir(parents=True, exist_ok=True)
    print("| Clip | | Bytes | PSNR, SSIM | Processor time a frame | Memory |\n|---|---|---|---|---|---|", flush=True)
    for name in arguments.clips or CLIPS:
        with tempfile.TemporaryDirectory(prefix="omv-bench-", dir=bench.output_folder(200)) as folder:
            clip = Clip(name, folder, arguments.frames)
            ours, theirs = clip.ours(), clip.theirs()
            print(row(name, ours, theirs, arguments.frames), flush=True)
            if arguments.pictures:
                clip.draw(str(pathlib.Path(arguments.pictures) / f"{name}.png"), [ours.gif, theirs.gif])
    return 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
