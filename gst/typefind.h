// SPDX-License-Identifier: LGPL-2.1-or-later
// Recognises ImageIO recordings by their magic.
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS
GST_TYPE_FIND_REGISTER_DECLARE(imageio)
G_END_DECLS
