// Copies: whole, checked, and what devices may drop because of them. docs/protocol.md, "Restore".
#include <gtest/gtest.h>

#include "common/base/sha256.h"
#include "qingfeng/server/v1/admin.pb.h"
#include "server/setup/restore.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/server/support/office.h"

namespace qf::server {
namespace {

class BackupTest : public ::testing::Test {
 protected:
  absl::StatusOr<serverpb::BackupResponse> Backup(const std::string& to) {
    serverpb::BackupRequest request;
    request.set_to(to);
    return Ask<serverpb::BackupResponse>("Backup", request);
  }
  template <class Response, class Request>
  absl::StatusOr<Response> Ask(const std::string& method, const Request& request) {
    auto outlet = std::make_shared<KeepingOutlet>(SIZE_MAX);
    rpc::CallInfo info;
    info.method = "qingfeng.server.v1.AdminService/" + method;
    office.server().CallAsOperator(info, request.SerializeAsString(), outlet);
    office.world.loop.Run();
    return ResultOf<Response>(*outlet);
  }
  record::Record Stored(const std::string& file) {
    What what;
    what.body = "with a file";
    what.blobs = {{Sha256(file), file.size()}};
    const record::Record record = office.Make(phone, what);
    office.Store(phone, {record});
    serverpb::AppendRequest part;
    part.set_record_id(record.id.str());
    part.set_sha256(Sha256(file).str());
    part.set_data(file);
    const auto got = office.Call<serverpb::AppendResponse>(&phone, "qingfeng.server.v1.BlobService/Append", part);
    EXPECT_TRUE(got.ok() && got->complete());
    return record;
  }
  uint64_t Safe() { return office.Exchange(phone, office.Hello(phone))->welcome().safe_size(); }
  std::string PathOfBlob(const std::string& folder, const std::string& file) {
    const std::string hex = Sha256(file).hex();
    return folder + "/blobs/" + hex.substr(0, 2) + "/" + hex.substr(2) + "-" + std::to_string(file.size());
  }

