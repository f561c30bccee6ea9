// SPDX-License-Identifier: LGPL-2.1-or-later
// rtsp_hub PORT LAUNCH: an RTSP server on loopback that takes what is pushed to /live, a line for each frame.
#include <gst/rtsp-server/rtsp-server.h>

#include <cstdio>
#include <cstdlib>

namespace {

// A line for each frame; whoever reads them has counted them.
void on_frame(GstElement*, GstBuffer* frame, GstPad*, gpointer) {
  std::printf("frame %zu\n", gst_buffer_get_size(frame));
  std::fflush(stdout);
}

void on_media(GstRTSPMediaFactory*, GstRTSPMedia* media, gpointer) {
  GstElement* bin = gst_rtsp_media_get_element(media);
  GstElement* sink = gst_bin_get_by_name_recurse_up(GST_BIN(bin), "frames");
  g_signal_connect(sink, "handoff", G_CALLBACK(on_frame), nullptr);
  gst_object_unref(sink);
  gst_object_unref(bin);
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  if (argc != 3) return EXIT_FAILURE;
  GstRTSPServer* server = gst_rtsp_server_new();
  gst_rtsp_server_set_address(server, "127.0.0.1");
  gst_rtsp_server_set_service(server, argv[1]);
  GstRTSPMediaFactory* factory = gst_rtsp_media_factory_new();
  gst_rtsp_media_factory_set_transport_mode(factory, GST_RTSP_TRANSPORT_MODE_RECORD);
  gst_rtsp_media_factory_set_launch(factory, argv[2]);
  g_signal_connect(factory, "media-configure", G_CALLBACK(on_media), nullptr);
  GstRTSPMountPoints* points = gst_rtsp_server_get_mount_points(server);
  gst_rtsp_mount_points_add_factory(points, "/live", factory);
  g_object_unref(points);
  if (gst_rtsp_server_attach(server, nullptr) == 0) return EXIT_FAILURE;
  std::printf("listening %d\n", gst_rtsp_server_get_bound_port(server));
  std::fflush(stdout);
  g_main_loop_run(g_main_loop_new(nullptr, FALSE));
}
