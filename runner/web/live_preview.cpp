// SPDX-License-Identifier: LGPL-2.1-or-later
// One timer for all streams; each writes when it may.
#include "runner/web/live_preview.h"

#include <algorithm>
#include <functional>

#include "runner/web/request.h"

namespace omv::runner::web {

namespace {

constexpr const char* kType = "multipart/x-mixed-replace; boundary=omv-picture";
constexpr std::string_view kBoundary = "--omv-picture\r\n";

using Frame = std::shared_ptr<const PreviewFrame>;

GBytes* bytes_of(const Frame& frame) {
  return g_bytes_new_with_free_func(
      frame->jpeg.data(), frame->jpeg.size(), [](gpointer data) { delete static_cast<Frame*>(data); },
      new Frame(frame));
}

void append(SoupMessageBody* body, std::string_view text) {
  soup_message_body_append(body, SOUP_MEMORY_COPY, text.data(), text.size());
}

void answer_picture(const Request& request, const PreviewFrame& frame) {
  const std::string_view jpeg(reinterpret_cast<const char*>(frame.jpeg.data()), frame.jpeg.size());
  request.answer(SOUP_STATUS_OK, "image/jpeg", jpeg);
}

std::string part_header(const Frame& frame) {
  return "Content-Type: image/jpeg\r\nContent-Length: " + std::to_string(frame->jpeg.size()) + "\r\n\r\n";
}

}  // namespace

/// A client that looks at a camera, until its message is finished.
class LivePreview::Viewer {
 public:
  Viewer(LivePreview& all, SoupServerMessage* message, std::string camera);
  virtual ~Viewer();
  Viewer(const Viewer&) = delete;
  Viewer& operator=(const Viewer&) = delete;

  virtual void look(gint64 now) = 0;

 protected:
  /// Null: there is none.
  Frame latest() const;
  SoupServerMessage* message() const { return message_; }

 private:
  LivePreview& all_;
  SoupServerMessage* message_;
  std::string camera_;
};

LivePreview::Viewer::Viewer(LivePreview& all, SoupServerMessage* message, std::string camera)
    : all_(all), message_(SOUP_SERVER_MESSAGE(g_object_ref(message))), camera_(std::move(camera)) {
  const auto on_finished = +[](SoupServerMessage*, gpointer self) {
    auto* viewer = static_cast<Viewer*>(self);
    viewer->all_.end(viewer);
  };
  g_signal_connect(message_, "finished", G_CALLBACK(on_finished), this);
  all_.control_.watch_preview(camera_, true);
}

LivePreview::Viewer::~Viewer() {
  g_signal_handlers_disconnect_by_data(message_, this);
  g_object_unref(message_);
  all_.control_.watch_preview(camera_, false);
}

Frame LivePreview::Viewer::latest() const {
  Frame frame = all_.control_.preview(camera_);
  return frame != nullptr && !frame->jpeg.empty() ? frame : nullptr;
}

/// Pictures on their way to one client.
class LivePreview::Stream final : public Viewer {
 public:
  Stream(LivePreview& all, SoupServerMessage* message, std::string camera);

  void look(gint64 now) override;

 private:
  void send(const Frame& frame, gint64 now);
  void end();

