// SPDX-License-Identifier: LGPL-2.1-or-later
// Where a rig's own socket is: a path that both the rig and `omv trigger` know without being told.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "omv/base/result.h"

namespace omv::runner::web {

/// Directories that rigs may have their sockets in, the likeliest first: $RUNTIME_DIRECTORY (of a systemd unit),
/// $XDG_RUNTIME_DIR/omv, /run/omv, and /tmp/omv-UID.
std::vector<std::string> socket_directories();

/// The socket of a rig that this process runs: DIRECTORY/NAME.sock in the first directory that this user owns or can
/// make, and nobody else may write to. Errc::io: there is none.
Result<std::string> make_socket_path(std::string_view rig);

/// The sockets of all rigs that seem to run; of one name, if that is not empty. Directories below /tmp count when they
/// are this user's alone.
std::vector<std::string> find_sockets(std::string_view rig);

/// Makes a path free for a new socket: a socket that nobody listens to any more is deleted. Errc::busy: somebody
/// listens. Errc::exists: it is no socket.
Result<void> free_socket_path(const std::string& path);

}  // namespace omv::runner::web
