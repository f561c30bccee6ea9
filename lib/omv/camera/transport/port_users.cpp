// SPDX-License-Identifier: LGPL-2.1-or-later
// A walk through /proc/PID/fd.
#include "omv/camera/transport/port_users.h"

#include <dirent.h>
#include <grp.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <memory>
#include <optional>

namespace omv::camera {

namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

std::optional<dev_t> device_number(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISCHR(status.st_mode)) return std::nullopt;
  return status.st_rdev;
}

std::optional<int> process_number(std::string_view name) {
  int pid = 0;
  const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), pid);
  if (failed != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return pid;
}

std::string program_name(const std::string& process) {
  std::ifstream in(process + "/comm");
  std::string name;
  std::getline(in, name);
  // A program may call itself anything.
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return c < ' ' || c == 0x7F; }, '?');
  return name.empty() ? "?" : name;
}

enum class Looked { has_it, has_it_not, forbidden };

Looked look_at(const std::string& process, dev_t device) {
  const std::string folder = process + "/fd";
  const Directory files(::opendir(folder.c_str()));
  if (!files) return errno == EACCES || errno == EPERM ? Looked::forbidden : Looked::has_it_not;
  while (const dirent* file = ::readdir(files.get()))
    if (device_number(folder + "/" + file->d_name) == device) return Looked::has_it;
  return Looked::has_it_not;
}

}  // namespace

PortUsers find_port_users(const std::string& path, const std::string& proc) {
  PortUsers found;
  const auto device = device_number(path);
  const Directory processes(::opendir(proc.c_str()));
  if (!device || !processes) return found;
  while (const dirent* entry = ::readdir(processes.get())) {
    const auto pid = process_number(entry->d_name);
    if (!pid) continue;
    const std::string process = proc + "/" + entry->d_name;
    const Looked looked = look_at(process, *device);
    if (looked == Looked::has_it) found.users.push_back({*pid, program_name(process)});
    if (looked == Looked::forbidden) found.complete = false;
  }
  std::sort(found.users.begin(), found.users.end(), [](const PortUser& a, const PortUser& b) { return a.pid < b.pid; });
  return found;
}

std::string describe_users(const PortUsers& users) {
  if (users.users.empty())
    return users.complete ? "another program" : "a program of another user (sudo omv devices says which)";
  std::string text;
  for (const PortUser& user : users.users)
    text += (text.empty() ? "" : " and ") + user.name + " (process " + std::to_string(user.pid) + ")";
  return text;
}

std::string group_of_device(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return {};
  const group* entry = ::getgrgid(status.st_gid);
  return entry != nullptr ? entry->gr_name : std::to_string(status.st_gid);
}

std::string permission_advice(const std::string& path) {
  const std::string group = group_of_device(path);
  return "members of the group '" + group + "' may open it (sudo adduser $USER " + group +
         ", then log in again), and with the udev rule 50-openmv.rules of this project whoever sits at the machine";
}

}  // namespace omv::camera
