// SPDX-License-Identifier: LGPL-2.1-or-later
// A file in pieces: the next is read when the one before has left.
#include "runner/web/file_download.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "runner/web/connections.h"

namespace omv::runner::web {

namespace {

constexpr std::uint64_t kPiece = 128 * 1024;
constexpr const char* kDownload = "omv-download";

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

/// Bytes from `begin` up to `end`, which is none of them.
struct Span {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

class Download {
 public:
  Download(Descriptor file, Span span) : file_(std::move(file)), span_(span) {}

  /// False: the file is not what it was.
  bool send_piece(SoupServerMessage* message);
  bool done() const { return span_.begin == span_.end; }

 private:
  Descriptor file_;
  Span span_;
};

bool Download::send_piece(SoupServerMessage* message) {
  const std::uint64_t wanted = std::min(kPiece, span_.end - span_.begin);
  gpointer bytes = g_malloc(wanted);
  ssize_t got = -1;
  do {
    got = ::pread(file_.number(), bytes, wanted, static_cast<off_t>(span_.begin));
  } while (got < 0 && errno == EINTR);
  if (got <= 0) {
    g_free(bytes);
    return false;
  }
  span_.begin += static_cast<std::uint64_t>(got);
  SoupMessageBody* body = soup_server_message_get_response_body(message);
  soup_message_body_append_take(body, static_cast<guchar*>(bytes), static_cast<gsize>(got));
  if (done()) soup_message_body_complete(body);
  return true;
}

/// A message without a next piece waits for ever, also on a closed line. This one finds out when it sends the byte.
void give_up(SoupServerMessage* message) {
  hang_up(message);
  soup_message_body_append(soup_server_message_get_response_body(message), SOUP_MEMORY_STATIC, "", 1);
}

void go_on(SoupServerMessage* message, gpointer data) {
  auto* download = static_cast<Download*>(data);
  if (download->done()) return;
  if (!download->send_piece(message)) give_up(message);
  soup_server_message_unpause(message);
}

struct Opened {
  Descriptor file;
  std::uint64_t bytes = 0;
};

std::optional<Opened> open_file(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat facts {};
  if (file.number() < 0 || ::fstat(file.number(), &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
  return Opened{std::move(file), static_cast<std::uint64_t>(facts.st_size)};
}

enum class RangeKind { none, one, outside };

/// What of the file is asked for.
RangeKind requested_range(SoupServerMessage* message, std::uint64_t bytes, Span& span) {
  SoupMessageHeaders* headers = soup_server_message_get_request_headers(message);
  if (soup_message_headers_get_one(headers, "Range") == nullptr) return RangeKind::none;
  SoupRange* ranges = nullptr;
  int count = 0;
  if (!soup_message_headers_get_ranges(headers, static_cast<goffset>(bytes), &ranges, &count)) return RangeKind::none;
  const SoupRange first = ranges[0];
  soup_message_headers_free_ranges(headers, ranges);
  if (count != 1) return RangeKind::none;
  if (first.start < 0 || first.end < first.start || static_cast<std::uint64_t>(first.start) >= bytes)
    return RangeKind::outside;
  span = {static_cast<std::uint64_t>(first.start), std::min(static_cast<std::uint64_t>(first.end) + 1, bytes)};
  return RangeKind::one;
}

void refuse_range(const Request& request, std::uint64_t bytes) {
  request.set_header("Content-Range", "bytes */" + std::to_string(bytes));
  request.answer_error(SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE,
                       "the file has " + std::to_string(bytes) + " bytes, none of which are in that range");
}

void send_span(SoupServerMessage* message, Descriptor file, Span span) {
  soup_message_headers_set_content_length(soup_server_message_get_response_headers(message),
                                          static_cast<goffset>(span.end - span.begin));
  SoupMessageBody* body = soup_server_message_get_response_body(message);
  soup_message_body_set_accumulate(body, FALSE);
  if (soup_server_message_get_method(message) == SOUP_METHOD_HEAD || span.begin == span.end)
    return soup_message_body_complete(body);
  auto* download = new Download(std::move(file), span);
  g_object_set_data_full(G_OBJECT(message), kDownload, download,
                         [](gpointer data) { delete static_cast<Download*>(data); });
  g_signal_connect(message, "wrote-chunk", G_CALLBACK(go_on), download);
  if (!download->send_piece(message)) hang_up(message);
}

}  // namespace

std::string content_disposition(const std::string& name) {
  std::string plain;
  for (const char c : name) plain += c >= ' ' && c < 0x7F && c != '"' && c != '\\' ? c : '_';
  const std::unique_ptr<gchar, decltype(&g_free)> escaped(
      g_uri_escape_bytes(reinterpret_cast<const guint8*>(name.data()), name.size(), nullptr), g_free);
  return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + escaped.get();
}

void send_file(const Request& request, const std::string& path, const std::string& media_type,
               const std::string& name) {
  auto opened = open_file(path);
  if (!opened) return request.answer_error(SOUP_STATUS_NOT_FOUND, "the file is not there any more");
  Span span{0, opened->bytes};
  const RangeKind kind = requested_range(request.message(), opened->bytes, span);
  if (kind == RangeKind::outside) return refuse_range(request, opened->bytes);
  soup_server_message_set_status(request.message(),
                                 kind == RangeKind::one ? SOUP_STATUS_PARTIAL_CONTENT : SOUP_STATUS_OK, nullptr);
  if (kind == RangeKind::one)
    soup_message_headers_set_content_range(soup_server_message_get_response_headers(request.message()),
                                           static_cast<goffset>(span.begin), static_cast<goffset>(span.end - 1),
                                           static_cast<goffset>(opened->bytes));
  request.set_header("Accept-Ranges", "bytes");
  request.set_header("Content-Type", media_type);
  request.set_header("Content-Disposition", content_disposition(name));
  send_span(request.message(), std::move(opened->file), span);
}

}  // namespace omv::runner::web
