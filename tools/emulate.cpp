// SPDX-License-Identifier: LGPL-2.1-or-later
// `omv emulate`: serves emulated cameras until it is told to stop.
#include <glib.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands.h"
#include "emulate_control.h"
#include "omv/emulator/board_profile.h"
#include "omv/emulator/server.h"
#include "omv/emulator/udp_server.h"

namespace omv::tool {

namespace {

using namespace std::chrono_literals;
using emulator::CameraEvent;
using emulator::EmulatorOptions;

constexpr const char* kDefaultHost = "127.0.0.1";
constexpr std::uint16_t kDefaultPort = 5555;
constexpr int kTickMs = 100;  // how often the end and the rates are looked at

// --- The command line ---

struct Arguments {
  EmulatorOptions camera;
  char* tcp = nullptr;
  char* udp = nullptr;
  char* link = nullptr;
  gboolean pty = FALSE;
  gboolean once = FALSE;
  gboolean list_boards = FALSE;

  ~Arguments() {
    g_free(tcp);
    g_free(udp);
    g_free(link);
  }
};

gboolean on_camera_option(const char* name, const char* value, void* data, GError** error) {
  const auto set = emulator::set_option(static_cast<Arguments*>(data)->camera, name + std::strlen("--"), value);
  if (set) return TRUE;
  g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--%s", set.error().message.c_str());
  return FALSE;
}

// GOption wants terminated strings that outlive the parsing.
struct CameraEntries {
  std::vector<std::string> texts;
  std::vector<GOptionEntry> entries;

  CameraEntries() {
    const auto help = emulator::option_help();
    texts.reserve(3 * help.size());
    for (const emulator::OptionHelp& row : help) {
      const char* name = texts.emplace_back(row.name).c_str();
      const char* text = texts.emplace_back(row.help).c_str();
      const char* value = texts.emplace_back(row.value).c_str();
      entries.push_back({name, 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK,
                         reinterpret_cast<void*>(on_camera_option), text, value});
    }
    entries.push_back({});
  }
};

bool parse_arguments(int argc, char** argv, Arguments& arguments) {
  const GOptionEntry serving[] = {
      {"tcp", 't', 0, G_OPTION_ARG_STRING, &arguments.tcp, "Serve on a TCP port (127.0.0.1:5555); 0 takes a free one",
       "[HOST:]PORT"},
      {"udp", 'u', 0, G_OPTION_ARG_STRING, &arguments.udp, "Serve on a UDP port, one packet per datagram",
       "[HOST:]PORT"},
      {"pty", 'p', 0, G_OPTION_ARG_NONE, &arguments.pty, "Serve on a pseudo-terminal, as a serial port", nullptr},
      {"link", 'l', 0, G_OPTION_ARG_FILENAME, &arguments.link, "Symbolic link to the pseudo-terminal", "PATH"},
      {"once", '1', 0, G_OPTION_ARG_NONE, &arguments.once,
       "Exit when the first host has left (--pty, --udp: when its script has ended)", nullptr},
      {"list-boards", 0, 0, G_OPTION_ARG_NONE, &arguments.list_boards, "Show what --board can be, and exit", nullptr},
      {}};
  const CameraEntries camera;
  const std::unique_ptr<GOptionContext, decltype(&g_option_context_free)> context(g_option_context_new(nullptr),
                                                                                  g_option_context_free);
  g_option_context_set_summary(context.get(),
                               "Serves an emulated OpenMV camera on a TCP port, a UDP port, a pseudo-terminal.");
  g_option_context_set_description(context.get(),
                                   "Lines on standard input make faults happen while it runs: \"unplug 500\", "
                                   "\"hang\", \"corrupt 0.01\", \"clear\",\n\"counters\"; each is answered by a line. "
                                   "SIGUSR1 unplugs the camera once.\n\n"
                                   "Examples:\n\n"
                                   "  omv emulate --tcp 5555 --size VGA\n"
                                   "  omv emulate --pty --link /tmp/camera --file recording.bin --fps 0\n"
                                   "  omv emulate --udp 0.0.0.0:0 --board n6 --unplug 10s\n\n"
                                   "Exit status: 0 it was told to stop, 1 it can't serve there, 2 wrong usage.\n");
  GOptionGroup* group = g_option_group_new("emulate", nullptr, nullptr, &arguments, nullptr);
  g_option_group_add_entries(group, serving);
  g_option_group_add_entries(group, camera.entries.data());
  g_option_context_set_main_group(context.get(), group);
  g_set_prgname("omv emulate");
  GError* error = nullptr;
  const bool parsed = g_option_context_parse(context.get(), &argc, &argv, &error) != FALSE;
  if (!parsed || argc > 1) {
    std::fprintf(stderr, "omv emulate: %s\n", parsed ? "there are no arguments besides the options" : error->message);
    g_clear_error(&error);
    return false;
  }
  return true;
}

struct Address {
  std::string host = kDefaultHost;
  std::uint16_t port = kDefaultPort;
};

// "5555", "0.0.0.0:5555", "[::1]:5555". `option` is for the message.
Result<Address> parse_address(const char* option, const std::string& text) {
  Address address;
  const std::size_t colon = text.rfind(':');
  const std::string port = colon == std::string::npos ? text : text.substr(colon + 1);
  if (colon != std::string::npos) address.host = text.substr(0, colon);
  if (address.host.size() > 2 && address.host.front() == '[' && address.host.back() == ']')
    address.host = address.host.substr(1, address.host.size() - 2);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size() || address.host.empty())
    return Error{Errc::invalid, std::string(option) + "=" + text + ": [HOST:]PORT is wanted"};
  return address;
}

// --- What is told while it runs ---

class Reporter {
 public:
  /// `knows_hosts`: whether the link tells that a host comes or goes. TCP does.
  Reporter(std::string name, bool knows_hosts, std::atomic<bool>& done)
      : name_(std::move(name)), knows_hosts_(knows_hosts), done_(done) {}

