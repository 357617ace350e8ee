#include "tests/simulation/disk/disk.h"

#include <gmock/gmock.h>

#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"

namespace qf::sim {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::IsEmpty;

std::string Sectors(int count, char c) { return std::string(static_cast<size_t>(count) * FileImage::kSectorBytes, c); }

// --- FileImage.

// A cut in which every choice is the given number.
std::string CutWith(FileImage image, uint64_t choice) {
  image.Cut([choice](uint64_t bound) { return choice % bound; }, [](FileImage::Fate) {});
  return image.bytes();
}

// Some of the contents that chance may leave.
std::set<std::string> CutOften(const FileImage& image) {
  std::set<std::string> found;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SeededEntropy chance(seed);
    FileImage copy = image;
    copy.Cut([&](uint64_t bound) { return chance.Below(bound); }, [](FileImage::Fate) {});
    found.insert(copy.bytes());
  }
  return found;
}

TEST(FileImage, WhatIsSyncedStays) {
  FileImage image;
  image.Write(0, Sectors(3, 'a'));
  image.Write(700, "bbb");
  image.Sync();
  EXPECT_EQ(image.unsynced_sectors(), 0u);
  const std::string synced = image.bytes();
  EXPECT_THAT(CutOften(image), ElementsAre(synced));
  image.Write(0, "c");
  EXPECT_EQ(image.DurableBytes(), synced);
  for (const std::string& left : CutOften(image)) {
    EXPECT_EQ(left.substr(1), synced.substr(1));  // bytes beside a write are never harmed
    EXPECT_THAT(left[0], AnyOf('a', 'c'));
  }
}

TEST(FileImage, SectorsAreKeptLostOrTornEachForItself) {
  FileImage image = FileImage::Durable(Sectors(2, 'a'));
  image.Write(0, Sectors(2, 'b'));
  const auto found = CutOften(image);
  EXPECT_TRUE(found.count(Sectors(2, 'a')));
  EXPECT_TRUE(found.count(Sectors(2, 'b')));
  EXPECT_TRUE(found.count(Sectors(1, 'a') + Sectors(1, 'b')));
  EXPECT_TRUE(found.count(Sectors(1, 'b') + Sectors(1, 'a')));
  EXPECT_GT(found.size(), 20u);  // the torn ones
}

TEST(FileImage, ALongWriteMayBeThereWholeOrNotAtAll) {
  FileImage image = FileImage::Durable(Sectors(64, 'a'));
  image.Write(0, Sectors(64, 'b'));
  const auto found = CutOften(image);
  EXPECT_TRUE(found.count(Sectors(64, 'a')));
  EXPECT_TRUE(found.count(Sectors(64, 'b')));
  EXPECT_GT(found.size(), 100u);  // all others are mixed
}

TEST(FileImage, AnEarlierWriteMayBeWhatIsLeft) {
  FileImage image = FileImage::Durable(Sectors(1, 'a'));
  image.Write(0, Sectors(1, 'b'));
  image.Write(0, Sectors(1, 'c'));
  const auto found = CutOften(image);
  for (const char c : {'a', 'b', 'c'}) EXPECT_TRUE(found.count(Sectors(1, c))) << c;
}

TEST(FileImage, GrowthMayStopOnTheWayOrBeZeros) {
  FileImage image;
  image.Write(0, Sectors(4, 'a'));
  const auto found = CutOften(image);
  EXPECT_TRUE(found.count(""));
  EXPECT_TRUE(found.count(Sectors(4, 'a')));
  bool shorter = false;
  bool zeros = false;
  for (const std::string& left : found) {
    shorter |= left == Sectors(2, 'a');
    zeros |= left.size() == Sectors(4, 'a').size() && left[0] == '\0';
  }
  EXPECT_TRUE(shorter);
  EXPECT_TRUE(zeros);
}

