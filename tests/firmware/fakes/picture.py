# SPDX-License-Identifier: LGPL-2.1-or-later
"""A picture, as the camera and the module image give it: 100 grey pixels that stand for its content."""
import scene

BINARY = 0x08010000
GRAYSCALE = 0x08020001
RGB565 = 0x0C030002
BAYER = 0x08040201
YUV422 = 0x0C050002
JPEG = 0x06060000
PIXFORMATS = {BINARY: 0, GRAYSCALE: 1, RGB565: 2, BAYER: 1, YUV422: 2, JPEG: 0}  # bytes per pixel
MUTABLE = (BINARY, GRAYSCALE, RGB565)


class Blob:
    def __init__(self, pixels, area):
        self.x, self.y, self.w, self.h = 10, 20, area, 1
        self.pixels = pixels


class Percentile:
    def __init__(self, value):
        self.value = value


class Histogram:
    def __init__(self, pixels):
        self.pixels = sorted(pixels)

    def get_percentile(self, share):
        if not 0 <= share <= 1:
            raise ValueError("percentile")
        return Percentile(self.pixels[min(int(share * len(self.pixels)), len(self.pixels) - 1)])


class Statistics:
    def __init__(self, pixels, is_color):
        mean = sum(pixels) // len(pixels)
        self.mean = self.l_mean = mean * 100 // 255 if is_color else mean


class Picture:
    def __init__(self, width, height, pixformat, pixels, number=None, ticks=None):
        if pixformat not in PIXFORMATS:
            raise ValueError("pixformat %s" % pixformat)
        self.w, self.h, self.pixformat, self.pixels = width, height, pixformat, pixels
        self.number, self.ticks = number, ticks
        self.quality = None  # of the JPEG
        self.jpeg_size = width * height // 8
        self.overwritten = False  # by the next snapshot

    def use(self, is_mutable=False):
        if self.overwritten:
            raise scene.Misuse("picture %s is used after the next snapshot" % self.number)
        if is_mutable and self.pixformat not in MUTABLE:
            raise OSError("Expected a mutable image")
        return self

    def width(self):
        return self.use().w

    def height(self):
        return self.use().h

    def size(self):
        self.use()
        if self.pixformat == BINARY:
            return (self.w + 31) // 32 * 4 * self.h
        return self.jpeg_size if self.pixformat == JPEG else self.w * self.h * PIXFORMATS[self.pixformat]

    def to_jpeg(self, *, quality=90, copy=False):
        self.use()
        if not 1 <= quality <= 100:
            raise ValueError("Quality ranges between 0 and 100")
        if copy:
            raise scene.Misuse("a copy goes to the heap, and not to the host")
        if self.pixformat != JPEG:
            self.pixformat, self.quality = JPEG, quality
        return self

    def compress(self, *, quality=50):
        if scene.current.firmware < 4 and self.pixformat == JPEG:
            raise OSError("Image is not mutable!")
        if not 1 <= quality <= 100:
            raise OSError("Error: 1 <= quality <= 100!")
        return self.to_jpeg(quality=quality)

    def save(self, path, *, roi=None, quality=50):
        self.use()
        scene.current.advance(scene.current.write_time)
        scene.current.keep_file(path, (self.pixformat, self.number, self.quality))
        return self

    def draw_image(self, other, x=0, y=0, *, alpha=255):
        self.use(True)
        if not 0 <= alpha <= 255:
            raise ValueError("Alpha ranges between 0 and 255")
        other.use()
        pairs = zip(other.pixels, self.pixels)
        self.pixels = [(new * alpha + old * (255 - alpha)) // 255 for new, old in pairs]
        return self

    def difference_to(self, other):
        self.use(True)
        if other is None:
            return self.pixels
        other.use(True)
        if (other.w, other.h, other.pixformat) != (self.w, self.h, self.pixformat):
            raise scene.Misuse("difference of pictures that are not alike")
        return [abs(a - b) for a, b in zip(self.pixels, other.pixels)]

    def get_histogram(self, *, difference=None):
        return Histogram(self.difference_to(difference))

    def get_statistics(self, *, difference=None):
        return Statistics(self.difference_to(difference), self.pixformat == RGB565)

    def find_blobs(self, thresholds, *, pixels_threshold=10, area_threshold=10, merge=False):
        self.use(True)
        for threshold in thresholds:
            if len(threshold) != (6 if self.pixformat == RGB565 else 2):
                raise scene.Misuse("threshold %s does not suit the pixformat" % (threshold,))
        blobs = scene.current.blobs(scene.current.now())
        return [Blob(*blob) for blob in blobs if blob[0] >= pixels_threshold and blob[1] >= area_threshold]
