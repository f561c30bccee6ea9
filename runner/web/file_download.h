// SPDX-License-Identifier: LGPL-2.1-or-later
// Sends a file, or a range of it, without ever holding more than a piece of it in memory.
#pragma once

#include <libsoup/soup.h>

#include <string>

#include "runner/web/request.h"

namespace omv::runner::web {

/// Answers with the file of this path, which is the rig's own and never a client's: a regular file, symbolic links are
/// not followed. 206 for one range (also to go on where a download broke off), 416 for one that is not in it; several
/// ranges at once get the whole file. 404 when it is not there any more. `name` is what a browser saves it as.
void send_file(const Request& request, const std::string& path, const std::string& media_type, const std::string& name);

/// `attachment` with a name that every browser understands: plain ASCII, and the true one in UTF-8.
std::string content_disposition(const std::string& name);

}  // namespace omv::runner::web
