// SPDX-License-Identifier: LGPL-2.1-or-later
// giflib behind its write function.
#include "omv/recording/gif/file_writer.h"

#include <gif_lib.h>

#include <array>
#include <string>

namespace omv::gif {

namespace {

Error failure(int code) {
  const char* reason = GifErrorString(code);
  return {Errc::limit, std::string("giflib: ") + (reason != nullptr ? reason : "failed")};
}

struct MapDeleter {
  void operator()(ColorMapObject* map) const { GifFreeMapObject(map); }
};
using Map = std::unique_ptr<ColorMapObject, MapDeleter>;

// The table, filled up with black to a power of two that has room for the transparent index.
Map map_of(const ColorMapper& mapper) {
  Map map(GifMakeMapObject(1 << mapper.index_bits(), nullptr));
  if (!map) return map;
  for (std::size_t i = 0; i < mapper.table().size(); ++i) {
    const Rgb888 color = mapper.table()[i];
    map->Colors[i] = {color.r, color.g, color.b};
  }
  return map;
}

}  // namespace

Result<void> check_size(const Screen& screen) {
  if (screen.width >= 1 && screen.height >= 1 && screen.width <= kMostSide && screen.height <= kMostSide) return {};
  return Error{Errc::invalid, "GIF of " + std::to_string(screen.width) + "x" + std::to_string(screen.height) +
                                  " pixels; 1 to " + std::to_string(kMostSide) + " fit on a side"};
}

struct FileWriter::State {
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    into = nullptr;  // giflib writes a trailer as it closes
    if (file != nullptr) EGifCloseFile(file, nullptr);
  }

  static int write(GifFileType* file, const GifByteType* bytes, int count) noexcept {
    auto& state = *static_cast<State*>(file->UserData);
    if (state.into == nullptr) return count;
    try {
      state.into->insert(state.into->end(), bytes, bytes + count);
    } catch (...) {
      return 0;
    }
    return count;
  }

  bool put_repeats(unsigned plays);

  GifFileType* file = nullptr;
  Bytes* into = nullptr;
};

// The number of repeats is one less than that of plays, and 0 means for ever. Played once: no block.
bool FileWriter::State::put_repeats(unsigned plays) {
  if (plays == 1) return true;
  const unsigned repeats = plays == 0 ? 0 : plays - 1;
  const std::array<GifByteType, 3> block = {1, static_cast<GifByteType>(repeats),
                                            static_cast<GifByteType>(repeats >> 8)};
  return EGifPutExtensionLeader(file, APPLICATION_EXT_FUNC_CODE) == GIF_OK &&
         EGifPutExtensionBlock(file, 11, "NETSCAPE2.0") == GIF_OK &&
         EGifPutExtensionBlock(file, static_cast<int>(block.size()), block.data()) == GIF_OK &&
         EGifPutExtensionTrailer(file) == GIF_OK;
}

FileWriter::FileWriter() : state_(std::make_unique<State>()) {}
FileWriter::FileWriter(FileWriter&&) noexcept = default;
FileWriter& FileWriter::operator=(FileWriter&&) noexcept = default;
FileWriter::~FileWriter() = default;

Result<void> FileWriter::begin(const Screen& screen, const ColorMapper& mapper, Bytes& into) {
  OMV_CHECK(check_size(screen));
  int error = 0;
  state_->file = EGifOpen(state_.get(), State::write, &error);
  if (state_->file == nullptr) return failure(error);
  state_->into = &into;
  EGifSetGifVersion(state_->file, true);
  const Map map = map_of(mapper);
  if (map &&
      EGifPutScreenDesc(state_->file, static_cast<int>(screen.width), static_cast<int>(screen.height), 8, 0,
                        map.get()) == GIF_OK &&
      state_->put_repeats(screen.plays))
    return {};
  return failure(state_->file->Error);
}

Result<std::size_t> FileWriter::add(IndexedFrame& frame, const ColorMapper& mapper, bool own_table, Disposal disposal,
                                    Bytes& into) {
  constexpr std::size_t kDelayInBlock = 4;
  state_->into = &into;
  GifFileType* file = state_->file;
  const GraphicsControlBlock control = {static_cast<int>(disposal), false, 0, mapper.transparent()};
  std::array<GifByteType, 4> block = {};
  EGifGCBToExtension(&control, block.data());
  const std::size_t delay_at = into.size() + kDelayInBlock;
  const Map map = own_table ? map_of(mapper) : nullptr;
  const auto& [left, top, width, height] = frame.area;
  if ((own_table && !map) ||
      EGifPutExtension(file, GRAPHICS_EXT_FUNC_CODE, static_cast<int>(block.size()), block.data()) != GIF_OK ||
      EGifPutImageDesc(file, static_cast<int>(left), static_cast<int>(top), static_cast<int>(width),
                       static_cast<int>(height), false, map.get()) != GIF_OK)
    return failure(file->Error);
  for (std::size_t y = 0; y < height; ++y)
    if (EGifPutLine(file, frame.indices.data() + y * width, static_cast<int>(width)) != GIF_OK)
      return failure(file->Error);
  return delay_at;
}

}  // namespace omv::gif
