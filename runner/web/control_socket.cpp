// SPDX-License-Identifier: LGPL-2.1-or-later
// Directories for sockets that nobody else can put anything into.
#include "runner/web/control_socket.h"

#include <glob.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <set>

#include "omv/base/file.h"

namespace omv::runner::web {

namespace {

constexpr std::string_view kSuffix = ".sock";

bool is_ours_alone(const std::string& directory) {
  struct stat facts {};
  if (::lstat(directory.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) return false;
  return facts.st_uid == ::geteuid() && (facts.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/// False where anybody may have put sockets before us.
bool is_trusted(const std::string& directory) { return !directory.starts_with("/tmp/") || is_ours_alone(directory); }

bool is_socket(const std::string& path) {
  struct stat facts {};
  return ::lstat(path.c_str(), &facts) == 0 && S_ISSOCK(facts.st_mode);
}

/// True when somebody takes connections there.
bool is_listened_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return false;
  const int failed = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const bool listened = failed == 0 || errno == EAGAIN || errno == EINPROGRESS;
  ::close(socket);
  return listened;
}

void add_matches(const std::string& directory, std::string_view rig, std::vector<std::string>& sockets) {
  glob_t matches{};
  const std::string pattern = directory + "/" + (rig.empty() ? "*" : std::string(rig)) + std::string(kSuffix);
  if (::glob(pattern.c_str(), 0, nullptr, &matches) == 0)
    for (std::size_t i = 0; i < matches.gl_pathc; ++i)
      if (is_listened_to(matches.gl_pathv[i])) sockets.emplace_back(matches.gl_pathv[i]);
  ::globfree(&matches);
}

}  // namespace

std::vector<std::string> socket_directories() {
  std::vector<std::string> directories;
  if (const char* unit = std::getenv("RUNTIME_DIRECTORY"); unit != nullptr && *unit != '\0')
    directories.emplace_back(std::string(unit).substr(0, std::string_view(unit).find(':')));
  if (const char* user = std::getenv("XDG_RUNTIME_DIR"); user != nullptr && *user != '\0')
    directories.emplace_back(std::string(user) + "/omv");
  directories.emplace_back("/run/omv");
  directories.emplace_back("/tmp/omv-" + std::to_string(::geteuid()));
  return directories;
}

Result<std::string> make_socket_path(std::string_view rig) {
  const auto directories = socket_directories();
  for (const std::string& directory : directories)
    if (::mkdir(directory.c_str(), S_IRWXU) == 0 || is_ours_alone(directory))
      return directory + "/" + std::string(rig) + std::string(kSuffix);
  return Error{Errc::io, "no directory for the rig's socket: neither " + directories.front() + " nor " +
                             directories.back() + " can be made, or belongs to this user alone"};
}

std::vector<std::string> find_sockets(std::string_view rig) {
  std::vector<std::string> sockets;
  std::set<std::string> seen;
  for (const std::string& directory : socket_directories())
    if (is_trusted(directory) && seen.insert(directory).second) add_matches(directory, rig, sockets);
  return sockets;
}

Result<void> free_socket_path(const std::string& path) {
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) != 0) return {};
  if (!is_socket(path)) return Error{Errc::exists, path + " is in the way of the rig's socket"};
  if (is_listened_to(path)) return Error{Errc::busy, "a rig of this name runs already; it listens to " + path};
  if (::unlink(path.c_str()) != 0) return system_error("can't delete the old socket " + path, errno);
  return {};
}

}  // namespace omv::runner::web
