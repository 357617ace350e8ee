// The manual, written from the tree of commands: a man page, and the part of docs/command-line.md that lists commands.
#pragma once

#include <string>

#include "tools/qingfeng/command.h"

namespace qf::cli {

// man(7) source of qingfeng(1).
std::string ManPage(const Command& root);
// The same as Markdown, from the second level of headings on.
std::string MarkdownManual(const Command& root);

}  // namespace qf::cli
