// SPDX-License-Identifier: LGPL-2.1-or-later
// Pad templates, pads and their first event.
#include "common/pads.h"

namespace omv::gst {

void add_pad_template(GstElementClass* klass, const char* name, GstPadDirection direction, GstPadPresence presence,
                      GstCaps* caps) {
  gst_element_class_add_pad_template(klass, gst_pad_template_new(name, direction, presence, caps));
  gst_caps_unref(caps);
}

GstPad* new_pad(GstElement* element, const char* name) {
  GstPadTemplate* pad_template = gst_element_class_get_pad_template(GST_ELEMENT_GET_CLASS(element), name);
  return gst_pad_new_from_template(pad_template, name);
}

void push_stream_start(GstElement* element, GstPad* sink_pad, GstPad* source_pad) {
  GstEvent* upstream = gst_pad_get_sticky_event(sink_pad, GST_EVENT_STREAM_START, 0);
  guint group = 0;
  if (upstream == nullptr || !gst_event_parse_group_id(upstream, &group)) group = gst_util_group_id_next();
  gst_clear_event(&upstream);
  gchar* id = gst_pad_create_stream_id(source_pad, element, nullptr);
  GstEvent* event = gst_event_new_stream_start(id);
  g_free(id);
  gst_event_set_group_id(event, group);
  gst_pad_push_event(source_pad, event);
}

}  // namespace omv::gst
