// SPDX-License-Identifier: LGPL-2.1-or-later
// One class per kind of trigger that raises itself.
#include "runner/triggers/trigger_sources.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <utility>

#include "omv/base/file.h"
#include "runner/gst_ptr.h"
#include "runner/messages/broker.h"
#include "runner/pipelines/pipeline.h"
#include "runner/triggers/gpio_source.h"
#include "runner/triggers/wall_timer.h"

namespace omv::runner {

namespace {

using namespace std::chrono_literals;
using rig::TriggerType;

constexpr Time kLook = 250ms;  // how often it is looked whether a file has changed
// Bytes that are kept of a text: so many fit into the facts of a clip, however they are quoted.
constexpr std::size_t kLongestLine = 1000;

// Of bytes from outside.
GstStructure* text_facts(const std::string& bytes) {
  const TextPtr text(g_utf8_make_valid(bytes.c_str(), static_cast<gssize>(bytes.size())));
  return gst_structure_new("omv-trigger", "text", G_TYPE_STRING, text.get(), nullptr);
}

class SignalSource final : public TriggerSource {
 public:
  SignalSource(const rig::Trigger& trigger, const Services& services, RaiseTrigger raise)
      : watch_(services.loop.on_signal(trigger.signal == rig::SignalName::usr1 ? SIGUSR1 : SIGUSR2,
                                       [raise = std::move(raise)] { raise(nullptr); })) {}

 private:
  Watch watch_;
};

class ScheduleSource final : public TriggerSource {
 public:
  ScheduleSource(const rig::Trigger& trigger, const Services& services, RaiseTrigger raise)
      : timer_(services.loop, trigger.schedule, [raise = std::move(raise)](std::time_t) { raise(nullptr); }) {}

 private:
  WallTimer timer_;
};

// Each line raises the trigger and is its text.
class FifoSource final : public TriggerSource {
 public:
  static Result<std::unique_ptr<TriggerSource>> open(const rig::Trigger& trigger, const Services& services,
                                                     RaiseTrigger raise) {
    const std::string& path = trigger.path;
    if (::mkfifo(path.c_str(), 0660) != 0 && errno != EEXIST) return system_error(path, errno);
    struct stat status = {};
    if (::stat(path.c_str(), &status) != 0) return system_error(path, errno);
    if (!S_ISFIFO(status.st_mode)) return Error{Errc::io, path + " is there already and no FIFO"};
    // Open for writing too: it never ends when a writer closes it.
    const int fd = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return system_error(path, errno);
    return std::unique_ptr<TriggerSource>(new FifoSource(fd, services, std::move(raise)));
  }

  FifoSource(const FifoSource&) = delete;
  FifoSource& operator=(const FifoSource&) = delete;
  ~FifoSource() override {
    watch_.reset();
    ::close(fd_);
  }

 private:
  FifoSource(int fd, const Services& services, RaiseTrigger raise)
      : fd_(fd), raise_(std::move(raise)), watch_(services.loop.on_readable(fd, [this] { read_lines(); })) {}

  void read_lines() {
    std::array<char, 4096> bytes{};
    const ssize_t got = ::read(fd_, bytes.data(), bytes.size());
    for (ssize_t i = 0; i < got; ++i) {
      if (bytes[static_cast<std::size_t>(i)] == '\n')
        raise_line();
      else if (line_.size() < kLongestLine)
        line_ += bytes[static_cast<std::size_t>(i)];
    }
  }

  void raise_line() {
    const StructurePtr facts(text_facts(std::exchange(line_, "")));
    raise_(facts.get());
  }

  int fd_;
  RaiseTrigger raise_;
  std::string line_;
  Watch watch_;
};

// A file that is written, or appears.
class ChangeSource final : public TriggerSource {
 public:
  ChangeSource(const rig::Trigger& trigger, const Services& services, RaiseTrigger raise)
      : path_(trigger.path),
        raise_(std::move(raise)),
        before_(look()),
        watch_(services.loop.every(kLook, [this] { compare(); })) {}

 private:
  struct Version {
    ino_t inode;
    off_t size;
    time_t seconds;
    long nanoseconds;

    bool operator==(const Version&) const = default;
  };