  Office office;
  Member phone = office.NewDevice(recordpb::ROLE_INFORMANT);
};

TEST_F(BackupTest, ACopyIsCheckedAndThenSafeAdvances) {
  Stored("the file");
  EXPECT_EQ(Safe(), 0u);
  const uint64_t size = office.book().View().size;
  ASSERT_OK_AND_ASSIGN(const auto copy, Backup("copy1"));
  EXPECT_EQ(copy.log_size(), size);
  EXPECT_EQ(copy.blobs(), 1u);
  EXPECT_EQ(copy.root(), office.book().RootAt(size)->str());
  EXPECT_EQ(Safe(), size);
  office.Store(phone, {office.Report(phone)});
  EXPECT_EQ(Safe(), size);
  ASSERT_OK(office.Start());
  EXPECT_EQ(Safe(), size);
  EXPECT_THAT(Backup("copy1"), Fails(Reason::REASON_FILE_EXISTS));
}

TEST_F(BackupTest, TheEarlierCopyIsDestroyedBeforeSafeAdvances) {
  Stored("the file");
  ASSERT_OK(Backup("copy1"));
  office.Store(phone, {office.Report(phone)});
  ASSERT_OK(Backup("copy2"));
  EXPECT_EQ(Safe(), office.book().View().size);
  EXPECT_FALSE(*office.disk().Exists("copy1/store.db"));
  EXPECT_FALSE(*office.disk().Exists(PathOfBlob("copy1", "the file")));
  EXPECT_TRUE(*office.disk().Exists("copy2/store.db"));
  EXPECT_TRUE(*office.disk().Exists(PathOfBlob("copy2", "the file")));
}

TEST_F(BackupTest, ACopyWithABrokenFileIsNoBackup) {
  Stored("the file");
  office.disk().Rot(PathOfBlob(Office::kDir, "the file"), 3);
  EXPECT_THAT(Backup("copy1"), Fails(Reason::REASON_STORE_DAMAGED));
  EXPECT_EQ(Safe(), 0u);
}

TEST_F(BackupTest, ARestoredCopyComesUpRolledBackAndHoldsEverything) {
  const record::Record record = Stored("the file");
  ASSERT_OK(Backup("copy1"));
  const uint64_t size = office.book().View().size;
  const record::Record lost = office.Report(phone, "after the copy");
  office.Store(phone, {lost});
  office.Stop();
  office.world.loop.Run();
  ASSERT_OK_AND_ASSIGN(const Inventory held,
                       Restore(office.disk(), office.world.clock, Office::kDir, office.store_key, "copy1", {}));
  EXPECT_EQ(held.log_size, size);
  EXPECT_EQ(held.blobs, 1u);
  ASSERT_OK(office.Start());
  EXPECT_TRUE(office.book().View().rolled_back);
  ASSERT_OK_AND_ASSIGN(const record::Record restart, office.SignRestart(office.admin));
  EXPECT_EQ(office.PushOne(office.admin, restart).fate(), serverpb::FATE_STORED);
  office.Store(phone, {lost});  // judged now: without a prior
  EXPECT_EQ(office.PushOne(phone, record).missing_blobs_size(), 0);
}

TEST_F(BackupTest, ARestoreTakesTheFilesOfEveryFolderAndWhatIsNowhereIsLacking) {
  Stored("in the copy");
  ASSERT_OK(Backup("copy1"));
  ASSERT_OK(office.disk().Remove(PathOfBlob("copy1", "in the copy")));
  office.Stop();
  office.world.loop.Run();
  // Still beside the old store.
  ASSERT_OK_AND_ASSIGN(Inventory held,
                       Restore(office.disk(), office.world.clock, Office::kDir, office.store_key, "copy1", {}));
  EXPECT_EQ(held.blobs, 1u);
  // Only in another folder.
  ASSERT_OK(office.disk().MakeDir("elsewhere/" + Sha256("in the copy").hex().substr(0, 2)));
  ASSERT_OK(office.disk().Rename(PathOfBlob(Office::kDir, "in the copy"),
                                 "elsewhere" + PathOfBlob("", "in the copy").substr(6)));
  ASSERT_OK_AND_ASSIGN(
      held, Restore(office.disk(), office.world.clock, Office::kDir, office.store_key, "copy1", {"elsewhere"}));
  EXPECT_EQ(held.blobs, 1u);
  // Nowhere.
  ASSERT_OK(office.disk().Remove(PathOfBlob(Office::kDir, "in the copy")));
  ASSERT_OK_AND_ASSIGN(held, Restore(office.disk(), office.world.clock, Office::kDir, office.store_key, "copy1", {}));
  EXPECT_EQ(held.blobs, 0u);
  ASSERT_OK(office.Start());
  ASSERT_OK_AND_ASSIGN(const record::Record restart, office.SignRestart(office.admin));
  EXPECT_EQ(office.PushOne(office.admin, restart).fate(), serverpb::FATE_STORED);
  EXPECT_EQ(office.Exchange(phone, office.Hello(phone))->welcome().lacking_size(), 1);
}

TEST_F(BackupTest, RestoringIsForCopiesAndForStoppedServers) {
  EXPECT_THAT(Restore(office.disk(), office.world.clock, Office::kDir, office.store_key, "nothing", {}),
              Fails(Reason::REASON_FILE_MISSING));
  ASSERT_OK(Backup("copy1"));
  EXPECT_THAT(Restore(office.disk(), office.world.clock, Office::kDir, office.store_key, "copy1", {}),
              Fails(Reason::REASON_STORE_IN_USE));
}

TEST_F(BackupTest, HealthTellsHowItIs) {
  Stored("the file");
  ASSERT_OK_AND_ASSIGN(const auto health, Ask<serverpb::GetHealthResponse>("GetHealth", serverpb::GetHealthRequest()));
  EXPECT_EQ(health.log_size(), office.book().View().size);
  EXPECT_EQ(health.term(), 1u);
  EXPECT_EQ(health.blob_bytes(), 8u);
  EXPECT_FALSE(health.rolled_back());
  EXPECT_FALSE(health.version().empty());
}

}  // namespace
}  // namespace qf::server