  gint64 fed_ = g_get_monotonic_time();  ///< when there was a picture
  std::uint64_t sequence_ = 0;
  gint64 sent_ = 0;  ///< when; 0: nothing yet
  int unsent_ = 0;   ///< pieces that the client has not taken
};

LivePreview::Stream::Stream(LivePreview& all, SoupServerMessage* message, std::string camera)
    : Viewer(all, message, std::move(camera)) {
  const auto on_written = +[](SoupServerMessage*, gpointer self) { --static_cast<Stream*>(self)->unsent_; };
  g_signal_connect(message, "wrote-chunk", G_CALLBACK(on_written), static_cast<Viewer*>(this));
}

void LivePreview::Stream::look(gint64 now) {
  if (unsent_ > 0) return;
  const Frame frame = latest();
  if (frame == nullptr) return now - fed_ >= kStarvedMicroseconds ? end() : void();
  fed_ = now;
  if (sent_ == 0 || frame->sequence != sequence_ || now - sent_ >= kRepeatMicroseconds) send(frame, now);
}

/// The boundary of the next part follows at once: a browser shows a picture when it sees its end.
void LivePreview::Stream::send(const Frame& frame, gint64 now) {
  SoupMessageBody* body = soup_server_message_get_response_body(message());
  append(body, (sent_ == 0 ? std::string(kBoundary) : std::string()) + part_header(frame));
  GBytes* bytes = bytes_of(frame);
  soup_message_body_append_bytes(body, bytes);
  g_bytes_unref(bytes);
  append(body, "\r\n" + std::string(kBoundary));
  unsent_ = 3;
  sent_ = now;
  sequence_ = frame->sequence;
  soup_server_message_unpause(message());
}

void LivePreview::Stream::end() {
  soup_message_body_complete(soup_server_message_get_response_body(message()));
  soup_server_message_unpause(message());
}

/// The first picture that there is.
class LivePreview::Single final : public Viewer {
 public:
  using Viewer::Viewer;

  void look(gint64 now) override;

 private:
  void answer(const std::function<void(const Request&)>& say);

  const gint64 begun_ = g_get_monotonic_time();
  bool is_answered_ = false;
};

void LivePreview::Single::look(gint64 now) {
  if (is_answered_) return;
  if (const Frame frame = latest())
    answer([&frame](const Request& request) { answer_picture(request, *frame); });
  else if (now - begun_ >= kPatienceMicroseconds)
    answer([](const Request& request) {
      request.answer_error(SOUP_STATUS_NOT_FOUND, "there is no picture of this camera now");
    });
}

void LivePreview::Single::answer(const std::function<void(const Request&)>& say) {
  is_answered_ = true;
  say(Request(message(), {}));
  soup_server_message_unpause(message());
}

LivePreview::LivePreview(Control& control) : control_(control) {}

LivePreview::~LivePreview() { stop(); }

void LivePreview::stop() {
  viewers_.clear();
  stop_timer();
}

void LivePreview::stop_timer() {
  if (timer_ == nullptr) return;
  g_source_destroy(timer_);
  g_source_unref(timer_);
  timer_ = nullptr;
}

void LivePreview::begin(SoupServerMessage* message, const std::string& camera) {
  SoupMessageHeaders* headers = soup_server_message_get_response_headers(message);
  soup_server_message_set_status(message, SOUP_STATUS_OK, nullptr);
  soup_message_headers_set_content_type(headers, kType, nullptr);
  soup_message_headers_set_encoding(headers, SOUP_ENCODING_EOF);
  soup_message_body_set_accumulate(soup_server_message_get_response_body(message), FALSE);
  add(std::make_unique<Stream>(*this, message, camera));
}

void LivePreview::answer_once(SoupServerMessage* message, const std::string& camera) {
  soup_server_message_pause(message);
  add(std::make_unique<Single>(*this, message, camera));
}

void LivePreview::add(std::unique_ptr<Viewer> viewer) {
  viewers_.push_back(std::move(viewer));
  if (timer_ != nullptr) return;
  timer_ = g_timeout_source_new(kLookMilliseconds);
  const auto on_time = +[](gpointer self) -> gboolean {
    static_cast<LivePreview*>(self)->look();
    return G_SOURCE_CONTINUE;
  };
  g_source_set_callback(timer_, on_time, this, nullptr);
  g_source_attach(timer_, g_main_context_get_thread_default());
}

void LivePreview::look() {
  const gint64 now = g_get_monotonic_time();
  for (const auto& viewer : viewers_) viewer->look(now);
}

void LivePreview::end(const Viewer* viewer) {
  std::erase_if(viewers_, [viewer](const auto& one) { return one.get() == viewer; });
  if (viewers_.empty()) stop_timer();
}

}  // namespace omv::runner::web
