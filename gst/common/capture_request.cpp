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

camera::CaptureSettings capture_settings(const CaptureRequest& request) {
  camera::CaptureSettings settings;
  if (!request.pixformat.empty()) settings.pixformat = request.pixformat;
  if (!request.framesize.empty()) settings.framesize = request.framesize;
  if (request.quality > 0) settings.quality = request.quality;
  if (request.framerate > 0) settings.framerate = request.framerate;
  return settings;
}

// "quality 80": the first of the settings that go into the built-in script and nowhere else; empty: none is set.
std::string first_setting(const CaptureRequest& request) {
  if (!request.pixformat.empty()) return "pixformat '" + request.pixformat + "'";
  if (!request.framesize.empty()) return "framesize '" + request.framesize + "'";
  if (request.quality > 0) return "quality " + std::to_string(request.quality);
  if (request.framerate > 0) return "framerate " + std::to_string(request.framerate);
  return {};
}

Result<void> check_exclusive(const CaptureRequest& request) {
  if (is_built_in(request)) return {};
  const std::string script = request.script.empty() ? "script-text" : "script '" + request.script + "'";
  if (!request.script.empty() && !request.script_text.empty())
    return Error{Errc::invalid, script + " and script-text exclude each other; set one of them"};
  const std::string setting = first_setting(request);
  if (setting.empty()) return {};
  return Error{Errc::invalid, setting + " is for the built-in script; " + script + " has to set its own"};
}

}  // namespace

bool is_built_in(const CaptureRequest& request) { return request.script.empty() && request.script_text.empty(); }

Result<camera::HostOptions> host_options(const CaptureRequest& request) {
  OMV_CHECK(check_exclusive(request));
  camera::HostOptions options;
  if (is_built_in(request)) {
    OMV_TRY(options.script, camera::make_capture_script(capture_settings(request)));
    OMV_TRY(options.legacy_script, camera::make_legacy_capture_script(capture_settings(request)));
  } else if (!request.script_text.empty()) {
    options.script = request.script_text;
  } else {
    OMV_TRY(options.script, read_script(request.script));
  }
  if (request.raw) options.stream = {true, kMaxDimension, kMaxDimension};
  return options;
}

}  // namespace omv::gst
