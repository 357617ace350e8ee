#include "tools/qingfeng/table.h"

#include <algorithm>

#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "common/base/check.h"
#include "tools/qingfeng/width.h"

namespace qf::cli {
namespace {

constexpr int kGap = 2;
constexpr int kNarrowest = 8;
constexpr int kValueNarrowest = 20;  // below this a value starts on a line of its own

std::string Spaces(int count) { return std::string(static_cast<size_t>(std::max(count, 0)), ' '); }

}  // namespace

void Table::Add(std::vector<std::string> cells) {
  QF_CHECK(cells.size() == columns_.size());
  for (std::string& cell : cells) cell = Clean(cell);
  rows_.push_back(std::move(cells));
}

std::vector<int> Table::Widths(int columns) const {
  std::vector<int> widths;
  int total = -kGap;
  for (size_t i = 0; i < columns_.size(); ++i) {
    int width = WidthOf(columns_[i].heading);
    for (const auto& row : rows_) width = std::max(width, WidthOf(row[i]));
    widths.push_back(width);
    total += width + kGap;
  }
  while (columns > 0 && total > columns) {
    const auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= kNarrowest) break;
    --*widest;
    --total;
  }
  return widths;
}

std::string Table::Line(const std::vector<std::string>& cells, const std::vector<int>& widths) const {
  std::string out;
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string cell = Fit(cells[i], widths[i]);
    const std::string padding = Spaces(widths[i] - WidthOf(cell));
    if (i > 0) out += Spaces(kGap);
    if (columns_[i].align == Align::kRight) {
      out += padding + cell;
    } else {
      out += i + 1 < cells.size() ? cell + padding : cell;
    }
  }
  return out.erase(out.find_last_not_of(' ') + 1) + "\n";
}

std::string Table::Render(int columns) const {
  if (rows_.empty()) return "";
  const std::vector<int> widths = Widths(columns);
  std::vector<std::string> headings;
  for (const Column& column : columns_) headings.push_back(column.heading);
  std::string out = Line(headings, widths);
  for (const auto& row : rows_) out += Line(row, widths);
  return out;
}

std::string Fields(const std::vector<std::pair<std::string, std::string>>& pairs, int columns) {
  int label_width = 0;
  for (const auto& [label, value] : pairs) {
    if (!value.empty()) label_width = std::max(label_width, WidthOf(label));
  }
  const int indent = label_width + kGap;
  std::string out;
  for (const auto& [label, value] : pairs) {
    if (value.empty()) continue;
    std::string text = Clean(value, true);
    if (columns - indent >= kValueNarrowest) text = Wrap(text, columns - indent);
    out += label + Spaces(indent - WidthOf(label));
    out += absl::StrReplaceAll(text, {{"\n", "\n" + Spaces(indent)}}) + "\n";
  }
  return out;
}

}  // namespace qf::cli
