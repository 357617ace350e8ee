// qingfeng: the client core on the command line.
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "client-core/api/client.h"
#include "common/base/files.h"
#include "tools/qingfeng/console.h"
#include "tools/qingfeng/run.h"
#include "tools/qingfeng/text.h"

namespace {

class ClientHost final : public qf::cli::CoreHost {
 public:
  const qf::rpc::MethodTable& methods() const override { return client_->methods(); }

 private:
  std::unique_ptr<qf::client::Client> client_ = qf::client::Client::Create();
};

// Where translations lie: beside the program when it runs from where it was built, else as installed.
std::vector<std::string> LocaleFolders() {
  char path[4096];
  const ssize_t size = readlink("/proc/self/exe", path, sizeof path);
  std::vector<std::string> folders;
  if (size > 0) {
    const std::string folder = qf::DirName(std::string(path, static_cast<size_t>(size)));
    folders = {folder + "/locale", folder + "/../share/locale"};
  }
  folders.push_back(QF_LOCALE_DIR);
  return folders;
}

}  // namespace

int main(int argc, char** argv) {
  qf::cli::CatchInterrupts();
  qf::cli::SetLanguage(qf::cli::LanguageOfEnvironment(), qf::SystemFiles(), LocaleFolders());
  qf::cli::Console console(qf::cli::Console::OfProcess());
  const std::vector<std::string> words(argv + 1, argv + argc);
  return qf::cli::Run(words, QF_VERSION, console, qf::SystemFiles(), [] { return std::make_unique<ClientHost>(); });
}
