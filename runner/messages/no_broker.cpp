// SPDX-License-Identifier: LGPL-2.1-or-later
// A build without libmosquitto: rigs with a broker are refused before they get here.
#include "runner/messages/broker.h"

namespace omv::runner {

struct Broker::State {};

Broker::Broker(Log&) {}
Broker::~Broker() = default;

Result<void> Broker::check(const rig::Rig& rig) {
  if (rig.notify.mqtt.empty()) return {};
  return Error{Errc::unsupported, "this build of omv knows no MQTT"};
}

Result<void> Broker::apply(const rig::Rig& rig) { return check(rig); }

void Broker::publish(const std::string&, const std::string&) {}

std::unique_ptr<Broker::Subscription> Broker::listen(const std::string&, OnMessage) { return nullptr; }

}  // namespace omv::runner
