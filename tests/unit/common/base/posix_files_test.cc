// What the machine's own disk says when the system fails in ways that no disk here can be brought to. What it shares
// with the simulated one is in tests/storage/files_conformance_test.cc.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "common/base/files.h"
#include "tests/support/status_matchers.h"

namespace {
int next_flock_error = 0;  // 0: the system's own answer
}

// Stands before the C library's.
extern "C" int flock(int fd, int operation) {
  if (next_flock_error == 0) return static_cast<int>(syscall(SYS_flock, fd, operation));
  errno = next_flock_error;
  return -1;
}

namespace qf {
namespace {

TEST(PosixFiles, OnlyALockThatIsHeldIsAStoreInUse) {
  const std::string path = testing::TempDir() + "/posix-files-test.lock";
  const auto lock_failing_with = [&](int error) {
    next_flock_error = error;
    const absl::Status status = SystemFiles().Lock(path).status();
    next_flock_error = 0;
    return status;
  };
  EXPECT_THAT(lock_failing_with(ENOLCK), Fails(Reason::REASON_DISK_ERROR));
  EXPECT_THAT(lock_failing_with(EOPNOTSUPP), Fails(Reason::REASON_DISK_ERROR));
  {
    const auto held = SystemFiles().Lock(path);
    ASSERT_OK(held);
    EXPECT_THAT(SystemFiles().Lock(path), Fails(Reason::REASON_STORE_IN_USE));
  }
  EXPECT_OK(SystemFiles().Lock(path));
  EXPECT_OK(SystemFiles().Remove(path));
}

}  // namespace
}  // namespace qf
