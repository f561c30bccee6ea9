// SPDX-License-Identifier: LGPL-2.1-or-later
// Runs a fuzz target without libFuzzer: over every file of a folder, its beginnings, and some mutations of it.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;

constexpr std::size_t kMaxTruncations = 512;
constexpr int kMutations = 512;

Input read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A copy of its own, so that a sanitizer sees a read behind the end.
void run(Input input) {
  input.shrink_to_fit();
  (void)LLVMFuzzerTestOneInput(input.data(), input.size());
}

void run_beginnings(const Input& whole) {
  const std::size_t step = std::max<std::size_t>(1, whole.size() / kMaxTruncations);
  for (std::size_t size = 0; size < whole.size(); size += step)
    run(Input(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
}

// One to four bytes replaced, most of them near the beginning where headers are; the same ones in every run.
void run_mutations(const Input& whole) {
  if (whole.empty()) return;
  std::mt19937 random(static_cast<std::mt19937::result_type>(whole.size()));
  for (int round = 0; round < kMutations; ++round) {
    Input mutated = whole;
    const std::size_t reach = round % 4 == 0 ? whole.size() : std::min<std::size_t>(whole.size(), 96);
    for (unsigned left = 1 + random() % 4; left > 0; --left)
      mutated[random() % reach] = static_cast<std::uint8_t>(random());
    run(std::move(mutated));
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t files = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      const Input whole = read_file(entry.path());
      std::printf("%s: %zu bytes\n", entry.path().c_str(), whole.size());
      std::fflush(stdout);
      run(whole);
      run_beginnings(whole);
      run_mutations(whole);
      ++files;
    }
  }
  std::printf("%zu files\n", files);
  return files > 0 ? 0 : 1;
}
