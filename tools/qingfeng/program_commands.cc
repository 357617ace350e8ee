// call, completion, manual.
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"
#include "common/base/try.h"
#include "google/protobuf/util/json_util.h"
#include "qingfeng/client/v1/desk.pb.h"
#include "qingfeng/client/v1/event.pb.h"
#include "qingfeng/client/v1/field.pb.h"
#include "qingfeng/client/v1/vault.pb.h"
#include "tools/qingfeng/commands.h"
#include "tools/qingfeng/completion.h"
#include "tools/qingfeng/manual.h"
#include "tools/qingfeng/table.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {
namespace {

constexpr size_t kRequestBytesMax = 2 << 20;
constexpr absl::string_view kVaultService = "qingfeng.client.v1.VaultService/";
constexpr absl::string_view kOpen = "qingfeng.client.v1.VaultService/Open";
constexpr absl::string_view kEventService = "qingfeng.client.v1.EventService/";
constexpr absl::string_view kWatch = "qingfeng.client.v1.EventService/Watch";

// The method that `text` means: its whole name, or the end of it where only one ends so ("Echo", "EventService/Echo").
absl::StatusOr<std::string> FindMethodName(const rpc::MethodTable& table, const std::string& text) {
  if (table.Find(text) != nullptr) return text;
  std::vector<std::string> found;
  std::vector<std::string> last_parts;
  for (const std::string& name : table.Names()) {
    const bool ends = absl::EndsWith(name, absl::StrCat("/", text)) || absl::EndsWith(name, absl::StrCat(".", text));
    if (ends) found.push_back(name);
    last_parts.push_back(name.substr(name.find('/') + 1));
  }
  if (found.size() == 1) return found.front();
  if (found.size() > 1) {
    return Error(Reason::REASON_USAGE,
                 absl::Substitute(Tr("$0 may mean any of: $1"), text, absl::StrJoin(found, ", ")));
  }
  const std::string nearest = Nearest(text.substr(text.find('/') + 1), last_parts);
  return Error(Reason::REASON_METHOD,
               nearest.empty() ? absl::Substitute(Tr("there is no method $0; qingfeng call --list shows all"), text)
                               : absl::Substitute(Tr("$0 is unknown; did you mean $1?"), text, nearest));
}

absl::Status ListMethods(Context& context) {
  const rpc::MethodTable& methods = context.Bare().table();
  Table table({{Tr("method")}, {Tr("request")}, {Tr("answer")}});
  for (const std::string& name : methods.Names()) {
    const auto& method = *methods.Find(name);
    table.Add({name, method.request->GetDescriptor()->name(),
               absl::StrCat(method.streams ? "stream " : "", method.response->GetDescriptor()->name())});
  }
  context.out() << table.Render(context.console().columns());
  return absl::OkStatus();
}

// The store in the state that the method needs.
absl::StatusOr<Core*> Prepare(Context& context, absl::string_view method, bool locked) {
  const bool bare = method == kOpen || (absl::StartsWith(method, kEventService) && method != kWatch);
  if (bare) return &context.Bare();
  if (absl::StartsWith(method, kVaultService)) return context.OpenOrCreate();
  return locked ? context.Open() : context.Unlock();
}

absl::StatusOr<std::string> RequestBytes(const google::protobuf::Message& prototype, const std::string& json) {
  const std::unique_ptr<google::protobuf::Message> request(prototype.New());
  const auto status = google::protobuf::util::JsonStringToMessage(json, request.get());
  if (status.ok()) return request->SerializeAsString();
  return Error(Reason::REASON_USAGE, absl::StrCat(Tr("the request's JSON cannot be read"), ": ",
                                                  absl::string_view(status.message().data(), status.message().size())));
}

struct CallOptions {
  std::string method;
  std::string request;
  std::string request_file;
  bool list = false;
  bool locked = false;
};

absl::StatusOr<std::string> RequestJson(Context& context, const CallOptions& options) {
  if (!options.request_file.empty()) return ReadFile(context.files(), options.request_file, kRequestBytesMax);
  if (options.request == "-") return context.console().ReadAll(kRequestBytesMax);
  return options.request.empty() ? "{}" : options.request;
}

absl::Status Call(Context& context, const CallOptions& options) {
  if (options.list) return ListMethods(context);
  if (options.method.empty()) return Error(Reason::REASON_USAGE, Tr("name a method; --list shows them"));
  const rpc::MethodTable& table = context.Bare().table();
  QF_TRY_ASSIGN(const std::string name, FindMethodName(table, options.method));
  const rpc::MethodTable::Method& method = *table.Find(name);
  QF_TRY_ASSIGN(const std::string json, RequestJson(context, options));
  QF_TRY_ASSIGN(const std::string request, RequestBytes(*method.request, json));
  QF_TRY_ASSIGN(Core* const core, Prepare(context, name, options.locked));
  return core->Run(name, request, [&](const std::string& bytes) -> absl::Status {
    const std::unique_ptr<google::protobuf::Message> response(method.response->New());
    if (!response->ParseFromString(bytes))
      return Error(Reason::REASON_INTERNAL, "an answer of the core cannot be read");
    return context.PrintJson(*response);
  });
}

// Every method of the contract, without starting a core: for completion.
std::vector<std::string> ContractMethods() {
  std::vector<std::string> names;
  for (const auto* file : {clientpb::OpenRequest::descriptor()->file(), clientpb::Draft::descriptor()->file(),
                           clientpb::Arrival::descriptor()->file(), clientpb::EchoRequest::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        names.push_back(absl::StrCat(file->service(s)->full_name(), "/", file->service(s)->method(m)->name()));
      }
    }
  }
  return names;
}

