// SPDX-License-Identifier: LGPL-2.1-or-later
// The MQTT broker of [notify]: what happens goes there, and triggers come from there.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "omv/base/result.h"
#include "rig/model.h"
#include "runner/log.h"

namespace omv::runner {

/// Nothing waits for the broker; it may come and go. A build without libmosquitto has one that does nothing, and a
/// rig that names one is wrong there (rig::Machine). Of the loop's thread.
class Broker {
 public:
  /// Called on the loop's thread.
  using OnMessage = std::function<void(const std::string& topic, const std::string& payload)>;

  /// Hears messages as long as it lives; goes before its broker.
  class Subscription {
   public:
    virtual ~Subscription() = default;
  };

  explicit Broker(Log& log);
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  /// Says goodbye behind what is still to be sent, for which it waits two seconds at most.
  ~Broker();

  /// What apply() would fail for, as far as that can be known without a connection.
  static Result<void> check(const rig::Rig& rig);

  /// The broker from now on; subscriptions stay. Errc::io: the password can't be read; Errc::invalid: not an address.
  Result<void> apply(const rig::Rig& rig);

  /// An event to TOPIC/RIG/EVENT. Nothing without a broker.
  void publish(const std::string& event, const std::string& json);

  /// Messages that are new, not those that the broker has retained.
  std::unique_ptr<Subscription> listen(const std::string& filter, OnMessage on_message);

 private:
  struct State;

  std::shared_ptr<State> state_;
};

}  // namespace omv::runner
