// SPDX-License-Identifier: LGPL-2.1-or-later
// From the thread of the connection to the loop's, and from events to topics.
#include "runner/messages/broker.h"

#include <charconv>
#include <list>
#include <utility>

#include "rig/host_port.h"
#include "rig/reader.h"
#include "runner/event_loop.h"
#include "runner/messages/mqtt_connection.h"

namespace omv::runner {

namespace {

using namespace std::chrono_literals;

constexpr Time kGoodbye = 2s;
constexpr int kPort = 1883;
constexpr int kTlsPort = 8883;

Result<MqttSettings> settings_of(const rig::Rig& rig) {
  const rig::Notify& notify = rig.notify;
  MqttSettings settings;
  const auto [host, port] = rig::host_port_of(notify.mqtt);
  settings.host = host;
  settings.tls = notify.mqtt.starts_with("mqtts://");
  settings.port = settings.tls ? kTlsPort : kPort;
  if (port) std::from_chars(port->data(), port->data() + port->size(), settings.port);
  settings.user = notify.mqtt_user;
  if (!notify.mqtt_password_file.empty()) {
    OMV_TRY(const std::string text, rig::read_text_file(notify.mqtt_password_file));
    settings.password = text.substr(0, text.find_first_of("\r\n"));
  }
  settings.qos = static_cast<int>(notify.mqtt_qos);
  settings.presence = notify.mqtt_topic + "/" + rig.general.name_of_rig + "/state";
  return settings;
}

}  // namespace

struct Broker::State {
  struct Listener {
    std::string filter;
    OnMessage on_message;
  };

  Log& log;
  std::string prefix;  // of topics
  MqttSettings settings;
  std::unique_ptr<MqttConnection> connection;
  std::list<Listener> listeners;
  bool connected = false;
  std::string told;  // why not, last

  explicit State(Log& where) : log(where) {}

  void dispatch(const std::string& topic, const std::string& payload) {
    for (const Listener& listener : listeners)
      if (topic_matches(listener.filter, topic)) listener.on_message(topic, payload);
  }

  void tell(bool is_connected, const std::string& why) {
    if (is_connected == std::exchange(connected, is_connected) && why == told) return;
    told = why;
    if (is_connected)
      log.info("mqtt", "connected to " + settings.host);
    else
      log.warning("mqtt", "no connection to " + settings.host + ": " + why);
  }

  bool is_listened_to(const std::string& filter) const {
    for (const Listener& listener : listeners)
      if (listener.filter == filter) return true;
    return false;
  }
};

namespace {

class FilterSubscription final : public Broker::Subscription {
 public:
  explicit FilterSubscription(std::function<void()> end) : end_(std::move(end)) {}
  FilterSubscription(const FilterSubscription&) = delete;
  FilterSubscription& operator=(const FilterSubscription&) = delete;
  ~FilterSubscription() override { end_(); }

 private:
  std::function<void()> end_;
};

}  // namespace

Broker::Broker(Log& log) : state_(std::make_shared<State>(log)) {}

Broker::~Broker() {
  if (state_->connection) state_->connection->close(kGoodbye);
}

Result<void> Broker::check(const rig::Rig& rig) {
  if (rig.notify.mqtt.empty()) return {};
  if (const auto settings = settings_of(rig); !settings) return settings.error();
  return {};
}

Result<void> Broker::apply(const rig::Rig& rig) {
  if (rig.notify.mqtt.empty()) {
    state_->connection.reset();
    return {};
  }
  OMV_TRY(const MqttSettings settings, settings_of(rig));
  state_->prefix = rig.notify.mqtt_topic + "/" + rig.general.name_of_rig + "/";
  if (state_->connection && settings == state_->settings) return {};
  const std::weak_ptr<State> weak = state_;
  MqttConnection::Listener listener;
  listener.on_message = [weak](const std::string& topic, const std::string& payload) {
    EventLoop::post([weak, topic, payload] {
      if (const auto state = weak.lock()) state->dispatch(topic, payload);
    });
  };
  listener.on_state = [weak](bool connected, const std::string& why) {
    EventLoop::post([weak, connected, why] {
      if (const auto state = weak.lock()) state->tell(connected, why);
    });
  };
  OMV_TRY(auto connection, MqttConnection::open(settings, std::move(listener)));
  state_->settings = settings;
  state_->connection = std::move(connection);
  for (const auto& heard : state_->listeners) state_->connection->subscribe(heard.filter);
  return {};
}

void Broker::publish(const std::string& event, const std::string& json) {
  if (!state_->connection) return;
  const auto published = state_->connection->publish(state_->prefix + event, json);
  if (!published) state_->log.debug("mqtt", "not told, " + published.error().message + ": " + event);
}

std::unique_ptr<Broker::Subscription> Broker::listen(const std::string& filter, OnMessage on_message) {
  const auto state = state_;
  const auto entry = state->listeners.insert(state->listeners.end(), {filter, std::move(on_message)});
  if (state->connection) state->connection->subscribe(filter);
  return std::make_unique<FilterSubscription>([state, entry, filter] {
    state->listeners.erase(entry);
    if (state->connection && !state->is_listened_to(filter)) state->connection->unsubscribe(filter);
  });
}

}  // namespace omv::runner
