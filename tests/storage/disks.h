// The disks that a storage suite runs on. A suite is written once and run by every implementation of the
// seam:
//
//   class FilesTest : public OnEachDisk {};
//   TEST_P(FilesTest, …) { files().Open(path("a"), …) }
//   INSTANTIATE_TEST_SUITE_P(Disks, FilesTest, testing::ValuesIn(kDisks), NameOfDisk);
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "tests/simulation/disk/disk.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"

namespace qf {

class TestDisk {
 public:
  virtual ~TestDisk() = default;
  virtual Files& files() = 0;
  // An empty folder.
  virtual std::string folder() = 0;
};

class RealDisk final : public TestDisk {
 public:
  RealDisk() : folder_(absl::StrCat(testing::TempDir(), "qf-", getpid(), "-", ++last_)) {
    EXPECT_OK(files().MakeDir(folder_));
  }
  ~RealDisk() override {
    const auto names = files().List(folder_);
    for (const std::string& name : *names) EXPECT_OK(files().Remove(absl::StrCat(folder_, "/", name)));
    EXPECT_OK(files().Remove(folder_));
  }
  Files& files() override { return SystemFiles(); }
  std::string folder() override { return folder_; }

 private:
  static inline int last_ = 0;
  const std::string folder_;
};

class SimulatedDisk final : public TestDisk {
 public:
  SimulatedDisk() { EXPECT_OK(disk_.MakeDir("store")); }
  Files& files() override { return disk_; }
  std::string folder() override { return "store"; }
  sim::SimDisk& disk() { return disk_; }

 private:
  SeededEntropy entropy_{1};
  sim::SimDisk disk_{1, SystemClock(), entropy_};
};

using MakeDisk = std::unique_ptr<TestDisk> (*)();
struct DiskKind {
  const char* name;
  MakeDisk make;
};
inline constexpr DiskKind kDisks[] = {
    {"Real", [] { return std::unique_ptr<TestDisk>(std::make_unique<RealDisk>()); }},
    {"Simulated", [] { return std::unique_ptr<TestDisk>(std::make_unique<SimulatedDisk>()); }},
};
inline void PrintTo(const DiskKind& kind, std::ostream* out) { *out << kind.name; }
inline std::string NameOfDisk(const testing::TestParamInfo<DiskKind>& info) { return info.param.name; }

class OnEachDisk : public testing::TestWithParam<DiskKind> {
 protected:
  Files& files() { return disk_->files(); }
  std::string path(const std::string& name) { return absl::StrCat(disk_->folder(), "/", name); }

 private:
  std::unique_ptr<TestDisk> disk_ = GetParam().make();
};

}  // namespace qf
