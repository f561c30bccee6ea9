// SPDX-License-Identifier: LGPL-2.1-or-later
// Numbers, times, and zones as an array of arrays.
#include "common/motion_settings.h"

#include <algorithm>
#include <array>

namespace omv::gst {

namespace {

using analysis::MotionSettings;

enum : guint {
  kPropThreshold = 1,
  kPropMinArea,
  kPropMaxArea,
  kPropMinDuration,
  kPropHoldOff,
  kPropWarmUp,
  kPropLearningTime,
  kPropIgnoreLight,
  kPropZones,
  kPropRate,
  kPropPostMessages,
};

constexpr double kMaxRate = 1000;

constexpr auto kWritable =
    static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);

struct NumberRow {
  guint id;
  const char* name;
  const char* nick;
  const char* blurb;
  double MotionSettings::*field;
  double least, most;
};

constexpr std::array kNumbers = {
    NumberRow{kPropThreshold, "threshold", "Threshold",
              "Grey levels that a place has to differ from the background, beyond the noise it has there",
              &MotionSettings::threshold, 0.25, 255},
    NumberRow{kPropMinArea, "min-area", "Smallest area",
              "Percent of the picture that has to move in one piece (at least 8x8 pixels)", &MotionSettings::min_area,
              0, 100},
    NumberRow{kPropMaxArea, "max-area", "Largest area",
              "Percent of the picture; when more changes at once it is another light or another view, which is learned "
              "anew without a trigger (100 = that is motion, too)",
              &MotionSettings::max_area, 0, 100},
};

struct TimeRow {
  guint id;
  const char* name;
  const char* nick;
  const char* blurb;
  Time MotionSettings::*field;
};

constexpr std::array kTimes = {
    TimeRow{kPropMinDuration, "min-duration", "Smallest duration",
            "Nanoseconds that motion has to last before it raises a trigger, which then tells when it began",
            &MotionSettings::min_duration},
    TimeRow{kPropHoldOff, "hold-off", "Hold-off",
            "Nanoseconds after a trigger in which there is no other; motion that lasts longer raises the next one",
            &MotionSettings::hold_off},
    TimeRow{kPropWarmUp, "warm-up", "Warm-up",
            "Nanoseconds in the beginning in which the background is learned and there is no trigger",
            &MotionSettings::warm_up},
    TimeRow{kPropLearningTime, "learning-time", "Learning time",
            "Nanoseconds in which the background takes over 63 % of a lasting change (four times that where it moves)",
            &MotionSettings::learning_time},
};

template <typename Rows>
auto row_of(const Rows& rows, guint id) {
  const auto row = std::find_if(rows.begin(), rows.end(), [id](const auto& r) { return r.id == id; });
  return row != rows.end() ? &*row : nullptr;
}

// ---- zones ---------------------------------------------------------------------------------------------------------

Error no_zone(const GValue* value) {
  gchar* text = gst_value_serialize(value);
  Error error = {Errc::invalid, std::string("zones: ") + (text != nullptr ? text : "(nothing)") +
                                    " is not <x,y,width,height> with a width and a height"};
  g_free(text);
  return error;
}

// What hangs over the left or upper edge is cut.
Result<Roi> zone_of(const GValue* value) {
  std::array<std::int64_t, 4> numbers = {};
  if (!GST_VALUE_HOLDS_ARRAY(value) || gst_value_array_get_size(value) != numbers.size()) return no_zone(value);
  for (guint i = 0; i < numbers.size(); ++i) {
    const GValue* number = gst_value_array_get_value(value, i);
    if (!G_VALUE_HOLDS_INT(number)) return no_zone(value);
    numbers[i] = g_value_get_int(number);
  }
  const auto [x, y, width, height] = numbers;
  const std::int64_t left = std::max<std::int64_t>(x, 0);
  const std::int64_t top = std::max<std::int64_t>(y, 0);
  if (x + width <= left || y + height <= top) return no_zone(value);
  return Roi{static_cast<std::uint32_t>(left), static_cast<std::uint32_t>(top),
             static_cast<std::uint32_t>(x + width - left), static_cast<std::uint32_t>(y + height - top)};
}

// <<x,y,w,h>,<x,y,w,h>>, or a single <x,y,w,h>.
Result<std::vector<Roi>> zones_of(const GValue* value) {
  std::vector<Roi> zones;
  const guint count = gst_value_array_get_size(value);
  const bool is_single = count > 0 && !GST_VALUE_HOLDS_ARRAY(gst_value_array_get_value(value, 0));
  for (guint i = 0; i < (is_single ? 1 : count); ++i) {
    OMV_TRY(const Roi zone, zone_of(is_single ? value : gst_value_array_get_value(value, i)));
    zones.push_back(zone);
  }
  return zones;
}

void append_number(GValue* array, std::uint32_t number) {
  GValue item = G_VALUE_INIT;
  g_value_init(&item, G_TYPE_INT);
  g_value_set_int(&item, static_cast<gint>(number));
  gst_value_array_append_and_take_value(array, &item);
}

void set_zones(GValue* value, const std::vector<Roi>& zones) {
  for (const Roi& zone : zones) {
    GValue array = G_VALUE_INIT;
    g_value_init(&array, GST_TYPE_ARRAY);
    for (const std::uint32_t number : {zone.x, zone.y, zone.width, zone.height}) append_number(&array, number);
    gst_value_array_append_and_take_value(value, &array);
  }
}

Time as_time(guint64 nanoseconds) { return Time(static_cast<Time::rep>(std::min<guint64>(nanoseconds, G_MAXINT64))); }

}  // namespace