  std::optional<Version> look() const {
    struct stat status = {};
    if (::stat(path_.c_str(), &status) != 0) return std::nullopt;
    return Version{status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
  }

  void compare() {
    const auto now = look();
    const auto before = std::exchange(before_, now);
    if (now && now != before) raise_(nullptr);
  }

  std::string path_;
  RaiseTrigger raise_;
  std::optional<Version> before_;
  Watch watch_;
};

Result<std::unique_ptr<TriggerSource>> file_source(const rig::Trigger& trigger, const Services& services,
                                                   RaiseTrigger raise) {
  if (trigger.watch == rig::FileWatch::fifo) return FifoSource::open(trigger, services, std::move(raise));
  return std::unique_ptr<TriggerSource>(std::make_unique<ChangeSource>(trigger, services, std::move(raise)));
}

// A message of a topic raises the trigger, and is its text.
class MqttSource final : public TriggerSource {
 public:
  MqttSource(const rig::Trigger& trigger, const Services& services, RaiseTrigger raise)
      : payload_(trigger.has("payload") ? std::optional(trigger.payload) : std::nullopt),
        raise_(std::move(raise)),
        subscription_(services.broker->listen(
            trigger.topic, [this](const std::string& topic, const std::string& payload) { hear(topic, payload); })) {}

 private:
  void hear(const std::string& topic, const std::string& payload) {
    if (payload_ && payload != *payload_) return;
    const StructurePtr facts(text_facts(payload.substr(0, kLongestLine)));
    gst_structure_set(facts.get(), "topic", G_TYPE_STRING, topic.c_str(), nullptr);
    raise_(facts.get());
  }

  std::optional<std::string> payload_;  // none: any
  RaiseTrigger raise_;
  std::unique_ptr<Broker::Subscription> subscription_;
};

// ---- what elements say ---------------------------------------------------------------------------------------------

std::optional<double> number_in(const GValue* value) {
  if (value == nullptr) return std::nullopt;
  if (GST_VALUE_HOLDS_ARRAY(value))
    return gst_value_array_get_size(value) > 0 ? number_in(gst_value_array_get_value(value, 0)) : std::nullopt;
  if (GST_VALUE_HOLDS_LIST(value))
    return gst_value_list_get_size(value) > 0 ? number_in(gst_value_list_get_value(value, 0)) : std::nullopt;
  if (g_strcmp0(G_VALUE_TYPE_NAME(value), "GValueArray") == 0) {  // of level; GLib would rather not know the type
    const auto* array = static_cast<const GValueArray*>(g_value_get_boxed(value));
    return array != nullptr && array->n_values > 0 ? number_in(array->values) : std::nullopt;
  }
  GValue number = G_VALUE_INIT;
  g_value_init(&number, G_TYPE_DOUBLE);
  const bool is_number = !G_VALUE_HOLDS_STRING(value) && g_value_transform(value, &number) != FALSE;
  return is_number ? std::optional(g_value_get_double(&number)) : std::nullopt;
}

bool message_fits(const rig::Trigger& trigger, const GstStructure* said) {
  if (!gst_structure_has_name(said, trigger.message.c_str())) return false;
  if (trigger.field.empty()) return true;
  const auto value = number_in(gst_structure_get_value(said, trigger.field.c_str()));
  if (!trigger.above && !trigger.below) return gst_structure_has_field(said, trigger.field.c_str()) != FALSE;
  return value && (!trigger.above || *value > *trigger.above) && (!trigger.below || *value < *trigger.below);
}

bool script_fits(const rig::Trigger& trigger, const GstStructure* said) {
  return trigger.script_name.empty() ||
         g_strcmp0(trigger.script_name.c_str(), gst_structure_get_string(said, "source")) == 0;
}

}  // namespace

Result<std::unique_ptr<TriggerSource>> make_trigger_source(const rig::Trigger& trigger, const Services& services,
                                                           RaiseTrigger raise) {
  switch (trigger.type) {
    case TriggerType::signal:
      return std::unique_ptr<TriggerSource>(std::make_unique<SignalSource>(trigger, services, std::move(raise)));
    case TriggerType::schedule:
      return std::unique_ptr<TriggerSource>(std::make_unique<ScheduleSource>(trigger, services, std::move(raise)));
    case TriggerType::file: return file_source(trigger, services, std::move(raise));
    case TriggerType::gpio: return open_gpio_source(trigger, services, std::move(raise));
    case TriggerType::mqtt:
      return std::unique_ptr<TriggerSource>(std::make_unique<MqttSource>(trigger, services, std::move(raise)));
    default: return std::unique_ptr<TriggerSource>();
  }
}

bool is_raised_by(const rig::Trigger& trigger, const std::string& camera, GstMessage* message) {
  const GstStructure* said = gst_message_get_structure(message);
  if (said == nullptr || trigger.camera != camera) return false;
  const bool is_trigger = gst_structure_has_name(said, "omv-trigger") != FALSE;
  const TextPtr element(gst_object_get_name(GST_MESSAGE_SRC(message)));
  switch (trigger.type) {
    case TriggerType::motion: return is_trigger && trigger.name == element.get();
    case TriggerType::script:
      return is_trigger && is_made_by(GST_MESSAGE_SRC(message), "omvsrc") && script_fits(trigger, said);
    case TriggerType::message: return message_fits(trigger, said);
    default: return false;
  }
}

}  // namespace omv::runner
