// SPDX-License-Identifier: LGPL-2.1-or-later
// A SoupServer with its context, its thread and the guard in front of its handlers.
#include "runner/web/server.h"

#include <libsoup/soup.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <thread>

#include "runner/guarded.h"
#include "runner/web/connections.h"
#include "runner/web/control_socket.h"
#include "runner/web/live_preview.h"
#include "runner/web/site.h"

namespace omv::runner::web {

namespace {

/// So much nicer than recording is.
constexpr int kNiceness = 10;

struct ContextDeleter {
  void operator()(GMainContext* context) const { g_main_context_unref(context); }
};
struct LoopDeleter {
  void operator()(GMainLoop* loop) const { g_main_loop_unref(loop); }
};
struct ServerDeleter {
  void operator()(SoupServer* server) const {
    soup_server_disconnect(server);
    g_object_unref(server);
  }
};

/// Makes a context the one that this thread's objects belong to.
class AsThreadDefault {
 public:
  explicit AsThreadDefault(GMainContext* context) : context_(context) { g_main_context_push_thread_default(context_); }
  ~AsThreadDefault() { g_main_context_pop_thread_default(context_); }
  AsThreadDefault(const AsThreadDefault&) = delete;
  AsThreadDefault& operator=(const AsThreadDefault&) = delete;

 private:
  GMainContext* context_;
};

bool has_large_body(SoupServerMessage* message) {
  SoupMessageHeaders* headers = soup_server_message_get_request_headers(message);
  if (soup_message_headers_get_encoding(headers) == SOUP_ENCODING_CHUNKED) return true;
  return soup_message_headers_get_content_length(headers) > static_cast<goffset>(Request::kMaxBody);
}

/// Of the body of a request that is refused so much is read, and dropped, until the answer; then the line is cut.
constexpr gsize kMaxDropped = 1024 * 1024;
constexpr const char* kDropped = "omv-dropped";

void drop_chunk(SoupServerMessage* message, GBytes* chunk, gpointer) {
  const gsize dropped = GPOINTER_TO_SIZE(g_object_get_data(G_OBJECT(message), kDropped)) + g_bytes_get_size(chunk);
  g_object_set_data(G_OBJECT(message), kDropped, GSIZE_TO_POINTER(dropped));
  if (dropped > kMaxDropped) hang_up(message);
}

/// Downloads have looked at their range by now. Of other answers the HTTP library would send any number of parts, all
/// in memory at once: a hundred megabytes for a field of 50 kB.
void forget_ranges(SoupServerMessage* message) {
  soup_message_headers_remove(soup_server_message_get_request_headers(message), "Range");
}

/// The connection ends with this answer, and nothing of the request's body is kept.
void refuse(SoupServerMessage* message, guint status, const std::string& sentence) {
  const Request request(message, {});
  request.set_header("Connection", "close");
  soup_message_body_set_accumulate(soup_server_message_get_request_body(message), FALSE);
  g_signal_connect(message, "got-chunk", G_CALLBACK(drop_chunk), nullptr);
  request.answer_error(status, sentence);
}

/// A client that sends a byte now and then is never silent, and would keep its connection for ever.
class RequestTimer {
 public:
  static void start(SoupServerMessage* message, unsigned seconds) {
    GSource* timer = g_timeout_source_new_seconds(seconds);
    g_source_set_callback(timer, on_time, message, nullptr);
    g_source_attach(timer, g_main_context_get_thread_default());
    g_object_set_data_full(G_OBJECT(message), kKey, timer, end);
    g_signal_connect(message, "got-body", G_CALLBACK(on_whole), nullptr);
  }

 private:
  static constexpr const char* kKey = "omv-request-timer";

  static gboolean on_time(gpointer message) {
    hang_up(SOUP_SERVER_MESSAGE(message));
    return G_SOURCE_REMOVE;
  }
  static void on_whole(SoupServerMessage* message, gpointer) { g_object_set_data(G_OBJECT(message), kKey, nullptr); }
  static void end(gpointer data) {
    auto* timer = static_cast<GSource*>(data);
    g_source_destroy(timer);
    g_source_unref(timer);
  }
};

void ask_for_token(SoupServerMessage* message) {
  const Request request(message, {});
  if (facts_of(message).path == "/") {
    request.set_header("Location", "/login");
    return request.answer(SOUP_STATUS_SEE_OTHER, "text/plain", "");
  }
  request.set_header("WWW-Authenticate", "Bearer");
  refuse(message, SOUP_STATUS_UNAUTHORIZED, "a token is needed, as 'Authorization: Bearer TOKEN'");
}

class SoupPage final : public Server {
 public:
  SoupPage(Control& control, std::size_t clients);
  ~SoupPage() override;

  Result<void> listen(const ServerOptions& options);

  /// Begins to serve. Once, after listen().
  void run(const std::string& token);

  std::uint16_t port() const override { return port_; }

 private:
  static void on_begin(SoupServer*, SoupServerMessage* message, gpointer self);
  static void on_headers(SoupServer*, SoupServerMessage* message, const char*, GHashTable*, gpointer self);
  static void on_request(SoupServer*, SoupServerMessage* message, const char*, GHashTable*, gpointer self);

