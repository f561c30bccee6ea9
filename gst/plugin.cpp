// SPDX-License-Identifier: LGPL-2.1-or-later
// The plugin: one line per element and provider.
#include <gst/gst.h>

#include "imageiodecodebin.h"
#include "imageiodemux.h"
#include "imageiomux.h"
#include "omvdeviceprovider.h"
#include "omvgifenc.h"
#include "omvimagesink.h"
#include "omvjpegenc.h"
#include "omvlendepay.h"
#include "omvlenpay.h"
#include "omvmjpegmux.h"
#include "omvmotion.h"
#include "omvpngenc.h"
#include "omvring.h"
#include "omvsrc.h"
#include "omvtransform.h"
#include "typefind.h"

static gboolean plugin_init(GstPlugin* plugin) {
  gboolean done = TRUE;
  done &= GST_ELEMENT_REGISTER(imageiodecodebin, plugin);
  done &= GST_ELEMENT_REGISTER(imageiodemux, plugin);
  done &= GST_ELEMENT_REGISTER(imageiomux, plugin);
  done &= GST_ELEMENT_REGISTER(omvgifenc, plugin);
  done &= GST_ELEMENT_REGISTER(omvimagesink, plugin);
  done &= GST_ELEMENT_REGISTER(omvjpegenc, plugin);
  done &= GST_ELEMENT_REGISTER(omvlendepay, plugin);
  done &= GST_ELEMENT_REGISTER(omvlenpay, plugin);
  done &= GST_ELEMENT_REGISTER(omvmjpegmux, plugin);
  done &= GST_ELEMENT_REGISTER(omvmotion, plugin);
  done &= GST_ELEMENT_REGISTER(omvpngenc, plugin);
  done &= GST_ELEMENT_REGISTER(omvring, plugin);
  done &= GST_ELEMENT_REGISTER(omvsrc, plugin);
  done &= GST_ELEMENT_REGISTER(omvtransform, plugin);
  done &= GST_DEVICE_PROVIDER_REGISTER(omvdeviceprovider, plugin);
  done &= GST_TYPE_FIND_REGISTER(imageio, plugin);
  return done;
}

GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, openmv,
                  "OpenMV cameras: capture, ImageIO recordings, stills and clips", plugin_init, PACKAGE_VERSION, "LGPL",
                  "gst-openmv", "https://github.com/gst-openmv/gst-openmv")
