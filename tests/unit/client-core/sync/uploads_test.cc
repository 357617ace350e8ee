// Files that go to a server which takes, refuses or lies. docs/protocol.md, "Blobs".
#include "client-core/sync/uploads.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>

#include "common/base/sha256.h"
#include "qingfeng/server/v1/blob.pb.h"
#include "tests/support/test_desks.h"

namespace qf::client {
namespace {

// A BlobService of one server, and what a test makes of its answers.
class FileServer final : public rpc::Transport {
 public:
  struct Answer {
    uint64_t committed_bytes = 0;
    bool complete = false;
  };

  explicit FileServer(Loop& loop) : loop_(loop) {}

  rpc::CallId Start(const std::string& method, const std::string&, std::string request, uint64_t, Done done) override {
    ++calls;
    loop_.Post([this, begin = method == "qingfeng.server.v1.BlobService/Begin", request = std::move(request),
                done = std::move(done)]() mutable { done(begin ? Begin(request) : Append(request)); });
    return calls;
  }
  void Cancel(rpc::CallId) override {}

  bool Has(const std::string& file) const {
    const auto found = held_.find(Sha256(file).str());
    return found != held_.end() && found->second == file;
  }

  uint64_t calls = 0;
  std::map<std::string, uint64_t> sizes;  // of the files, by digest
  // Changes an answer to Begin, or to Append.
  std::function<absl::StatusOr<Answer>(const std::string& sha256, Answer)> alter_begin, alter_append;

 private:
  template <class Response>
  static absl::StatusOr<std::string> BytesOf(const absl::StatusOr<Answer>& answer) {
    QF_TRY(answer.status());
    Response response;
    response.set_committed_bytes(answer->committed_bytes);
    response.set_complete(answer->complete);
    return response.SerializeAsString();
  }
  // What has a wrong digest once it is all there is thrown away.
  Answer AnswerOn(const std::string& sha256) {
    std::string& held = held_[sha256];
    const bool all = held.size() == sizes[sha256];
    const bool right = all && Sha256(held).bytes() == sha256;
    if (all && !right) held.clear();
    return {held.size(), right};
  }
  absl::StatusOr<std::string> Begin(const std::string& bytes) {
    serverpb::BeginRequest request;
    request.ParseFromString(bytes);
    const Answer answer = AnswerOn(request.sha256());
    return BytesOf<serverpb::BeginResponse>(alter_begin ? alter_begin(request.sha256(), answer) : answer);
  }
  absl::StatusOr<std::string> Append(const std::string& bytes) {
    serverpb::AppendRequest request;
    request.ParseFromString(bytes);
    std::string& held = held_[request.sha256()];
    if (request.offset() == held.size()) held += request.data();
    const Answer answer = AnswerOn(request.sha256());
    return BytesOf<serverpb::AppendResponse>(alter_append ? alter_append(request.sha256(), answer) : answer);
  }

  Loop& loop_;
  std::map<std::string, std::string> held_;
};

class UploadsTest : public DeskTest {
 protected:
  // A record in the log that names these files, which lie here; the server has none of them.
  void FileWith(const std::vector<std::string>& files) {
    NewItem report;
    report.kind = recordpb::KIND_REPORT;
    report.feed = record::Feed::Office();
    report.audience = recordpb::AUDIENCE_OFFICE;
    report.content = contentpb::Content().SerializeAsString();
    report.item = world.entropy.Random<ItemId>();
    for (const std::string& file : files) report.blobs.push_back({Sha256(file), file.size()});
    ASSERT_OK(phone_->session().database().Write([&](sql::WriteTxn& tx) -> absl::Status {
      for (const std::string& file : files) {
        QF_TRY(PutBlob(tx, {.sha256 = Sha256(file), .size_bytes = file.size(), .owner = report.item}));
      }
      return absl::OkStatus();
    }));
    for (const std::string& file : files) {
      std::ofstream(PathOf(file), std::ios::binary) << file;
      server_.sizes[Sha256(file).str()] = file.size();
    }
    ASSERT_OK(phone_->session().File(report));
    phone_->Sync();
  }
  std::string PathOf(const std::string& file) const { return BlobPath(phone_->folder(), Sha256(file)); }
  StoredBlob RowOf(const std::string& file) {
    return **phone_->session().database().Read([&](sql::ReadTxn& tx) { return FindBlob(tx, Sha256(file)); });
  }
  // How a run ended; nothing when it never did.
  std::optional<absl::Status> Run() {
    std::optional<absl::Status> ended;
    uploads_.Start({}, [&](absl::Status status) { ended = std::move(status); });
    world.loop.Run();
    return ended;
  }

