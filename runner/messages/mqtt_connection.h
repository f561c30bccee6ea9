// SPDX-License-Identifier: LGPL-2.1-or-later
// A connection to an MQTT broker that keeps itself, on a thread of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "omv/base/clock.h"
#include "omv/base/result.h"

namespace omv::runner {

struct MqttSettings {
  std::string host;
  int port = 1883;
  bool tls = false;  ///< with the certificates that the system trusts
  std::string user;  ///< empty: none
  std::string password;
  int qos = 1;
  std::string presence;  ///< topic that holds "online" or "offline", also after a crash; retained

  bool operator==(const MqttSettings&) const = default;
};

/// Any thread; nothing here waits for the broker, except for close().
class MqttConnection {
 public:
  static constexpr std::size_t kMostWaiting = 1000;  ///< messages for a broker that is not there

  /// Both are called on the connection's thread.
  struct Listener {
    std::function<void(const std::string& topic, const std::string& payload)> on_message;  ///< none that are retained
    std::function<void(bool connected, const std::string& why_not)> on_state;              ///< when it changes
  };

  /// Errc::invalid: what libmosquitto says of the settings.
  static Result<std::unique_ptr<MqttConnection>> open(const MqttSettings& settings, Listener listener);

  MqttConnection(const MqttConnection&) = delete;
  MqttConnection& operator=(const MqttConnection&) = delete;
  ~MqttConnection();  ///< close() without a wait

  /// With QoS 1 and 2 a message waits for the broker. Errc::limit: too many do already; Errc::io: it was not taken.
  Result<void> publish(const std::string& topic, const std::string& payload);

  void subscribe(const std::string& filter);
  void unsubscribe(const std::string& filter);

  /// Says goodbye behind what is to be sent, and waits until that has happened, or for so long.
  void close(Time patience);

 private:
  struct Core;

  explicit MqttConnection(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  std::shared_ptr<Core> core_;
};

/// True when a topic is one of those that the filter, with its wildcards, stands for.
bool topic_matches(const std::string& filter, const std::string& topic);

}  // namespace omv::runner
