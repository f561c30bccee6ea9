// SPDX-License-Identifier: LGPL-2.1-or-later
// What nearly every test of the library includes, compiled once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>