  void judge(SoupServerMessage* message);

  Control& control_;
  std::unique_ptr<GMainContext, ContextDeleter> context_{g_main_context_new()};
  std::unique_ptr<GMainLoop, LoopDeleter> loop_{g_main_loop_new(context_.get(), FALSE)};
  std::unique_ptr<SoupServer, ServerDeleter> server_;
  std::optional<Connections> connections_;
  std::optional<Access> access_;
  LivePreview previews_;
  std::optional<Site> site_;
  std::string socket_;
  std::uint16_t port_ = 0;
  unsigned request_seconds_ = 0;
  std::thread thread_;
};

SoupPage::SoupPage(Control& control, std::size_t clients) : control_(control), previews_(control) {
  const AsThreadDefault context(context_.get());
  server_.reset(SOUP_SERVER(g_object_new(SOUP_TYPE_SERVER, "raw-paths", TRUE, nullptr)));
  connections_.emplace(server_.get(), clients);
  g_signal_connect(server_.get(), "request-started", G_CALLBACK(on_begin), this);
  soup_server_add_early_handler(server_.get(), nullptr, on_headers, this, nullptr);
  soup_server_add_handler(server_.get(), nullptr, on_request, this, nullptr);
}

Result<void> SoupPage::listen(const ServerOptions& options) {
  const AsThreadDefault context(context_.get());
  if (!options.listen.empty()) OMV_CHECK(connections_->listen(options.listen));
  port_ = connections_->port();
  request_seconds_ = options.request_seconds;
  if (!options.socket.empty()) {
    OMV_CHECK(free_socket_path(options.socket));
    OMV_CHECK(connections_->listen_local(options.socket));
    socket_ = options.socket;
    ::chmod(socket_.c_str(), S_IRUSR | S_IWUSR);
  }
  connections_->start();
  return {};
}

void SoupPage::on_begin(SoupServer*, SoupServerMessage* message, gpointer self) {
  guarded([&] { RequestTimer::start(message, static_cast<SoupPage*>(self)->request_seconds_); });
}

void SoupPage::on_headers(SoupServer*, SoupServerMessage* message, const char*, GHashTable*, gpointer self) {
  guarded([&] { static_cast<SoupPage*>(self)->judge(message); });
}

void SoupPage::on_request(SoupServer*, SoupServerMessage* message, const char*, GHashTable*, gpointer self) {
  guarded([&] {
    dispatch(*static_cast<SoupPage*>(self)->site_, message);
    forget_ranges(message);
  });
}

/// In the order of what costs least.
void SoupPage::judge(SoupServerMessage* message) {
  set_common_headers(message);
  if (is_one_too_many(message)) {
    Request(message, {}).set_header("Retry-After", "5");
    return refuse(message, SOUP_STATUS_SERVICE_UNAVAILABLE,
                  "there are " + std::to_string(connections_->limit()) + " connections already; try again later");
  }
  const Verdict verdict = access_->judge(facts_of(message), wall_seconds());
  if (verdict != Verdict::allowed) ++site_->refused;
  switch (verdict) {
    case Verdict::wrong_host:
      return refuse(message, SOUP_STATUS_MISDIRECTED_REQUEST,
                    "without a token this page is called localhost or 127.0.0.1, and nothing else");
    case Verdict::cross_site: return refuse(message, SOUP_STATUS_FORBIDDEN, "other sites have no say here");
    case Verdict::no_token: return ask_for_token(message);
    case Verdict::allowed: break;
  }
  if (has_large_body(message))
    refuse(message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE,
           "a body has " + std::to_string(Request::kMaxBody) + " bytes at most, and says how many");
}

void SoupPage::run(const std::string& token) {
  access_.emplace(token, port());
  site_.emplace(Site{control_, *access_, *connections_, previews_});
  thread_ = std::thread([this] {
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness);
    const AsThreadDefault context(context_.get());
    g_main_loop_run(loop_.get());
    previews_.stop();
    server_.reset();
    connections_.reset();
  });
}

SoupPage::~SoupPage() {
  if (thread_.joinable()) {
    GSource* quit = g_idle_source_new();
    const auto on_idle = +[](gpointer loop) -> gboolean {
      g_main_loop_quit(static_cast<GMainLoop*>(loop));
      return G_SOURCE_REMOVE;
    };
    g_source_set_callback(quit, on_idle, loop_.get(), nullptr);
    g_source_attach(quit, context_.get());
    g_source_unref(quit);
    thread_.join();
  }
  if (!socket_.empty()) ::unlink(socket_.c_str());
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(Control& control, const ServerOptions& options) {
  if (!options.listen.empty() && options.token.empty() && !is_loopback_host(options.listen))
    return Error{Errc::invalid, "'" + options.listen + "' is reached by other hosts and needs a token"};
  auto page = std::make_unique<SoupPage>(control, options.page_clients);
  OMV_CHECK(page->listen(options));
  page->run(options.token);
  return std::unique_ptr<Server>(std::move(page));
}

}  // namespace omv::runner::web