  std::unique_ptr<TestDesk> manager_ = NewManager();
  std::unique_ptr<TestDesk> phone_ = NewDesk(recordpb::ROLE_INFORMANT, "phone");
  FileServer server_{world.loop};
  ServerCalls calls_{phone_->session(), server_};
  Uploads uploads_{phone_->session(), calls_};
  // In the order in which they are sent.
  const std::string first_ = std::string(40'000, 'a');
  const std::string second_ = std::string(50'000, 'b');
  const std::string third_ = std::string(60'000, 'c');
};

TEST_F(UploadsTest, EveryFileGoes) {
  FileWith({first_, second_, third_});
  EXPECT_EQ(Run(), absl::OkStatus());
  for (const std::string& file : {first_, second_, third_}) {
    EXPECT_TRUE(server_.Has(file));
    EXPECT_TRUE(RowOf(file).complete);
  }
}

TEST_F(UploadsTest, AFileThatCannotBeReadHoldsNoOtherBack) {
  FileWith({first_});
  FileWith({second_});
  FileWith({third_});
  std::filesystem::remove(PathOf(first_));
  std::filesystem::create_symlink(PathOf(first_), PathOf(first_));  // cannot be opened
  std::filesystem::remove(PathOf(second_));
  std::filesystem::create_directory(PathOf(second_));  // can be opened, and not read
  const auto ended = Run();
  ASSERT_TRUE(ended.has_value());
  EXPECT_THAT(*ended, Fails(Reason::REASON_DISK_ERROR));
  EXPECT_TRUE(server_.Has(third_));
  EXPECT_TRUE(RowOf(third_).complete);

  // They are tried again, and go once the disk is well.
  for (const std::string& file : {first_, second_}) {
    EXPECT_TRUE(RowOf(file).here);
    std::filesystem::remove(PathOf(file));
    std::ofstream(PathOf(file), std::ios::binary) << file;
  }
  EXPECT_EQ(Run(), absl::OkStatus());
  EXPECT_TRUE(server_.Has(first_));
  EXPECT_TRUE(server_.Has(second_));
}

TEST_F(UploadsTest, AFileThatIsMissingIsMarkedAndHoldsNoOtherBack) {
  FileWith({first_, second_});
  std::filesystem::remove(PathOf(first_));
  EXPECT_EQ(Run(), absl::OkStatus());
  EXPECT_FALSE(RowOf(first_).here);
  EXPECT_TRUE(server_.Has(second_));
}

TEST_F(UploadsTest, AFileThatIsDamagedIsMarkedAndHoldsNoOtherBack) {
  FileWith({first_});
  FileWith({second_});
  std::fstream(PathOf(first_), std::ios::binary | std::ios::in | std::ios::out).seekp(30'000) << 'z';
  EXPECT_EQ(Run(), absl::OkStatus());
  EXPECT_FALSE(RowOf(first_).here);
  EXPECT_TRUE(server_.Has(second_));
}

TEST_F(UploadsTest, AServerThatCallsARightFileWrongIsNotBelieved) {
  FileWith({first_});
  FileWith({second_});
  server_.alter_append = [&](const std::string& sha256,
                             FileServer::Answer answer) -> absl::StatusOr<FileServer::Answer> {
    if (sha256 == Sha256(first_).bytes() && answer.complete) return FileServer::Answer{0, false};
    return answer;
  };
  const auto ended = Run();
  ASSERT_TRUE(ended.has_value());
  EXPECT_THAT(*ended, Fails(Reason::REASON_PROTOCOL));
  EXPECT_TRUE(RowOf(first_).here);
  EXPECT_FALSE(RowOf(first_).complete);
  EXPECT_TRUE(server_.Has(second_));

  server_.alter_append = nullptr;
  EXPECT_EQ(Run(), absl::OkStatus());
  EXPECT_TRUE(RowOf(first_).complete);
}

TEST_F(UploadsTest, AServerThatHasEveryByteAndNeverSaysThatTheyAreRight) {
  FileWith({first_});
  FileWith({second_});
  const auto lie = [&](const std::string& sha256, FileServer::Answer answer) -> absl::StatusOr<FileServer::Answer> {
    if (sha256 == Sha256(first_).bytes()) return FileServer::Answer{first_.size(), false};
    return answer;
  };
  server_.alter_begin = lie;
  auto ended = Run();
  ASSERT_TRUE(ended.has_value());
  EXPECT_THAT(*ended, Fails(Reason::REASON_PROTOCOL));
  EXPECT_TRUE(server_.Has(second_));
  EXPECT_FALSE(RowOf(first_).complete);

  server_.alter_begin = nullptr;
  server_.alter_append = lie;
  ended = Run();
  ASSERT_TRUE(ended.has_value());
  EXPECT_THAT(*ended, Fails(Reason::REASON_PROTOCOL));
  EXPECT_TRUE(RowOf(first_).here);

  server_.alter_append = nullptr;
  EXPECT_EQ(Run(), absl::OkStatus());
  EXPECT_TRUE(RowOf(first_).complete);
}

TEST_F(UploadsTest, AFileThatTheServerWillNotHaveHoldsNoOtherBack) {
  FileWith({first_});
  FileWith({second_});
  server_.alter_begin = [&](const std::string& sha256,
                            FileServer::Answer answer) -> absl::StatusOr<FileServer::Answer> {
    if (sha256 == Sha256(first_).bytes()) return Error(Reason::REASON_NOT_FOUND, "no record names it");
    return answer;
  };
  const auto ended = Run();
  ASSERT_TRUE(ended.has_value());
  EXPECT_THAT(*ended, Fails(Reason::REASON_NOT_FOUND));
  EXPECT_TRUE(server_.Has(second_));
}

TEST_F(UploadsTest, WithoutAServerNoFileIsTriedInVain) {
  FileWith({first_});
  FileWith({second_});
  server_.alter_begin = [](const std::string&, FileServer::Answer) -> absl::StatusOr<FileServer::Answer> {
    return Error(Reason::REASON_UNREACHABLE, "no connection");
  };
  const auto ended = Run();
  ASSERT_TRUE(ended.has_value());
  EXPECT_THAT(*ended, Fails(Reason::REASON_UNREACHABLE));
  EXPECT_EQ(server_.calls, 1u);
}

}  // namespace
}  // namespace qf::client