  /// From the serving threads.
  void on_event(CameraEvent event) {
    const bool over = event == (knows_hosts_ ? CameraEvent::host_left : CameraEvent::script_ended);
    const bool is_news = knows_hosts_ || (event != CameraEvent::host_connected && event != CameraEvent::host_left);
    if (event == CameraEvent::plugged_in) came_back_ = true;
    if (is_news) std::fprintf(stderr, "%s%s: %s\n", clear_line(), name_.c_str(), text_of(event));
    if (over) done_ = true;
  }

  /// True once after the camera has come back.
  bool take_return() { return came_back_.exchange(false); }

  /// From the main thread: the rates since the last call, on a terminal.
  void show_rates(const emulator::CameraCounters& counters, double seconds) {
    const std::uint64_t frames = counters.frames;
    const std::uint64_t bytes = counters.bytes_sent;
    if (isatty(STDERR_FILENO) != 0)
      std::fprintf(stderr, "\r%s: %.1f frames/s, %.2f MB/s, %llu frames\x1b[K", name_.c_str(),
                   static_cast<double>(frames - frames_) / seconds, static_cast<double>(bytes - bytes_) / seconds / 1e6,
                   static_cast<unsigned long long>(frames));
    frames_ = frames;
    bytes_ = bytes;
  }

 private:
  static const char* clear_line() { return isatty(STDERR_FILENO) != 0 ? "\r\x1b[K" : ""; }

  static const char* text_of(CameraEvent event) {
    switch (event) {
      case CameraEvent::host_connected: return "host connected";
      case CameraEvent::host_left: return "host left";
      case CameraEvent::host_refused: return "another host was sent away";
      case CameraEvent::script_started: return "script started";
      case CameraEvent::script_ended: return "script ended";
      case CameraEvent::reset: return "reset by the host";
      case CameraEvent::unplugged: return "unplugged";
      case CameraEvent::plugged_in: return "plugged in again";
    }
    return "";
  }

  std::string name_;
  bool knows_hosts_;
  std::atomic<bool>& done_;
  std::atomic<bool> came_back_ = false;
  std::uint64_t frames_ = 0;
  std::uint64_t bytes_ = 0;
};

void tell_how_to_connect(const std::string& device) {
  std::printf("%s\n  gst-launch-1.0 omvsrc device=%s ! decodebin ! videoconvert ! autovideosink\n", device.c_str(),
              device.c_str());
  std::fflush(stdout);
}

int fail(const Error& error) {
  std::fprintf(stderr, "omv emulate: %s\n", error.message.c_str());
  return error.code == Errc::invalid ? kExitUsage : kExitFailure;
}

Time now() { return Clock::steady()->now(); }

// --- Serving ---

class Session {
 public:
  explicit Session(const Arguments& arguments) : arguments_(arguments) {}

  Result<void> start() {
    if (arguments_.pty) OMV_CHECK(start_pty());
    if (arguments_.udp != nullptr) OMV_CHECK(start_udp());
    if (arguments_.tcp != nullptr || (!arguments_.pty && arguments_.udp == nullptr)) OMV_CHECK(start_tcp());
    return {};
  }

  /// Until a signal, or the end of the first host with --once.
  void wait(ControlInput& control) {
    for (auto next_rates = now() + 1s; !arguments_.once || !done_;) {
      const ControlInput::News news = control.wait(kTickMs);
      if (news == ControlInput::News::end) return;
      if (news == ControlInput::News::unplug) (void)inject("unplug");
      if (news == ControlInput::News::line) answer(control.take_line());
      if (pty_ && pty_reporter_->take_return()) tell_where_pty_is();
      if (now() < next_rates) continue;
      show_rates();
      next_rates += 1s;
    }
  }

