// Rows under headings, columns lined up by what they take on the screen (width.h).
//
//   Table table({{Tr("item")}, {Tr("title")}, {Tr("size"), Table::Align::kRight}});
//   table.Add({"1f0a…", "贿选", "12 kB"});
//   console.out() << table.Render(console.columns());
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace qf::cli {

class Table {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string heading;
    Align align = Align::kLeft;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // One row: a cell for each column. Cells are cleaned (width.h).
  void Add(std::vector<std::string> cells);

  // The whole table. `columns` > 0: no line is wider, the widest columns are cut with "…" (but none below eight);
  // 0: nothing is cut, as when another program reads. Empty text when no row was added.
  std::string Render(int columns) const;

 private:
  std::vector<int> Widths(int columns) const;
  std::string Line(const std::vector<std::string>& cells, const std::vector<int>& widths) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// "name   value" lines: labels lined up, values as they are, wrapped under themselves when `columns` > 0; pairs with
// an empty value are left out.
std::string Fields(const std::vector<std::pair<std::string, std::string>>& pairs, int columns);

}  // namespace qf::cli
