// SPDX-License-Identifier: LGPL-2.1-or-later
// omvsrc captures from the recorded camera behind TCP: the frames and the console of genuine firmware.
#include <arpa/inet.h>
#include <gst/gst.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "pipeline.h"
#include "recorded_camera.h"

namespace {

using omv::Bytes;
using omv::camera::test::RecordedCamera;

// Serves the recorded camera to one host after the other until it is destroyed.
class RecordedCameraServer {
 public:
  explicit RecordedCameraServer(RecordedCamera& camera) : camera_(camera) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, any, length) != 0 || listen(listener_, 1) != 0 || getsockname(listener_, any, &length) != 0)
      throw std::runtime_error("no port to listen on");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~RecordedCameraServer() {
    stop();
    close(listener_);
  }
  RecordedCameraServer(const RecordedCameraServer&) = delete;
  RecordedCameraServer& operator=(const RecordedCameraServer&) = delete;

  std::string device() const { return "tcp://127.0.0.1:" + std::to_string(port_); }

  /// From here on the camera is the caller's again.
  void stop() {
    stopped_ = true;
    if (thread_.joinable()) thread_.join();
  }

 private:
  // True when there is something to read before the server is stopped.
  bool wait(int fd) const {
    pollfd wanted = {fd, POLLIN, 0};
    while (!stopped_)
      if (poll(&wanted, 1, 20) > 0) return true;
    return false;
  }

  void serve() {
    if (!wait(listener_)) return;
    const int host = accept(listener_, nullptr, nullptr);
    std::array<std::uint8_t, 4096> bytes;
    while (wait(host)) {
      const ssize_t got = recv(host, bytes.data(), bytes.size(), 0);
      if (got <= 0) break;
      const Bytes answer = camera_.react(omv::ConstByteSpan(bytes.data(), static_cast<std::size_t>(got)));
      if (!send_all(host, answer)) break;
    }
    close(host);
  }

  static bool send_all(int host, const Bytes& bytes) {
    for (std::size_t sent = 0; sent < bytes.size();) {
      const ssize_t now = send(host, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (now <= 0) return false;
      sent += static_cast<std::size_t>(now);
    }
    return true;
  }

  RecordedCamera& camera_;
  int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::uint16_t port_ = 0;
  std::atomic<bool> stopped_ = false;
  std::thread thread_;
};

// The whole lines of what the camera printed before the reboot that ends the session.
std::vector<std::string> printed_lines(const RecordedCamera& camera) {
  std::string text;
  for (const Bytes& piece : camera.texts) text += omv::as_text(piece);
  std::vector<std::string> lines;
  std::istringstream in(text.substr(0, text.rfind('\n') + 1));
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.starts_with(">>> ")) line.erase(0, 4);  // the prompt has no line of its own
    lines.push_back(line);
  }
  return lines;
}

// Console lines until there are `count`; fewer when the pipeline fails or nothing comes for kMaxWait.
std::vector<std::string> take_lines(omv::test::Pipeline& pipeline, std::size_t count) {
  std::vector<std::string> lines;
  while (lines.size() < count) {
    GstMessage* message = pipeline.wait_for(GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
    const bool goes_on = message != nullptr && GST_MESSAGE_TYPE(message) == GST_MESSAGE_ELEMENT;
    if (goes_on && gst_message_has_name(message, "omv-stdout"))
      lines.emplace_back(gst_structure_get_string(gst_message_get_structure(message), "line"));
    if (message != nullptr) gst_message_unref(message);
    if (!goes_on) break;
  }
  return lines;
}

std::vector<omv::test::Received> take_frames(omv::test::Pipeline& pipeline, std::size_t count) {
  std::vector<omv::test::Received> frames;
  while (frames.size() < count) {
    auto* sink = GST_APP_SINK(pipeline.child("out"));
    GstSample* sample = gst_app_sink_try_pull_sample(sink, omv::test::kMaxWait);
    if (sample == nullptr) break;
    frames.push_back(omv::test::receive(sample));
    gst_sample_unref(sample);
  }
  return frames;
}

void expect_recorded_frames(const std::vector<omv::test::Received>& frames, const RecordedCamera& camera) {
  ASSERT_EQ(frames.size(), camera.frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto recorded = omv::ConstByteSpan(camera.frames[i]).subspan(omv::camera::kFrameHeaderSize);
    EXPECT_TRUE(std::equal(frames[i].bytes.begin(), frames[i].bytes.end(), recorded.begin(), recorded.end()))
        << "frame " << i << " is not the recorded one";
    EXPECT_EQ(frames[i].offset, i);
    EXPECT_TRUE(frames[i].caps.starts_with("image/jpeg, width=(int)80, height=(int)60")) << frames[i].caps;
  }
}

TEST(OmvSrcReplay, HandsOnWhatGenuineFirmwareSent) {
  const auto session = omv::camera::test::load_recorded_session("protocol-session.jsonl");
  if (!session) GTEST_SKIP() << "no recorded sessions beside the source tree";
  RecordedCamera camera(*session);
  ASSERT_EQ(camera.frames.size(), 10u);
  const std::vector<std::string> lines = printed_lines(camera);
  ASSERT_GT(lines.size(), 10u);
  RecordedCameraServer server(camera);
  {
    omv::test::Pipeline pipeline("omvsrc name=camera device=" + server.device() + " ! appsink name=out sync=false");
    g_object_set(pipeline.child("camera"), "script-text", "import csi\n", nullptr);
    pipeline.set_state(GST_STATE_PLAYING);
    expect_recorded_frames(take_frames(pipeline, camera.frames.size()), camera);
    EXPECT_EQ(take_lines(pipeline, lines.size()), lines);

    GstStructure* board = nullptr;
    g_object_get(pipeline.child("camera"), "camera", &board, nullptr);
    ASSERT_NE(board, nullptr);
    EXPECT_STREQ(gst_structure_get_string(board, "board"), "OpenMV N6");
    EXPECT_STREQ(gst_structure_get_string(board, "serial"), "112233447788990033445566");
    gst_structure_free(board);
  }
  server.stop();
  EXPECT_EQ(omv::as_text(camera.script), "import csi\n");
}

}  // namespace