TEST(FileImage, ATruncationMayBeTakenBack) {
  FileImage image = FileImage::Durable(Sectors(2, 'a') + "tail");
  image.Truncate(100);
  EXPECT_EQ(image.bytes(), std::string(100, 'a'));
  const auto found = CutOften(image);
  EXPECT_TRUE(found.count(std::string(100, 'a')));
  EXPECT_TRUE(found.count(Sectors(2, 'a') + "tail"));
  image.Sync();
  EXPECT_THAT(CutOften(image), ElementsAre(std::string(100, 'a')));
}

TEST(FileImage, AFailedSyncIsForgottenUntilWrittenAnew) {
  FileImage image = FileImage::Durable(Sectors(1, 'a'));
  image.Write(0, Sectors(1, 'b'));
  image.FailSync();
  image.Sync();  // reports success and helps nobody
  EXPECT_EQ(image.bytes(), Sectors(1, 'b'));
  EXPECT_EQ(image.DurableBytes(), Sectors(1, 'a'));
  EXPECT_TRUE(CutOften(image).count(Sectors(1, 'a')));
  image.Write(0, image.bytes());
  image.Sync();
  EXPECT_EQ(CutWith(image, 1), Sectors(1, 'b'));
  EXPECT_THAT(CutOften(image), ElementsAre(Sectors(1, 'b')));
}

// --- SimDisk.

class SimDiskTest : public testing::Test {
 protected:
  explicit SimDiskTest(uint64_t seed = 1) : disk_(seed, SystemClock(), entropy_) {}
  std::unique_ptr<File> Open(const std::string& path) {
    auto file = disk_.Open(path, OpenMode::kCreate);
    EXPECT_OK(file);
    return *std::move(file);
  }
  std::string Get(const std::string& path) {
    auto bytes = ReadFile(disk_, path, 1 << 20);
    return bytes.ok() ? *bytes : "(" + qf::NameOf(ReasonOf(bytes.status())) + ")";
  }
  SeededEntropy entropy_{1};
  SimDisk disk_;
};

TEST_F(SimDiskTest, NamesAreDurableAfterSyncDir) {
  int lost = 0;
  for (int i = 0; i < 30; ++i) {
    const std::string path = absl::StrCat("f", i);
    ASSERT_OK(Open(path)->Sync());
    disk_.Cut();
    disk_.PowerOn();
    lost += Get(path) == "(FILE_MISSING)" ? 1 : 0;
  }
  EXPECT_GT(lost, 5);
  EXPECT_LT(lost, 25);
  EXPECT_EQ(disk_.count(DiskEvent::kNameLost), static_cast<uint64_t>(lost));
  ASSERT_OK(Open("kept")->Sync());
  ASSERT_OK(disk_.SyncDir("."));
  for (int i = 0; i < 10; ++i) {
    disk_.Cut();
    disk_.PowerOn();
    EXPECT_EQ(Get("kept"), "");
  }
}

TEST_F(SimDiskTest, AReplacementIsTheOldOrTheNewFile) {
  std::set<std::string> found;
  for (int i = 0; i < 40; ++i) {
    ASSERT_OK(WriteFileAtomically(disk_, "f", "old"));
    {
      auto file = Open("f.new");
      ASSERT_OK(file->Truncate(0));
      ASSERT_OK(file->WriteAt(0, "new"));
      ASSERT_OK(file->Sync());
    }
    ASSERT_OK(disk_.Rename("f.new", "f"));
    disk_.Cut();
    disk_.PowerOn();
    found.insert(Get("f"));
  }
  EXPECT_THAT(found, ElementsAre("new", "old"));
}

