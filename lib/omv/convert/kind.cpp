// SPDX-License-Identifier: LGPL-2.1-or-later
// The one list of what a conversion reads and writes by itself.
#include "omv/convert/kind.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "omv/convert/avi_frames.h"
#include "omv/convert/avi_writer.h"
#include "omv/convert/gif_frames.h"
#include "omv/convert/gif_writer.h"
#include "omv/convert/imageio_frames.h"
#include "omv/convert/imageio_writer.h"
#include "omv/convert/still_writer.h"
#include "omv/formats/format.h"
#include "omv/recording/avi/layout.h"
#include "omv/recording/gif/contents.h"

namespace omv::convert {

namespace {

constexpr std::size_t kSniffed = 64;

bool looks_like_avi(ConstByteSpan begin) {
  return begin.size() >= avi::kListHeader && load_le<std::uint32_t>(begin.data()) == avi::kRiff &&
         load_le<std::uint32_t>(begin.data() + avi::kChunkHeader) == avi::kAvi;
}

std::string extension_of(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  return extension.empty() ? extension : extension.substr(1);
}

Error not_ours(const std::string& path) {
  return {Errc::unsupported, path + ": not an ImageIO file, a Motion JPEG AVI, a GIF or a still"};
}

}  // namespace

Result<Kind> kind_of_file(const std::string& path) {
  OMV_TRY(const File file, File::open(path, File::Mode::read));
  OMV_TRY(const std::uint64_t size, file.size());
  Bytes begin(static_cast<std::size_t>(std::min<std::uint64_t>(size, kSniffed)));
  OMV_CHECK(file.read_at(0, begin));
  const auto magic = imageio::parse_magic(begin);
  if (magic || magic.error().code == Errc::unsupported) return Kind::imageio;
  if (gif::looks_like_gif(begin)) return Kind::gif;
  if (looks_like_avi(begin)) return Kind::avi;
  return formats::format_by_content(begin) != nullptr ? Kind::still : Kind::other;
}

Kind kind_for_path(const std::string& path) {
  const std::string extension = extension_of(path);
  if (extension == "bin" || extension == "imageio") return Kind::imageio;
  if (extension == "avi" || extension == "mjpeg") return Kind::avi;
  if (extension == "gif") return Kind::gif;
  return formats::format_by_extension(extension) != nullptr ? Kind::still : Kind::other;
}

Result<std::unique_ptr<FrameReader>> open_recording(const std::string& path, Kind kind, const ReaderOptions& options) {
  switch (kind) {
    case Kind::imageio: return open_imageio(path, options.rgb565_order);
    case Kind::avi: return open_avi(path);
    case Kind::gif: return open_gif(path);
    default: return not_ours(path);
  }
}

Result<std::unique_ptr<FrameWriter>> create_recording(const std::string& path, const WriterOptions& options) {
  switch (kind_for_path(path)) {
    case Kind::imageio: return create_imageio(path, options);
    case Kind::avi: return create_avi(path, options);
    case Kind::gif: return create_gif(path, options);
    case Kind::still: return create_stills(path, options);
    default: return not_ours(path);
  }
}

}  // namespace omv::convert
