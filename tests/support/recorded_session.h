// SPDX-License-Identifier: LGPL-2.1-or-later
// Sessions of genuine firmware: lines {"t": seconds, "dir": "H>D" or "D>H", "hex": bytes}.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "omv/base/clock.h"
#include "omv/camera/v2/packet.h"

namespace omv::camera::test {

struct Chunk {
  Time time{0};
  bool from_host = false;
  Bytes bytes;
};

struct TimedPacket {
  Time time{0};
  PacketHeader header;
  Bytes payload;
};

struct RecordedSession {
  std::vector<Chunk> chunks;

  /// The whole packets of one direction; `left` are the bytes that were none.
  std::vector<TimedPacket> packets(bool from_host, std::size_t* left = nullptr) const {
    std::vector<TimedPacket> out;
    PacketScanner scanner(0);
    std::size_t fed = 0, used = 0;
    for (const Chunk& chunk : chunks) {
      if (chunk.from_host != from_host) continue;
      fed += scanner.append(chunk.bytes);
      while (const auto header = scanner.header()) {
        if (!scanner.complete(*header)) break;
        if (!scanner.payload_intact(*header)) {
          scanner.skip_byte();
          continue;
        }
        const ConstByteSpan payload = scanner.payload(*header);
        out.push_back({chunk.time, *header, Bytes(payload.begin(), payload.end())});
        used += packet_size(header->length);
        scanner.skip_packet(*header);
      }
    }
    if (left != nullptr) *left = fed - used;
    return out;
  }
};

inline Bytes from_hex(const std::string& hex) {
  Bytes out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    out.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return out;
}

/// nullopt when the samples are not beside the source tree.
inline std::optional<RecordedSession> load_recorded_session(const std::string& name) {
  const char* root = std::getenv("OMV_SOURCE_ROOT");
  if (root == nullptr) return std::nullopt;
  std::ifstream file(std::filesystem::path(root) / "../shared/samples/protocol" / name);
  if (!file) return std::nullopt;
  const auto text_after = [](const std::string& line, const std::string& key) {
    const std::size_t at = line.find("\"" + key + "\": \"") + key.size() + 5;
    return line.substr(at, line.find('"', at) - at);
  };
  RecordedSession session;
  for (std::string line; std::getline(file, line);) {
    const double seconds = std::stod(line.substr(line.find("\"t\": ") + 5));
    session.chunks.push_back({Time(static_cast<std::int64_t>(seconds * 1e9)), text_after(line, "dir") == "H>D",
                              from_hex(text_after(line, "hex"))});
  }
  return session;
}

}  // namespace omv::camera::test