Command CallCommand() {
  auto o = std::make_shared<CallOptions>();
  Command command;
  command.name = "call";
  command.help = Tr("call any method of the core; the request and the answer are JSON");
  command.details =
      Tr("A method is package.Service/Method; the end of its name is enough where it is the only one. Every message of "
         "the "
         "answer is one line. The store is opened, and unlocked unless the method is of VaultService. A request with a "
         "secret in it belongs on standard input or in a file: other users can read a command line.");
  Arg method = OptionalPositional("METHOD", &o->method, Tr("which method"));
  method.suggestions = ContractMethods();
  command.args = {std::move(method),
                  OptionalPositional("JSON", &o->request, Tr("the request; {} without it; - reads standard input")),
                  Option("--request-file", &o->request_file, "FILE", Tr("read the request from a file")),
                  Flag("--list", &o->list, Tr("show the methods")),
                  Flag("--locked", &o->locked, Tr("do not unlock the store"))};
  command.run = [o](Context& context) { return Call(context, *o); };
  return command;
}

Command CompletionCommand() {
  auto shell = std::make_shared<std::string>();
  return {.name = "completion",
          .help = Tr("a completion script for a shell"),
          .args = {Positional("SHELL", shell.get(), Tr("bash, zsh or fish")).OneOf({"bash", "zsh", "fish"})},
          .run = [shell](Context& context) {
            context.out() << (*shell == "bash"  ? BashCompletion(*context.root)
                              : *shell == "zsh" ? ZshCompletion(*context.root)
                                                : FishCompletion(*context.root));
            return absl::OkStatus();
          }};
}

Command ManualCommand() {
  auto markdown = std::make_shared<bool>(false);
  return {.name = "manual",
          .help = Tr("the manual page, made from the same tree as everything else"),
          .args = {Flag("--markdown", markdown.get(), Tr("as Markdown instead of man(7)"))},
          .run = [markdown](Context& context) {
            context.out() << (*markdown ? MarkdownManual(*context.root) : ManPage(*context.root));
            return absl::OkStatus();
          }};
}

}  // namespace

std::vector<Command> ProgramCommands() { return {CallCommand(), CompletionCommand(), ManualCommand()}; }

}  // namespace qf::cli
