// SPDX-License-Identifier: LGPL-2.1-or-later
// Passwords stand in front of an @, passphrases behind a question mark.
#include "runner/pipelines/without_secrets.h"

#include <algorithm>

namespace omv::runner {

namespace {

constexpr const char* kScheme = "://";
constexpr std::size_t kSchemeSize = 3;
constexpr const char* kEnds = " \t\r\n\"'<>`";  // what no address has

std::string bare(const std::string& address) {
  const std::string path = address.substr(0, address.find_first_of("?#"));
  const std::size_t at = path.rfind('@', path.find('/'));
  return at == std::string::npos ? path : path.substr(at + 1);
}

}  // namespace

std::string without_secrets(const std::string& text) {
  std::string shown;
  std::size_t from = 0;
  for (std::size_t at = text.find(kScheme); at != std::string::npos; at = text.find(kScheme, from)) {
    const std::size_t begin = at + kSchemeSize;
    const std::size_t end = std::min(text.find_first_of(kEnds, begin), text.size());
    shown += text.substr(from, begin - from) + bare(text.substr(begin, end - begin));
    from = end;
  }
  return shown + text.substr(from);
}

}  // namespace omv::runner
