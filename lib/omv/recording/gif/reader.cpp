// SPDX-License-Identifier: LGPL-2.1-or-later
// giflib behind its read function, and the screen that its frames are drawn on.
#include "omv/recording/gif/reader.h"

#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace omv::gif {

namespace {

constexpr std::size_t kPixel = 4;

struct Closer {
  void operator()(GifFileType* file) const { DGifCloseFile(file, nullptr); }
};

Error failure(int code) {
  const char* reason = GifErrorString(code);
  const Errc errc = code == D_GIF_ERR_READ_FAILED || code == D_GIF_ERR_EOF_TOO_SOON ? Errc::truncated : Errc::invalid;
  return {errc, std::string("GIF: ") + (reason != nullptr ? reason : "damaged")};
}

Roi area_of(const GifImageDesc& image) {
  return {static_cast<std::uint32_t>(image.Left), static_cast<std::uint32_t>(image.Top),
          static_cast<std::uint32_t>(image.Width), static_cast<std::uint32_t>(image.Height)};
}

// Rows of an interlaced image come in four passes.
struct Pass {
  std::uint32_t first;
  std::uint32_t step;
};
constexpr std::array<Pass, 4> kInterlaced = {{{0, 8}, {4, 8}, {2, 4}, {1, 2}}};
constexpr std::array<Pass, 1> kPlain = {{{0, 1}}};

}  // namespace

struct Reader::State {
  explicit State(ConstByteSpan source) : bytes(source) {}

  static int read(GifFileType* file, GifByteType* into, int wanted) noexcept {
    auto& state = *static_cast<State*>(file->UserData);
    const std::size_t count = std::min(static_cast<std::size_t>(wanted), state.bytes.size() - state.position);
    std::copy_n(state.bytes.begin() + static_cast<std::ptrdiff_t>(state.position), count, into);
    state.position += count;
    return static_cast<int>(count);
  }

  Result<void> read_extension();
  void take_block(int code, const GifByteType* block);
  Result<ReadFrame> read_image();
  Result<void> read_indices(const GifImageDesc& image);
  void dispose(const Roi& next);
  void draw(const Roi& area);
  Roi clipped(const Roi& area) const;
  template <typename Visit>
  void visit_rows(const Roi& area, Visit visit);

  ConstByteSpan bytes;
  std::size_t position = 0;
  std::unique_ptr<GifFileType, Closer> file;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  unsigned plays = 1;
  bool is_looping_block = false;
  GraphicsControlBlock control = {DISPOSAL_UNSPECIFIED, false, 0, NO_TRANSPARENT_COLOR};
  GraphicsControlBlock shown = control;  // of the frame on the screen
  Roi shown_area;
  Bytes screen;
  Bytes before;  // what is under the frame, when that is to come back: its area's rows, one behind the other
  Bytes indices;
};

