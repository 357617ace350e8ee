#include "tools/qingfeng/manual.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "tools/qingfeng/errors.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/tree_walk.h"

namespace qf::cli {
namespace {

using Path = std::vector<std::string>;

// What a manual is made of, whatever the markup. Text comes in plain and is escaped by the writer.
class Writer {
 public:
  virtual ~Writer() = default;
  virtual void Section(absl::string_view title) = 0;
  virtual void Subsection(absl::string_view title) = 0;
  virtual void Paragraph(absl::string_view text) = 0;
  virtual void Term(absl::string_view term, absl::string_view text) = 0;
  virtual void CommandHead(absl::string_view synopsis) = 0;
  std::string Take() { return std::move(out_); }

 protected:
  std::string out_;
};

// man(7).
class RoffWriter final : public Writer {
 public:
  void Section(absl::string_view title) override {
    absl::StrAppend(&out_, ".SH ", Escaped(absl::AsciiStrToUpper(title)), "\n");
  }
  void Subsection(absl::string_view title) override { absl::StrAppend(&out_, ".SS ", Escaped(title), "\n"); }
  void Paragraph(absl::string_view text) override { absl::StrAppend(&out_, ".PP\n", Escaped(text), "\n"); }
  void Term(absl::string_view term, absl::string_view text) override {
    absl::StrAppend(&out_, ".TP\n\\fB", Escaped(term), "\\fR\n", Escaped(text), "\n");
  }
  void CommandHead(absl::string_view synopsis) override {
    absl::StrAppend(&out_, ".PP\n\\fBqingfeng ", Escaped(synopsis), "\\fR\n");
  }

 private:
  static std::string Escaped(absl::string_view text) {
    std::string escaped = absl::StrReplaceAll(text, {{"\\", "\\e"}, {"-", "\\-"}, {"\n", " "}});
    if (absl::StartsWith(escaped, ".") || absl::StartsWith(escaped, "'")) escaped.insert(0, "\\&");
    return escaped;
  }
};

class MarkdownWriter final : public Writer {
 public:
  void Section(absl::string_view title) override { absl::StrAppend(&out_, "## ", title, "\n\n"); }
  void Subsection(absl::string_view title) override { absl::StrAppend(&out_, "### ", title, "\n\n"); }
  void Paragraph(absl::string_view text) override { absl::StrAppend(&out_, text, "\n\n"); }
  void Term(absl::string_view term, absl::string_view text) override {
    absl::StrAppend(&out_, "- `", term, "` — ", text, "\n");
  }
  void CommandHead(absl::string_view synopsis) override {
    absl::StrAppend(&out_, "#### `qingfeng ", synopsis, "`\n\n");
  }
};

std::string TermOf(const Arg& arg) {
  std::string term = arg.name;
  if (!arg.value.empty()) absl::StrAppend(&term, " ", arg.value);
  return term;
}

void WriteArgs(const std::vector<Arg>& args, Writer& writer) {
  for (const Arg& arg : args) writer.Term(TermOf(arg), HelpOf(arg));
}

void WriteCommand(const Command& command, const Path& path, Writer& writer) {
  writer.CommandHead(Synopsis(command, path));
  writer.Paragraph(absl::StrCat(command.help, Tr(".")));
  if (!command.details.empty()) writer.Paragraph(command.details);
  WriteArgs(command.args, writer);
  if (!command.args.empty()) writer.Paragraph("");
}

void WriteCommands(const Command& root, Writer& writer) {
  writer.Section(Tr("Commands"));
  std::string group;
  Walk(root, [&](const Command& command, const Path& path) {
    if (path.size() == 1 && command.group != group) writer.Subsection(group = command.group);
    WriteCommand(command, path, writer);
  });
}

void WriteGlobals(const Command& root, Writer& writer) {
  writer.Section(Tr("Global options"));
  writer.Paragraph(Tr("These stand before or behind the name of a command."));
  WriteArgs(root.args, writer);
  writer.Term("--help", Tr("this help"));
  writer.Term("--version", Tr("the program's version"));
  writer.Paragraph("");
}

void WriteExitCodes(Writer& writer) {
  writer.Section(Tr("Exit codes"));
  for (const ExitMeaning& meaning : ExitMeanings()) writer.Term(absl::StrCat(meaning.code), Tr(meaning.english));
  writer.Paragraph("");
}

void WriteSurroundings(Writer& writer) {
  writer.Section(Tr("Environment"));
  writer.Term("XDG_DATA_HOME, HOME", Tr("where the store is when --store is not given"));
  writer.Term("LC_ALL, LC_MESSAGES, LANG", Tr("the language: Chinese when the first that is set begins with zh"));
  writer.Term("NO_COLOR, TERM", Tr("no colour and no progress line when NO_COLOR is set or TERM is dumb"));
  writer.Paragraph("");
}

void WriteAll(const Command& root, Writer& writer) {
  WriteGlobals(root, writer);
  WriteCommands(root, writer);
  WriteExitCodes(writer);
  WriteSurroundings(writer);
}

}  // namespace

std::string ManPage(const Command& root) {
  RoffWriter writer;
  writer.Section(Tr("Name"));
  writer.Paragraph(absl::StrCat(root.name, " - ", root.help));
  writer.Section(Tr("Synopsis"));
  writer.CommandHead(Tr("[options] COMMAND ..."));
  WriteAll(root, writer);
  return absl::StrCat(".TH QINGFENG 1\n", writer.Take());
}

std::string MarkdownManual(const Command& root) {
  MarkdownWriter writer;
  WriteAll(root, writer);
  return writer.Take();
}

}  // namespace qf::cli