// ---- properties ----------------------------------------------------------------------------------------------------

void install_motion_properties(GObjectClass* klass) {
  const MotionProperties defaults;
  for (const NumberRow& row : kNumbers)
    g_object_class_install_property(
        klass, row.id,
        g_param_spec_double(row.name, row.nick, row.blurb, row.least, row.most, defaults.motion.*row.field, kWritable));
  for (const TimeRow& row : kTimes)
    g_object_class_install_property(
        klass, row.id,
        g_param_spec_uint64(row.name, row.nick, row.blurb, 0, G_MAXINT64,
                            static_cast<guint64>((defaults.motion.*row.field).count()), kWritable));
  g_object_class_install_property(
      klass, kPropIgnoreLight,
      g_param_spec_boolean("ignore-light", "Ignore light",
                           "Take off by how much the picture as a whole has become brighter or darker",
                           defaults.motion.ignore_light, kWritable));
  g_object_class_install_property(
      klass, kPropZones,
      gst_param_spec_array("zones", "Zones",
                           "Where to look, in pixels: <<x,y,width,height>,...> or a single <x,y,width,height> (empty: "
                           "everywhere)",
                           nullptr, kWritable));
  g_object_class_install_property(
      klass, kPropRate,
      g_param_spec_double("rate", "Rate", "Analyses per second of running time (0 = every frame)", 0, kMaxRate,
                          defaults.rate, kWritable));
  g_object_class_install_property(
      klass, kPropPostMessages,
      g_param_spec_boolean("post-messages", "Post messages", "Post an omv-motion message for each analysis",
                           defaults.post_messages, kWritable));
}

Result<bool> set_motion_property(MotionProperties& properties, guint id, const GValue* value) {
  if (const NumberRow* number = row_of(kNumbers, id)) {
    properties.motion.*number->field = g_value_get_double(value);
    return true;
  }
  if (const TimeRow* time = row_of(kTimes, id)) {
    properties.motion.*time->field = as_time(g_value_get_uint64(value));
    return true;
  }
  switch (id) {
    case kPropIgnoreLight: properties.motion.ignore_light = g_value_get_boolean(value) != FALSE; return true;
    case kPropZones: {
      OMV_TRY(properties.motion.zones, zones_of(value));
      return true;
    }
    case kPropRate: properties.rate = g_value_get_double(value); return true;
    case kPropPostMessages: properties.post_messages = g_value_get_boolean(value) != FALSE; return true;
    default: return false;
  }
}

bool get_motion_property(const MotionProperties& properties, guint id, GValue* value) {
  if (const NumberRow* number = row_of(kNumbers, id)) {
    g_value_set_double(value, properties.motion.*number->field);
    return true;
  }
  if (const TimeRow* time = row_of(kTimes, id)) {
    g_value_set_uint64(value, static_cast<guint64>((properties.motion.*time->field).count()));
    return true;
  }
  switch (id) {
    case kPropIgnoreLight: g_value_set_boolean(value, properties.motion.ignore_light); return true;
    case kPropZones: set_zones(value, properties.motion.zones); return true;
    case kPropRate: g_value_set_double(value, properties.rate); return true;
    case kPropPostMessages: g_value_set_boolean(value, properties.post_messages); return true;
    default: return false;
  }
}

}  // namespace omv::gst
