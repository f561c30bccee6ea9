// SPDX-License-Identifier: LGPL-2.1-or-later
// What half of all sources include, compiled once. Sources include what they use nevertheless: -Db_pch=false builds.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>
