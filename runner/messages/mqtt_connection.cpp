// SPDX-License-Identifier: LGPL-2.1-or-later
// libmosquitto: names are looked up and sockets connected where that may take its time.
#include "runner/messages/mqtt_connection.h"

#include <mosquitto.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "runner/backoff.h"
#include "runner/guarded.h"

namespace omv::runner {

namespace {

using namespace std::chrono_literals;

constexpr const char* kOnline = "online";
constexpr const char* kOffline = "offline";
constexpr int kKeepAlive = 30;  // seconds
constexpr int kLoop = 200;      // ms that one look at the socket takes at most
constexpr Time kFirstDelay = 500ms;
constexpr Time kLongestDelay = 30s;

struct MosquittoDeleter {
  void operator()(mosquitto* client) const { mosquitto_destroy(client); }
};

std::string error_text(int code) { return code == MOSQ_ERR_ERRNO ? std::strerror(errno) : mosquitto_strerror(code); }

}  // namespace

// Belongs to the connection and to its thread, which may be in the middle of a connect when the connection goes.
struct MqttConnection::Core {
  const MqttSettings settings;
  const Listener listener;
  std::unique_ptr<mosquitto, MosquittoDeleter> client;
  std::atomic<std::size_t> waiting = 0;
  std::atomic<bool> connected = false;

  std::mutex mutex;
  std::condition_variable changed;
  std::set<std::string> filters;
  bool closing = false;
  bool ended = false;

  Core(MqttSettings wanted, Listener who) : settings(std::move(wanted)), listener(std::move(who)) {}

  int prepare();
  void run();
  int connect_and_serve(bool is_first);
  bool rest(Time delay);
  void on_connect();
  int send(const std::string& topic, const std::string& payload, bool retain);