TEST_F(SimDiskTest, TheCutIsDuringTheNumberedChange) {
  auto file = Open("f");
  ASSERT_OK(disk_.SyncDir("."));
  disk_.CutAt(2);
  EXPECT_OK(file->WriteAt(0, "one"));
  EXPECT_OK(file->ReadAt(0, 3));  // no change
  EXPECT_OK(file->Sync());
  EXPECT_FALSE(disk_.stopped());
  EXPECT_THAT(file->WriteAt(0, "two"), Fails(Reason::REASON_DISK_ERROR));
  EXPECT_TRUE(disk_.stopped());
  EXPECT_THAT(file->ReadAt(0, 3), Fails(Reason::REASON_DISK_ERROR));
  EXPECT_THAT(disk_.Exists("f"), Fails(Reason::REASON_DISK_ERROR));
  disk_.PowerOn();
  EXPECT_THAT(file->ReadAt(0, 3), Fails(Reason::REASON_DISK_ERROR));  // opened in an earlier life
  EXPECT_EQ(Get("f").size(), 3u);
  EXPECT_EQ(disk_.count(DiskEvent::kCutDuringWrite), 1u);
}

TEST_F(SimDiskTest, AProcessDeathLosesNothingButLocks) {
  auto file = Open("f");
  ASSERT_OK(file->WriteAt(0, "unsynced"));
  ASSERT_OK_AND_ASSIGN(auto lock, disk_.Lock("lock"));
  disk_.Stop();
  disk_.RestartProcess();
  EXPECT_EQ(Get("f"), "unsynced");
  ASSERT_OK_AND_ASSIGN(auto next, disk_.Lock("lock"));
  lock.reset();  // of the dead process: frees nothing
  EXPECT_THAT(disk_.Lock("lock"), Fails(Reason::REASON_STORE_IN_USE));
}

TEST_F(SimDiskTest, OperationsFailWhenTold) {
  auto file = Open("f");
  disk_.Fail(DiskOperation::kWrite, 1, 2);
  EXPECT_OK(file->WriteAt(0, "a"));
  EXPECT_THAT(file->WriteAt(0, "b"), Fails(Reason::REASON_DISK_ERROR));
  EXPECT_THAT(file->Truncate(0), Fails(Reason::REASON_DISK_ERROR));
  EXPECT_OK(file->WriteAt(0, "c"));
  disk_.Fail(DiskOperation::kRead, 0, SimDisk::kForever);
  for (int i = 0; i < 3; ++i) EXPECT_THAT(file->ReadAt(0, 1), Fails(Reason::REASON_DISK_ERROR));
  disk_.StopFailing();
  EXPECT_OK(file->ReadAt(0, 1));
  disk_.Fail(DiskOperation::kName, 0, 1);
  EXPECT_THAT(disk_.Rename("f", "g"), Fails(Reason::REASON_DISK_ERROR));
  EXPECT_EQ(disk_.count(DiskEvent::kWriteError), 2u);
  EXPECT_EQ(disk_.count(DiskEvent::kNamingError), 1u);
}

TEST_F(SimDiskTest, AFullDiskTakesWhatFits) {
  disk_.SetCapacity(1000);
  auto file = Open("f");
  EXPECT_OK(file->WriteAt(0, std::string(900, 'a')));
  EXPECT_THAT(file->WriteAt(900, std::string(200, 'b')), Fails(Reason::REASON_DISK_FULL));
  ASSERT_OK_AND_ASSIGN(const uint64_t left, disk_.FreeBytes("f"));
  EXPECT_EQ(left, 0u);
  EXPECT_OK(file->WriteAt(0, std::string(900, 'c')));  // no growth
  disk_.SetCapacity(2000);
  EXPECT_OK(file->WriteAt(900, std::string(200, 'b')));
  EXPECT_EQ(disk_.UsedBytes(), 1100u);
}