Reader::Reader(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Result<Reader> Reader::open(ConstByteSpan bytes, std::uint64_t max_pixels) {
  auto state = std::make_unique<State>(bytes);
  int error = 0;
  state->file.reset(DGifOpen(state.get(), State::read, &error));
  if (!state->file) return failure(error);
  state->width = static_cast<std::uint32_t>(state->file->SWidth);
  state->height = static_cast<std::uint32_t>(state->file->SHeight);
  const std::uint64_t pixels = std::uint64_t{state->width} * state->height;
  if (pixels == 0) return Error{Errc::invalid, "GIF: a screen without pixels"};
  if (pixels > max_pixels)
    return Error{Errc::limit, "GIF: a screen of " + std::to_string(state->width) + "x" + std::to_string(state->height) +
                                  " pixels; at most " + std::to_string(max_pixels) + " are read"};
  return Reader(std::move(state));
}

std::uint32_t Reader::width() const { return state_->width; }
std::uint32_t Reader::height() const { return state_->height; }
unsigned Reader::plays() const { return state_->plays; }
std::uint64_t Reader::position() const { return state_->position; }

ImageView Reader::screen() const {
  return {{PixelFormat::rgba8888, state_->width, state_->height}, state_->screen.data(), kPixel * state_->width};
}

Result<std::optional<ReadFrame>> Reader::next() {
  for (;;) {
    GifRecordType type = UNDEFINED_RECORD_TYPE;
    if (DGifGetRecordType(state_->file.get(), &type) != GIF_OK) return failure(state_->file->Error);
    if (type == TERMINATE_RECORD_TYPE) return std::optional<ReadFrame>();
    if (type == IMAGE_DESC_RECORD_TYPE) {
      OMV_TRY(const ReadFrame frame, state_->read_image());
      return std::optional(frame);
    }
    OMV_CHECK(state_->read_extension());
  }
}

Result<void> Reader::State::read_extension() {
  int code = 0;
  GifByteType* block = nullptr;
  if (DGifGetExtension(file.get(), &code, &block) != GIF_OK) return failure(file->Error);
  is_looping_block = false;
  while (block != nullptr) {
    take_block(code, block);
    if (DGifGetExtensionNext(file.get(), &block) != GIF_OK) return failure(file->Error);
  }
  return {};
}

// block[0] is the length of what follows.
void Reader::State::take_block(int code, const GifByteType* block) {
  if (code == GRAPHICS_EXT_FUNC_CODE && block[0] == 4) {
    DGifExtensionToGCB(block[0], block + 1, &control);
  } else if (code == APPLICATION_EXT_FUNC_CODE && block[0] == 11) {
    is_looping_block = std::memcmp(block + 1, "NETSCAPE2.0", 11) == 0;
  } else if (is_looping_block && block[0] == 3 && block[1] == 1) {
    const unsigned repeats = block[2] | static_cast<unsigned>(block[3]) << 8;
    plays = repeats == 0 ? 0 : repeats + 1;
  }
}

Result<ReadFrame> Reader::State::read_image() {
  if (DGifGetImageDesc(file.get()) != GIF_OK) return failure(file->Error);
  const GifImageDesc& image = file->Image;
  const Roi area = area_of(image);
  if (image.ColorMap == nullptr && file->SColorMap == nullptr)
    return Error{Errc::invalid, "GIF: a frame without colours"};
  if (std::uint64_t{area.width} * area.height > std::uint64_t{width} * height)
    return Error{Errc::invalid, "GIF: a frame of " + std::to_string(area.width) + "x" + std::to_string(area.height) +
                                    " pixels on a screen of " + std::to_string(width) + "x" + std::to_string(height)};
  OMV_CHECK(read_indices(image));
  dispose(area);
  draw(area);
  shown = std::exchange(control, {DISPOSAL_UNSPECIFIED, false, 0, NO_TRANSPARENT_COLOR});
  shown_area = area;
  GifFreeSavedImages(file.get());  // giflib keeps a description of every frame
  file->ImageCount = 0;
  return ReadFrame{area, static_cast<std::uint16_t>(shown.DelayTime), image.ColorMap != nullptr, position};
}

Result<void> Reader::State::read_indices(const GifImageDesc& image) {
  const Roi area = area_of(image);
  indices.resize(std::size_t{area.width} * area.height);
  const std::span<const Pass> passes = image.Interlace ? std::span<const Pass>(kInterlaced) : kPlain;
  for (const Pass& pass : passes)
    for (std::uint32_t y = pass.first; y < area.height; y += pass.step)
      if (DGifGetLine(file.get(), indices.data() + std::size_t{y} * area.width, static_cast<int>(area.width)) != GIF_OK)
        return failure(file->Error);
  return {};
}

// What of an area is on the screen.
Roi Reader::State::clipped(const Roi& area) const {
  const std::uint32_t x = std::min(area.x, width);
  const std::uint32_t y = std::min(area.y, height);
  return {x, y, std::min(area.width, width - x), std::min(area.height, height - y)};
}

// Calls visit(pixels) for each row of what of an area is on the screen.
template <typename Visit>
void Reader::State::visit_rows(const Roi& area, Visit visit) {
  const Roi shown_part = clipped(area);
  for (std::size_t y = shown_part.y; y < std::size_t{shown_part.y} + shown_part.height; ++y)
    visit(std::span(screen).subspan(kPixel * (y * width + shown_part.x), kPixel * shown_part.width));
}

// What the frame on the screen leaves behind, and what is under the next one. Takes time by their areas: files of tiny
// frames on a large screen are cheap to make.
void Reader::State::dispose(const Roi& next) {
  screen.resize(kPixel * width * height);
  if (shown.DisposalMode == DISPOSE_PREVIOUS) {
    visit_rows(shown_area, [from = before.cbegin()](std::span<std::uint8_t> row) mutable {
      std::copy_n(from, row.size(), row.begin());
      from += static_cast<std::ptrdiff_t>(row.size());
    });
  } else if (shown.DisposalMode == DISPOSE_BACKGROUND) {
    visit_rows(shown_area, [](std::span<std::uint8_t> row) { std::fill(row.begin(), row.end(), std::uint8_t{0}); });
  }
  before.clear();
  if (control.DisposalMode != DISPOSE_PREVIOUS) return;
  visit_rows(next, [this](std::span<const std::uint8_t> row) { append(before, row); });
}

void Reader::State::draw(const Roi& area) {
  const ColorMapObject& map = *(file->Image.ColorMap != nullptr ? file->Image.ColorMap : file->SColorMap);
  for (std::size_t y = area.y; y < std::min<std::size_t>(height, std::size_t{area.y} + area.height); ++y) {
    const std::uint8_t* index = indices.data() + (y - area.y) * area.width;
    for (std::size_t x = area.x; x < std::min<std::size_t>(width, std::size_t{area.x} + area.width); ++x, ++index) {
      if (*index == control.TransparentColor || *index >= map.ColorCount) continue;
      const GifColorType& color = map.Colors[*index];
      std::uint8_t* pixel = screen.data() + kPixel * (y * width + x);
      pixel[0] = color.Red;
      pixel[1] = color.Green;
      pixel[2] = color.Blue;
      pixel[3] = 255;
    }
  }
}

}  // namespace omv::gif
