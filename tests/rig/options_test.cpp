// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables of options hold together, and the rigs of examples/rigs use all of them.
#include "rig/options.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "rig/resolved_text.h"
#include "rig_files.h"

namespace omv::rig {
namespace {

Result<Value> value_of(const Option& option, std::string_view literal) {
  Report report;
  const Document document = parse_document("v = " + std::string(literal), report);
  if (report.errors() > 0) return Error{Errc::invalid, report.diagnostics().front().message};
  return read_value(option, document.root.front().value);
}

template <typename Visit>
void for_each_option(Visit visit) {
  for (const SectionInfo& info : sections()) {
    for (const Option& option : info.options) {
      SCOPED_TRACE(std::string(info.name) + " " + std::string(option.key));
      visit(info, option);
    }
  }
}

TEST(Options, ExamplesAndPresetsAreValid) {
  for_each_option([](const SectionInfo&, const Option& option) {
    const auto example = value_of(option, option.example);
    ASSERT_TRUE(example) << example.error().message;
    if (option.preset.empty()) return;
    const auto preset = value_of(option, option.preset);
    ASSERT_TRUE(preset) << preset.error().message;
    EXPECT_NE(value_text(option, *preset), value_text(option, *example)) << "the example says nothing new";
  });
}

TEST(Options, ValuesAreWrittenAsTheyAreRead) {
  for_each_option([](const SectionInfo&, const Option& option) {
    const auto value = value_of(option, option.example);
    ASSERT_TRUE(value);
    const std::string text = value_text(option, *value);
    const auto again = value_of(option, text);
    ASSERT_TRUE(again) << text << ": " << again.error().message;
    EXPECT_EQ(value_text(option, *again), text);
  });
}

TEST(Options, AreDescribedInOneSentence) {
  for_each_option([](const SectionInfo& info, const Option& option) {
    EXPECT_GT(option.help.size(), 5U);
    EXPECT_FALSE(option.help.ends_with('.'));
    EXPECT_NE(option.bind.store, nullptr);
    EXPECT_EQ(option.types >> info.types.size(), 0U) << "a type that the section does not have";
    EXPECT_EQ(option.kind == Kind::choice || option.kind == Kind::choices, !option.choices.empty());
    EXPECT_FALSE(option.required && !option.preset.empty());
    const auto same_key = [&](const Option& other) { return other.key == option.key; };
    EXPECT_EQ(std::count_if(info.options.begin(), info.options.end(), same_key), 1);
  });
}

TEST(Options, TypesComeFirst) {
  for (const SectionInfo& info : sections()) {
    EXPECT_EQ(&section_info(info.kind), &info);
    if (info.types.empty()) continue;
    EXPECT_EQ(info.options.front().key, "type");
    EXPECT_EQ(info.options.front().choices.data(), info.types.data());
  }
}

// A list of choices that is shorter than its enumeration would name another value than is meant.
TEST(Options, StoreAndLoadTheSameMember) {
  for_each_option([](const SectionInfo& info, const Option& option) {
    Rig rig;
    rig.cameras.emplace_back();
    rig.triggers.emplace_back();
    rig.records.emplace_back();
    rig.retains.emplace_back();
    auto value = value_of(option, option.example);
    ASSERT_TRUE(value);
    for_each_section(rig, [&](const SectionInfo& kind, const Section& section) {
      if (kind.kind != info.kind) return;
      option.bind.store(const_cast<Section&>(section), *value);
      EXPECT_EQ(value_text(option, option.bind.load(section)), value_text(option, *value));
    });
  });
}

TEST(ExampleRigs, AreFineWithoutAWarning) {
  const auto files = test::files_in("examples/rigs", ".toml");
  EXPECT_GE(files.size(), 4U);
  for (const auto& file : files) {
    const Checked checked = read_rig(test::read_file(file), test::kMachine);
    for (const Diagnostic& diagnostic : checked.report.diagnostics())
      ADD_FAILURE() << to_text(file.filename().string(), diagnostic);
  }
}

TEST(ExampleRigs, UseEveryOptionAndEveryType) {
  std::set<std::string> used;
  for (const auto& file : test::files_in("examples/rigs", ".toml")) {
    const Checked checked = read_rig(test::read_file(file), test::kMachine);
    for_each_section(checked.rig, [&](const SectionInfo& info, const Section& section) {
      for (const auto& [key, place] : section.places) used.insert(std::string(info.name) + "." + key);
      if (!info.types.empty())
        used.insert(std::string(info.name) + " " + value_text(info.options[0], info.options[0].bind.load(section)));
    });
  }
  for_each_option([&](const SectionInfo& info, const Option& option) {
    EXPECT_TRUE(used.contains(std::string(info.name) + "." + std::string(option.key))) << "no example uses it";
  });
  for (const SectionInfo& info : sections())
    for (const std::string_view type : info.types)
      EXPECT_TRUE(used.contains(std::string(info.name) + " \"" + std::string(type) + "\"")) << type;
}

}  // namespace
}  // namespace omv::rig
