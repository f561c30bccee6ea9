// SPDX-License-Identifier: LGPL-2.1-or-later
// main() of the element tests: GStreamer around GoogleTest. What GStreamer's leak tracer finds fails the program.
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>

namespace {

int leaks = 0;

void note_leak(GstDebugCategory* category, GstDebugLevel, const gchar*, const gchar*, gint, GObject*,
               GstDebugMessage* message, gpointer) {
  if (std::strcmp(gst_debug_category_get_name(category), "GST_TRACER") != 0) return;
  const gchar* text = gst_debug_message_get(message);
  if (text == nullptr || !g_str_has_prefix(text, "object-alive, ")) return;
  ++leaks;
  std::fprintf(stderr, "leaked: %s\n", text);
}

// Before gst_init(), which reads these; taken back behind it, so that programs that tests start don't trace.
void trace_leaks() {
  g_setenv("GST_TRACERS", "leaks", TRUE);
  g_setenv("GST_DEBUG", "GST_TRACER:7", TRUE);
  (gst_debug_remove_log_function)(gst_debug_log_default);  // the macros of these names are no C++
  (gst_debug_add_log_function)(note_leak, nullptr, nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  const bool traces = g_getenv("OMV_TRACE_LEAKS") != nullptr && g_getenv("GST_DEBUG") == nullptr;
  if (traces) trace_leaks();
  gst_init(&argc, &argv);
  if (traces) {
    g_unsetenv("GST_TRACERS");
    g_unsetenv("GST_DEBUG");
  }
  testing::InitGoogleTest(&argc, argv);
  const int result = RUN_ALL_TESTS();
  gst_deinit();
  return leaks > 0 ? 1 : result;
}
