// SPDX-License-Identifier: LGPL-2.1-or-later
// Union-find over the cells from the most different one down: the level is where the first group is large enough.
#include "omv/analysis/cell_groups.h"

#include <algorithm>

#include "omv/analysis/background.h"

namespace omv::analysis {

// Counting sort; equal cells stay in the order of the grid.
void CellGroups::sort_by_difference(const CellGrid& grid) {
  const std::size_t count = std::size_t{grid.columns} * grid.rows;
  starts_.assign(kMaxDifference + 2, 0);
  for (std::size_t i = 0; i < count; ++i)
    if (grid.differences[i] > 0) ++starts_[static_cast<std::size_t>(kMaxDifference + 1 - grid.differences[i])];
  for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
  order_.resize(starts_.back());
  for (std::size_t i = 0; i < count; ++i)
    if (grid.differences[i] > 0)
      order_[starts_[static_cast<std::size_t>(kMaxDifference - grid.differences[i])]++] = static_cast<std::uint32_t>(i);
}

std::uint32_t CellGroups::root_of(std::uint32_t cell) {
  while (groups_[cell].parent != cell) cell = groups_[cell].parent = groups_[groups_[cell].parent].parent;
  return cell;
}

void CellGroups::join(std::uint32_t into, std::uint32_t other) {
  Group& larger = groups_[into];
  const Group& smaller = groups_[other];
  larger.cells += smaller.cells;
  larger.left = std::min(larger.left, smaller.left);
  larger.top = std::min(larger.top, smaller.top);
  larger.right = std::max(larger.right, smaller.right);
  larger.bottom = std::max(larger.bottom, smaller.bottom);
  groups_[other].parent = into;
}

// The group that a cell makes with its neighbours that are there already.
std::uint32_t CellGroups::add(const CellGrid& grid, std::uint32_t cell) {
  const std::uint32_t x = cell % grid.columns;
  const std::uint32_t y = cell / grid.columns;
  groups_[cell] = {cell, 1, x, y, x, y};
  std::uint32_t root = cell;
  for (std::uint32_t ny = y - (y > 0); ny <= std::min(y + 1, grid.rows - 1); ++ny)
    for (std::uint32_t nx = x - (x > 0); nx <= std::min(x + 1, grid.columns - 1); ++nx) {
      const std::uint32_t neighbour = ny * grid.columns + nx;
      if (groups_[neighbour].cells == 0) continue;
      const std::uint32_t other = root_of(neighbour);
      if (other == root) continue;
      const bool grows = groups_[root].cells >= groups_[other].cells;
      join(grows ? root : other, grows ? other : root);
      root = grows ? root : other;
    }
  return root;
}

void CellGroups::sum_up(std::uint32_t min_cells, std::size_t count, GroupsFound& found) {
  std::uint32_t most = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t cell = order_[i];
    const Group& group = groups_[cell];
    if (group.parent != cell || group.cells < min_cells) continue;
    found.cells += group.cells;
    if (group.cells <= most) continue;
    most = group.cells;
    found.largest = {group.left, group.top, group.right - group.left + 1, group.bottom - group.top + 1};
  }
}

GroupsFound CellGroups::find(const CellGrid& grid, int threshold, std::uint32_t min_cells) {
  sort_by_difference(grid);
  groups_.assign(std::size_t{grid.columns} * grid.rows, Group());
  GroupsFound found;
  std::size_t count = 0;
  for (; count < order_.size(); ++count) {
    const std::uint32_t cell = order_[count];
    const int difference = grid.differences[cell];
    if (found.level > 0 && difference < threshold) break;
    const std::uint32_t root = add(grid, cell);
    if (found.level == 0 && groups_[root].cells >= min_cells) found.level = difference;
  }
  if (found.level >= threshold) sum_up(min_cells, count, found);
  return found;
}

}  // namespace omv::analysis
