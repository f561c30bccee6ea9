// SPDX-License-Identifier: LGPL-2.1-or-later
// Cells that are different and touch each other: how large, where, and up to which threshold.
#pragma once

#include <cstdint>
#include <vector>

#include "omv/image/image.h"

namespace omv::analysis {

/// Cells of a grid, row by row; those that are not watched are 0.
struct CellGrid {
  std::uint32_t columns = 0;
  std::uint32_t rows = 0;
  const std::uint16_t* differences = nullptr;  ///< 0 to kMaxDifference
};

struct GroupsFound {
  int level = 0;            ///< the highest threshold at which some group has the cells asked for; 0: none has
  std::uint32_t cells = 0;  ///< of all such groups, at the threshold
  Roi largest;              ///< the box around the largest of them, in cells; empty when there is none
};

/// Looks for groups of cells that touch at a side or corner. Keeps its memory. One thread at a time.
class CellGroups {
 public:
  /// Groups of at least `min_cells` (1 and up) cells of `threshold` (1 and up) and more.
  GroupsFound find(const CellGrid& grid, int threshold, std::uint32_t min_cells);

 private:
  struct Group {
    std::uint32_t parent = 0;
    std::uint32_t cells = 0;  // 0: not looked at yet
    std::uint32_t left = 0, top = 0, right = 0, bottom = 0;
  };

  void sort_by_difference(const CellGrid& grid);
  std::uint32_t root_of(std::uint32_t cell);
  std::uint32_t add(const CellGrid& grid, std::uint32_t cell);
  void join(std::uint32_t into, std::uint32_t other);
  void sum_up(std::uint32_t min_cells, std::size_t count, GroupsFound& found);

  std::vector<Group> groups_;
  std::vector<std::uint32_t> order_;   // cells that differ, the largest difference first
  std::vector<std::uint32_t> starts_;  // of each difference in `order_`
};

}  // namespace omv::analysis
