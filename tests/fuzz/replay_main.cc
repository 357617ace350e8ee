// Where libFuzzer is not linked in: runs the target once on every file of the folders named, so that the
// corpus is a test of every build. Arguments that begin with a hyphen are libFuzzer's and passed over.
#include <cstdint>
#include <cstdio>
#include <string>

#include "common/base/files.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr uint64_t kMaxInputBytes = 16 << 20;

// How many files were run; 0 when the folder, or one of its files, cannot be read.
int ReplayFolder(const std::string& folder) {
  qf::Files& files = qf::SystemFiles();
  const auto names = files.List(folder);
  if (!names.ok()) return 0;
  int count = 0;
  for (const std::string& name : *names) {
    const auto input = qf::ReadFile(files, folder + "/" + name, kMaxInputBytes);
    if (!input.ok()) return 0;
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input->data()), input->size());
    ++count;
  }
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (argv[i][0] == '-') continue;
    const int count = ReplayFolder(argv[i]);
    std::printf("%d inputs\n", count);
    if (count == 0) return 1;  // an empty corpus tests nothing
  }
  return 0;
}