  static Core& of(void* object) { return *static_cast<Core*>(object); }
};

int MqttConnection::Core::prepare() {
  mosquitto_lib_init();
  client.reset(mosquitto_new(nullptr, true, this));
  if (!client) return MOSQ_ERR_NOMEM;
  mosquitto_threaded_set(client.get(), true);
  mosquitto_connect_callback_set(client.get(), [](mosquitto*, void* self, int refused) {
    if (refused == 0) guarded([&] { of(self).on_connect(); });
  });
  mosquitto_publish_callback_set(client.get(), [](mosquitto*, void* self, int) {
    if (of(self).settings.qos > 0 && of(self).waiting > 0) --of(self).waiting;
    of(self).changed.notify_all();
  });
  mosquitto_message_callback_set(client.get(), [](mosquitto*, void* self, const mosquitto_message* message) {
    if (message->retain) return;  // what was, not what happens
    const auto* payload = static_cast<const char*>(message->payload);
    const auto size = static_cast<std::size_t>(message->payloadlen);
    guarded([&] { of(self).listener.on_message(message->topic, std::string(payload, payload + size)); });
  });
  int code = mosquitto_will_set(client.get(), settings.presence.c_str(), static_cast<int>(std::strlen(kOffline)),
                                kOffline, settings.qos, true);
  if (code == MOSQ_ERR_SUCCESS && !settings.user.empty())
    code = mosquitto_username_pw_set(client.get(), settings.user.c_str(), settings.password.c_str());
  if (code == MOSQ_ERR_SUCCESS && settings.tls) code = mosquitto_int_option(client.get(), MOSQ_OPT_TLS_USE_OS_CERTS, 1);
  return code;
}

// Messages that have a quality of service stay with the client until the broker has them.
int MqttConnection::Core::send(const std::string& topic, const std::string& payload, bool retain) {
  const bool waits = settings.qos > 0;
  if (waits) ++waiting;
  int code = mosquitto_publish(client.get(), nullptr, topic.c_str(), static_cast<int>(payload.size()), payload.data(),
                               settings.qos, retain);
  if (waits && code == MOSQ_ERR_NO_CONN) code = MOSQ_ERR_SUCCESS;
  if (waits && code != MOSQ_ERR_SUCCESS) --waiting;
  return code;
}

void MqttConnection::Core::on_connect() {
  send(settings.presence, kOnline, true);
  {
    const std::lock_guard hold(mutex);
    for (const std::string& filter : filters) mosquitto_subscribe(client.get(), nullptr, filter.c_str(), settings.qos);
    connected = true;
  }
  listener.on_state(true, "");
}

// The will is for those who do not say goodbye.
int MqttConnection::Core::connect_and_serve(bool is_first) {
  int code = is_first ? mosquitto_connect(client.get(), settings.host.c_str(), settings.port, kKeepAlive)
                      : mosquitto_reconnect(client.get());
  for (bool is_leaving = false; code == MOSQ_ERR_SUCCESS; code = mosquitto_loop(client.get(), kLoop, 1)) {
    if (is_leaving || rest(Time(0))) continue;
    is_leaving = true;
    if (connected) send(settings.presence, kOffline, true);
    mosquitto_disconnect(client.get());
  }
  return code;
}

// False: it is over.
bool MqttConnection::Core::rest(Time delay) {
  std::unique_lock hold(mutex);
  return !changed.wait_for(hold, delay, [this] { return closing; });
}

void MqttConnection::Core::run() {
  Backoff backoff(kFirstDelay, kLongestDelay);
  for (bool is_first = true; rest(Time(0)); is_first = false) {
    const int code = connect_and_serve(is_first);
    if (connected.exchange(false)) backoff.reset();
    if (!rest(Time(0))) break;
    listener.on_state(false, error_text(code));
    if (!rest(backoff.next())) break;
  }
  const std::lock_guard hold(mutex);
  ended = true;
  changed.notify_all();
}

Result<std::unique_ptr<MqttConnection>> MqttConnection::open(const MqttSettings& settings, Listener listener) {
  auto core = std::make_shared<Core>(settings, std::move(listener));
  const int code = core->prepare();
  if (code != MOSQ_ERR_SUCCESS) return Error{Errc::invalid, error_text(code)};
  std::thread([core] { core->run(); }).detach();
  return std::unique_ptr<MqttConnection>(new MqttConnection(std::move(core)));
}

MqttConnection::~MqttConnection() { close(Time(0)); }

Result<void> MqttConnection::publish(const std::string& topic, const std::string& payload) {
  if (core_->waiting >= kMostWaiting)
    return Error{Errc::limit, std::to_string(kMostWaiting) + " messages wait for the broker already"};
  const int code = core_->send(topic, payload, false);
  return code == MOSQ_ERR_SUCCESS ? Result<void>() : Error{Errc::io, error_text(code)};
}

void MqttConnection::subscribe(const std::string& filter) {
  const std::lock_guard hold(core_->mutex);
  if (core_->filters.insert(filter).second && core_->connected)
    mosquitto_subscribe(core_->client.get(), nullptr, filter.c_str(), core_->settings.qos);
}

void MqttConnection::unsubscribe(const std::string& filter) {
  const std::lock_guard hold(core_->mutex);
  if (core_->filters.erase(filter) > 0 && core_->connected)
    mosquitto_unsubscribe(core_->client.get(), nullptr, filter.c_str());
}

void MqttConnection::close(Time patience) {
  std::unique_lock hold(core_->mutex);
  const auto end = std::chrono::steady_clock::now() + patience;
  const auto wait_for = [&](auto condition) {
    if (core_->connected && patience > Time(0)) core_->changed.wait_until(hold, end, condition);
  };
  wait_for([this] { return core_->waiting == 0 || core_->ended; });
  core_->closing = true;
  core_->changed.notify_all();
  wait_for([this] { return core_->ended; });
}

bool topic_matches(const std::string& filter, const std::string& topic) {
  bool matches = false;
  return mosquitto_topic_matches_sub(filter.c_str(), topic.c_str(), &matches) == MOSQ_ERR_SUCCESS && matches;
}

}  // namespace omv::runner
