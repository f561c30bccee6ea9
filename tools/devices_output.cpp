// SPDX-License-Identifier: LGPL-2.1-or-later
// Columns as wide as they have to be, and JSON.
#include "devices_output.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "runner/json.h"

namespace omv::tool {

namespace {

using camera::PortKind;
using camera::SerialPort;
using Row = std::array<std::string, 5>;

constexpr const char* kNothing = "-";

std::string or_nothing(const std::string& text) { return text.empty() ? kNothing : text; }

std::string state_of(const Device& device) {
  if (device.obstacle != Obstacle::none) return device.message;
  return device.port.kind == PortKind::possible_camera ? "ready, if it runs OpenMV's firmware" : "ready";
}

std::string board_of(const SerialPort& port) { return port.is_camera() ? port.board : to_string(port.usb); }

Row row_of(const Device& device) {
  const SerialPort& port = device.port;
  return {board_of(port), or_nothing(port.serial), port.path, or_nothing(port.protocols), state_of(device)};
}

const char* name_of(PortKind kind) {
  switch (kind) {
    case PortKind::camera: return "camera";
    case PortKind::possible_camera: return "possible-camera";
    case PortKind::other: return "other";
  }
  return "";
}

const char* name_of(Obstacle obstacle) {
  switch (obstacle) {
    case Obstacle::none: return "";
    case Obstacle::missing: return "missing";
    case Obstacle::forbidden: return "permission";
    case Obstacle::busy: return "busy";
  }
  return "";
}

JsonNode* text_or_null(const std::string& text) { return text.empty() ? json::null_node() : json::text_node(text); }

JsonNode* protocols_node(const std::string& protocols) {
  json::Array array;
  std::istringstream names(protocols);
  for (std::string name; std::getline(names >> std::ws, name, ',');) array.add(json::text_node(name));
  return array.take();
}

JsonNode* users_node(const std::vector<camera::PortUser>& users) {
  json::Array array;
  for (const camera::PortUser& user : users)
    array.add(json::Object().add("pid", user.pid).add("name", user.name).take());
  return array.take();
}

void add_device(json::Object& object, const Device& device) {
  const SerialPort& port = device.port;
  object.add("board", text_or_null(port.board))
      .add("serial", text_or_null(port.serial))
      .add("path", port.path)
      .add("device", port.device())
      .add("vid", port.usb.vid)
      .add("pid", port.usb.pid)
      .add("kind", name_of(port.kind))
      .add("protocols", protocols_node(port.protocols))
      .add("usable", device.obstacle == Obstacle::none)
      .add("problem", text_or_null(name_of(device.obstacle)))
      .add("message", text_or_null(device.message))
      .add("users", users_node(device.users));
}

std::string format(const std::vector<Row>& rows) {
  std::array<std::size_t, std::tuple_size_v<Row> - 1> widths{};  // the last column is as long as it likes
  for (const Row& row : rows)
    for (std::size_t n = 0; n < widths.size(); ++n) widths[n] = std::max(widths[n], row[n].size());
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t n = 0; n < widths.size(); ++n) text += row[n] + std::string(widths[n] - row[n].size() + 2, ' ');
    text += row.back() + "\n";
  }
  return text;
}

}  // namespace

std::string devices_table(const std::vector<Device>& devices) {
  if (devices.empty()) return "";
  std::vector<Row> rows = {{"BOARD", "SERIAL", "PORT", "PROTOCOL", "STATE"}};
  for (const Device& device : devices) rows.push_back(row_of(device));
  return format(rows);
}

std::string device_line(const SerialPort& port) {
  return board_of(port) + (port.serial.empty() ? "" : ", serial number " + port.serial) + ", on " + port.path;
}

std::string devices_json(const std::vector<Device>& devices) {
  json::Array array;
  for (const Device& device : devices) {
    json::Object object;
    add_device(object, device);
    array.add(object.take());
  }
  return json::to_text(array.take(), true) + "\n";
}

std::string change_json(const char* event, const Device& device) {
  json::Object object;
  object.add("event", event);
  add_device(object, device);
  return json::to_text(object.take(), false) + "\n";
}

}  // namespace omv::tool
