// SPDX-License-Identifier: LGPL-2.1-or-later
// One script out of four properties.
#include "common/capture_request.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "omv/camera/capture_script.h"

namespace omv::gst {

namespace {

constexpr std::size_t kLongestScript = 1024 * 1024;  // what the heap of a camera holds

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

Error bad_script(const std::string& path, const std::string& why) {
  return {Errc::invalid, "script '" + path + "' " + why};
}

// May be a pipe, so it is read once and to its end.
Result<std::string> read_script(const std::string& path) {
  const std::unique_ptr<std::FILE, Closer> file(std::fopen(path.c_str(), "re"));
  if (!file) return Error{Errc::io, "script '" + path + "': " + std::strerror(errno)};
  std::string text;
  std::array<char, 4096> piece;
  while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), file.get())) {
    text.append(piece.data(), got);
    if (text.size() > kLongestScript)
      return bad_script(path, "is larger than " + std::to_string(kLongestScript) + " bytes");
  }
  if (std::ferror(file.get()) != 0) return Error{Errc::io, "script '" + path + "': " + std::strerror(errno)};
  if (text.empty()) return bad_script(path, "is empty; there is nothing to run");
  if (const std::size_t nul = text.find('\0'); nul != std::string::npos)
    return bad_script(path, "is not MicroPython text: byte " + std::to_string(nul) + " is NUL");
  return text;
}

Result<std::string> built_in_script(const CaptureRequest& request) {
  camera::CaptureSettings settings;
  if (!request.pixformat.empty()) settings.pixformat = request.pixformat;
  if (!request.framesize.empty()) settings.framesize = request.framesize;
  return camera::make_capture_script(settings);
}

// pixformat and framesize go into the built-in script and nowhere else.
Result<void> check_exclusive(const CaptureRequest& request) {
  if (request.script.empty() && request.script_text.empty()) return {};
  const std::string script = request.script.empty() ? "script-text" : "script '" + request.script + "'";
  if (!request.script.empty() && !request.script_text.empty())
    return Error{Errc::invalid, script + " and script-text exclude each other; set one of them"};
  const bool format = !request.pixformat.empty();
  if (!format && request.framesize.empty()) return {};
  return Error{Errc::invalid, (format ? "pixformat '" + request.pixformat : "framesize '" + request.framesize) +
                                  "' is for the built-in script; " + script + " has to set its own"};
}

Result<std::string> script_of(const CaptureRequest& request) {
  OMV_CHECK(check_exclusive(request));
  if (!request.script_text.empty()) return request.script_text;
  if (!request.script.empty()) return read_script(request.script);
  return built_in_script(request);
}

}  // namespace

bool is_built_in(const CaptureRequest& request) { return request.script.empty() && request.script_text.empty(); }

Result<camera::HostOptions> host_options(const CaptureRequest& request) {
  camera::HostOptions options;
  OMV_TRY(options.script, script_of(request));
  if (request.raw) options.stream = {true, kMaxDimension, kMaxDimension};
  return options;
}

}  // namespace omv::gst