 private:
  Result<void> start_pty() {
    pty_reporter_.emplace("pty", false, done_);
    OMV_TRY(auto camera, make_camera(arguments_.camera, *pty_reporter_));
    const auto link = arguments_.link != nullptr ? std::optional<std::string>(arguments_.link) : std::nullopt;
    OMV_TRY(pty_, emulator::PtyServer::start(std::move(camera), link));
    tell_where_pty_is();
    return {};
  }

  void tell_where_pty_is() const {
    tell_how_to_connect(arguments_.link != nullptr ? std::string(arguments_.link) : pty_->path());
  }

  // --- Run-time control ---

  Result<void> inject(const std::string& text) {
    OMV_TRY(const emulator::Fault fault, emulator::parse_fault(text));
    if (pty_) OMV_CHECK(pty_->emulator().inject(fault));
    if (tcp_) OMV_CHECK(tcp_->emulator().inject(fault));
    if (udp_) OMV_CHECK(udp_->emulator().inject(fault));
    return {};
  }

  void answer(const std::string& line) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) return;
    if (line == "counters") {
      if (pty_) tell_counters("pty", pty_->emulator());
      if (tcp_) tell_counters("tcp", tcp_->emulator());
      if (udp_) tell_counters("udp", udp_->emulator());
    } else if (const auto done = inject(line); done) {
      std::printf("ok\n");
    } else {
      std::printf("error: %s\n", done.error().message.c_str());
    }
    std::fflush(stdout);
  }

  static void tell_counters(const char* name, const emulator::Emulator& camera) {
    const emulator::CameraCounters& counters = camera.counters();
    const auto number = [](const std::atomic<std::uint64_t>& value) { return static_cast<unsigned long long>(value); };
    std::printf("%s frames=%llu bytes=%llu lost=%llu damaged=%llu duplicated=%llu unplugged=%llu plugged-in=%s\n", name,
                number(counters.frames), number(counters.bytes_sent), number(counters.link.lost),
                number(counters.link.damaged), number(counters.link.duplicated), number(counters.unplugged),
                camera.away_until() ? "no" : "yes");
  }

  Result<void> start_tcp() {
    Address address;
    if (arguments_.tcp != nullptr) {
      OMV_TRY(address, parse_address("--tcp", arguments_.tcp));
    }
    tcp_reporter_.emplace("tcp", true, done_);
    OMV_TRY(auto camera, make_camera(arguments_.camera, *tcp_reporter_));
    OMV_TRY(tcp_, emulator::TcpServer::start(std::move(camera), address.host, address.port,
                                             [this](CameraEvent event) { tcp_reporter_->on_event(event); }));
    tell_how_to_connect(tcp_->address());
    return {};
  }

  Result<void> start_udp() {
    OMV_TRY(const Address address, parse_address("--udp", arguments_.udp));
    udp_reporter_.emplace("udp", false, done_);
    OMV_TRY(auto camera, make_camera(emulator::udp_defaults(arguments_.camera), *udp_reporter_));
    OMV_TRY(udp_, emulator::UdpServer::start(std::move(camera), address.host, address.port));
    tell_how_to_connect(udp_->address());
    return {};
  }

  static Result<std::unique_ptr<emulator::Emulator>> make_camera(const EmulatorOptions& options, Reporter& reporter) {
    return emulator::Emulator::create(options, [&reporter](CameraEvent event) { reporter.on_event(event); });
  }

  void show_rates() {
    constexpr double kSeconds = 1;
    if (pty_) pty_reporter_->show_rates(pty_->emulator().counters(), kSeconds);
    if (udp_) udp_reporter_->show_rates(udp_->emulator().counters(), kSeconds);
    if (tcp_) tcp_reporter_->show_rates(tcp_->emulator().counters(), kSeconds);
  }

  const Arguments& arguments_;
  std::atomic<bool> done_ = false;
  std::optional<Reporter> pty_reporter_;
  std::optional<Reporter> udp_reporter_;
  std::optional<Reporter> tcp_reporter_;
  std::unique_ptr<emulator::PtyServer> pty_;
  std::unique_ptr<emulator::UdpServer> udp_;
  std::unique_ptr<emulator::TcpServer> tcp_;
};

}  // namespace

int run_emulate(int argc, char** argv) {
  Arguments arguments;
  if (!parse_arguments(argc, argv, arguments)) return kExitUsage;
  if (arguments.list_boards != FALSE) {
    std::fputs(emulator::describe_boards().c_str(), stdout);
    return kExitOk;
  }
  ControlInput control;
  Session session(arguments);
  if (const auto started = session.start(); !started) return fail(started.error());
  session.wait(control);
  return kExitOk;
}

}  // namespace omv::tool
