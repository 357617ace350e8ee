// Where libFuzzer is not linked in: runs the target once on every file of the folders named, so that the
// corpus is a test of every build. Arguments that begin with a hyphen are libFuzzer's and passed over.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

// How many files were run; 0 when the folder cannot be read.
int ReplayFolder(const std::string& folder) {
  int count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string input{std::istreambuf_iterator<char>(file), {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
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
