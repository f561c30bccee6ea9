// SPDX-License-Identifier: LGPL-2.1-or-later
// packaging/50-openmv.rules: its syntax, and what it does to every id of the table, by playing udev.
#include <fnmatch.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "omv/camera/usb_id.h"
#include "temp_dir.h"

namespace omv::camera {
namespace {

using testing::Contains;
using testing::IsEmpty;

struct Token {
  std::string key, op, value;
};
using Rule = std::vector<Token>;

// `KEY{attribute}OP"value"`, separated by commas (man 7 udev).
Rule parse_rule(const std::string& line) {
  static const std::regex kToken(R"re(\s*([A-Z]+(?:\{[A-Za-z_]+\})?)(==|!=|=|\+=|-=|:=)"([^"]*)"\s*(,|$))re");
  Rule rule;
  auto at = line.cbegin();
  std::smatch match;
  while (at != line.cend() &&
         std::regex_search(at, line.cend(), match, kToken, std::regex_constants::match_continuous)) {
    rule.push_back({match[1], match[2], match[3]});
    at = match.suffix().first;
  }
  EXPECT_EQ(at, line.cend()) << "not a rule: " << line;
  return rule;
}

std::vector<Rule> read_rules() {
  const char* root = std::getenv("OMV_SOURCE_ROOT");
  if (root == nullptr) throw std::runtime_error("OMV_SOURCE_ROOT is not set");
  const Bytes file = test::read_file(std::string(root) + "/packaging/50-openmv.rules");
  std::istringstream text{std::string(as_text(file))};
  std::vector<Rule> rules;
  for (std::string line; std::getline(text, line);)
    if (!line.empty() && line.front() != '#') rules.push_back(parse_rule(line));
  return rules;
}

// "a|b" are alternatives, each a shell pattern.
bool matches(const std::string& pattern, const std::string& value) {
  std::istringstream alternatives(pattern);
  for (std::string each; std::getline(alternatives, each, '|');)
    if (::fnmatch(each.c_str(), value.c_str(), 0) == 0) return true;
  return false;
}

/// What udev does to a device that has `facts`, by key.
using Facts = std::map<std::string, std::string>;
using Effects = std::set<std::string>;

bool applies(const Rule& rule, const Facts& facts) {
  for (const Token& token : rule) {
    if (token.op != "==" && token.op != "!=") continue;
    const auto fact = facts.find(token.key);
    const bool equal = matches(token.value, fact == facts.end() ? "" : fact->second);
    if (equal != (token.op == "==")) return false;
  }
  return true;
}

bool has_label(const Rule& rule, const std::string& label) {
  return rule.front().key == "LABEL" && rule.front().value == label;
}

Effects play(const std::vector<Rule>& rules, const Facts& facts) {
  Effects effects;
  std::string wanted_label;
  for (const Rule& rule : rules) {
    if (!wanted_label.empty() && !has_label(rule, wanted_label)) continue;
    wanted_label.clear();
    if (!applies(rule, facts)) continue;
    for (const Token& token : rule) {
      if (token.op == "==" || token.op == "!=" || token.key == "LABEL") continue;
      if (token.key == "GOTO")
        wanted_label = token.value;
      else
        effects.insert(token.key + token.op + token.value);
    }
  }
  EXPECT_EQ(wanted_label, "") << "a label that does not exist";
  return effects;
}

Facts facts_of(UsbId id, const std::string& subsystem) {
  const std::string numbers = to_string(id);
  return {{"ACTION", "add"},
          {"SUBSYSTEM", subsystem},
          {"SUBSYSTEMS", "usb"},
          {"ENV{DEVTYPE}", subsystem == "usb" ? "usb_device" : ""},
          {"ATTRS{idVendor}", numbers.substr(0, 4)},
          {"ATTRS{idProduct}", numbers.substr(5)}};
}

TEST(UdevRule, UsesKeysThatUdevKnows) {
  const std::set<std::string> known = {
      "ACTION",       "SUBSYSTEM", "SUBSYSTEMS", "ATTRS{idVendor}",          "ATTRS{idProduct}",
      "ENV{DEVTYPE}", "GOTO",      "LABEL",      "ENV{ID_MM_DEVICE_IGNORE}", "ENV{ID_MM_PORT_IGNORE}",
      "SYMLINK",      "MODE",      "TAG",        "ENV{MTP_NO_PROBE}",
  };
  for (const Rule& rule : read_rules())
    for (const Token& token : rule) EXPECT_TRUE(known.contains(token.key)) << token.key;
}

TEST(UdevRule, CoversEveryIdOfTheTable) {
  const auto rules = read_rules();
  for (const KnownUsbId& known : known_usb_ids()) {
    if (known.id == UsbId{0x0483, 0xDF11}) continue;  // of every STM32, not only of cameras
    const Effects tty = play(rules, facts_of(known.id, "tty"));
    EXPECT_THAT(tty, Contains("ENV{ID_MM_DEVICE_IGNORE}=1")) << to_string(known.id);
    EXPECT_THAT(tty, Contains("ENV{MTP_NO_PROBE}=1")) << to_string(known.id);
    EXPECT_THAT(tty, Contains("TAG+=uaccess")) << to_string(known.id);
    EXPECT_EQ(tty.contains("SYMLINK+=openmvcam"), known.role != UsbRole::bootloader) << to_string(known.id);
    // ModemManager asks the USB device, not the port.
    EXPECT_THAT(play(rules, facts_of(known.id, "usb")), Contains("ENV{ID_MM_DEVICE_IGNORE}=1")) << to_string(known.id);
  }
}

TEST(UdevRule, LeavesOtherDevicesAlone) {
  const auto rules = read_rules();
  for (const UsbId id : {UsbId{0x2341, 0x0043}, UsbId{0x1209, 0x0001}, UsbId{0x2E8A, 0x000A}, UsbId{0x10C4, 0xEA60}})
    EXPECT_THAT(play(rules, facts_of(id, "tty")), IsEmpty()) << to_string(id);
  Facts unplugged = facts_of({0x37C5, 0x1206}, "tty");
  unplugged["ACTION"] = "remove";
  EXPECT_THAT(play(rules, unplugged), IsEmpty());
}

}  // namespace
}  // namespace omv::camera