TEST_F(SimDiskTest, FaultsComeAsOftenAsTheyShould) {
  auto file = Open("f");
  ASSERT_OK(file->WriteAt(0, Sectors(64, 'a')));
  disk_.SetFaults({.read_error = 100'000,
                   .rot = 50'000,
                   .misdirected_write = 20'000,
                   .misdirected_read = 100'000,
                   .slow = 100'000,
                   .slow_us = 3});
  for (int i = 0; i < 2000; ++i) {
    file->ReadAt(0, 10).IgnoreError();
    EXPECT_OK(file->WriteAt(0, "b"));
  }
  EXPECT_NEAR(static_cast<double>(disk_.count(DiskEvent::kReadError)), 200, 60);
  EXPECT_NEAR(static_cast<double>(disk_.count(DiskEvent::kRot)), 90, 40);
  EXPECT_NEAR(static_cast<double>(disk_.count(DiskEvent::kMisdirectedRead)), 180, 60);
  EXPECT_NEAR(static_cast<double>(disk_.count(DiskEvent::kMisdirectedWrite)), 40, 25);
  EXPECT_EQ(disk_.TakeDelayUs(), 3 * disk_.count(DiskEvent::kSlow));
  EXPECT_EQ(disk_.TakeDelayUs(), 0u);
}

TEST_F(SimDiskTest, ScanFindsWhatLiesAnywhere) {
  ASSERT_OK(WriteFileAtomically(disk_, "a", "xx needle xx"));
  EXPECT_THAT(disk_.Scan("needle"), ElementsAre("a"));  // renamed, it is there under one name
  auto file = Open("a");
  ASSERT_OK(file->WriteAt(0, "............"));
  EXPECT_THAT(disk_.Scan("needle"), ElementsAre("a"));  // a cut could bring it back
  ASSERT_OK(file->Sync());
  EXPECT_THAT(disk_.Scan("needle"), IsEmpty());
  ASSERT_OK(WriteFileAtomically(disk_, "b", "needle"));
  ASSERT_OK(disk_.Remove("b"));
  ASSERT_OK(disk_.SyncDir("."));
  EXPECT_THAT(disk_.Scan("needle"), ElementsAre("b"));  // removed since the last look
  EXPECT_THAT(disk_.Scan("needle"), IsEmpty());
}

TEST_F(SimDiskTest, RestoreBringsBackThePast) {
  ASSERT_OK(disk_.MakeDir("d"));
  ASSERT_OK(WriteFileAtomically(disk_, "d/f", "yesterday"));
  const SimDisk::Image image = disk_.Snapshot();
  ASSERT_OK(WriteFileAtomically(disk_, "d/f", "today"));
  ASSERT_OK(WriteFileAtomically(disk_, "d/g", "new"));
  auto file = Open("d/f");
  disk_.Restore(image);
  EXPECT_EQ(Get("d/f"), "yesterday");
  EXPECT_EQ(Get("d/g"), "(FILE_MISSING)");
  EXPECT_THAT(file->ReadAt(0, 1), Fails(Reason::REASON_DISK_ERROR));
  disk_.Cut();
  disk_.PowerOn();
  EXPECT_EQ(Get("d/f"), "yesterday");
}

TEST(SimDisk, TheSeedDecides) {
  const auto fate = [](uint64_t seed) {
    SeededEntropy entropy(seed);
    SimDisk disk(seed, SystemClock(), entropy);
    auto file = disk.Open("f", OpenMode::kCreate);
    EXPECT_OK(disk.SyncDir("."));
    EXPECT_OK((*file)->WriteAt(0, Sectors(40, 'x')));
    disk.Cut();
    disk.PowerOn();
    return ReadFile(disk, "f", 1 << 20).value();
  };
  std::set<std::string> found;
  for (uint64_t seed = 0; seed < 64; ++seed) {
    const std::string left = fate(seed);
    EXPECT_EQ(left, fate(seed)) << seed;
    found.insert(left);
  }
  EXPECT_TRUE(found.count(""));
  EXPECT_TRUE(found.count(Sectors(40, 'x')));
  EXPECT_GT(found.size(), 16u);  // stopped on the way, torn, or with holes
}

TEST(SimDisk, EveryEventHasAName) {
  std::set<std::string> names;
  for (size_t i = 0; i < kDiskEvents; ++i) names.insert(NameOf(static_cast<DiskEvent>(i)));
  EXPECT_EQ(names.size(), kDiskEvents);
}

}  // namespace
}  // namespace qf::sim
