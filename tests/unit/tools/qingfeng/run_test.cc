// Whole runs of the program, from words to exit code, over a method table whose handlers answer as each test says.
#include "tools/qingfeng/run.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "qingfeng/client/v1/desk.pb.h"
#include "qingfeng/client/v1/event.pb.h"
#include "qingfeng/client/v1/field.pb.h"
#include "qingfeng/client/v1/vault.pb.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/tools/qingfeng/test_console.h"
#include "tests/unit/tools/qingfeng/test_language.h"

namespace qf::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kPin[] = "246813";

// A table that answers every request of a type with one prepared response or error, and keeps the requests.
class Answers {
 public:
  Answers() {
    On<clientpb::OpenRequest, clientpb::OpenResponse>("VaultService/Open", [this](const clientpb::OpenRequest&) {
      clientpb::OpenResponse response;
      response.mutable_session()->set_state(opens_as);
      return response;
    });
    On<clientpb::UnlockRequest, clientpb::UnlockResponse>(
        "VaultService/Unlock", [](const clientpb::UnlockRequest& request) -> absl::StatusOr<clientpb::UnlockResponse> {
          if (request.pin() != kPin) return Error(Reason::REASON_PIN_WRONG, "the PIN does not open this store");
          clientpb::UnlockResponse response;
          response.mutable_session()->set_state(clientpb::SESSION_STATE_ACTIVE);
          return response;
        });
  }

  template <class Request, class Response, class Handler>
  void On(const std::string& method, Handler handler) {
    table.Unary<Request, Response>(
        "qingfeng.client.v1." + method,
        [this, method, handler](const rpc::CallInfo&, const Request& request, rpc::Reply<Response> reply) {
          calls.push_back(method);
          requests[method] = request.ShortDebugString();
          reply.Finish(absl::StatusOr<Response>(handler(request)));
        });
  }
  template <class Request, class Response>
  void Answer(const std::string& method, const Response& response) {
    On<Request, Response>(method, [response](const Request&) { return response; });
  }
  template <class Request, class Response>
  void Stream(const std::string& method, std::vector<Response> responses, absl::Status end = absl::OkStatus()) {
    table.Stream<Request, Response>("qingfeng.client.v1." + method,
                                    [=](const rpc::CallInfo&, const Request&, rpc::Writer<Response> writer) {
                                      for (const Response& response : responses) writer.Send(response);
                                      writer.Finish(end);
                                    });
  }

  rpc::MethodTable table;
  clientpb::SessionState opens_as = clientpb::SESSION_STATE_LOCKED;
  std::vector<std::string> calls;
  std::map<std::string, std::string> requests;
};

class Host final : public CoreHost {
 public:
  explicit Host(const rpc::MethodTable& table) : table_(table) {}
  const rpc::MethodTable& methods() const override { return table_; }

 private:
  const rpc::MethodTable& table_;
};

class RunTest : public testing::Test {
 protected:
  RunTest() {
    EXPECT_OK(WriteFileAtomically(SystemFiles(), Path("pin"), absl::StrCat(kPin, "\n")));
    EXPECT_OK(SystemFiles().MakeDir(Path("store")));
  }
  std::string Path(const std::string& name) const { return folder_ + "/" + name; }

  // Runs over the store of this test with its PIN file.
  int Run(std::vector<std::string> words, absl::string_view input = "", bool asks = false) {
    words.insert(words.begin(), {"--store", Path("store"), "--pin-file", Path(pin_file_)});
    return RunBare(words, input, asks);
  }
  int RunBare(const std::vector<std::string>& words, absl::string_view input = "", bool asks = false) {
    TestConsole console(input, asks);
    const int exit = cli::Run(words, "qingfeng 0", *console, SystemFiles(),
                              [this] { return std::make_unique<Host>(answers_.table); });
    out_ = console.out();
    err_ = console.err();
    return exit;
  }

  Answers answers_;
  std::string pin_file_ = "pin";
  std::string out_;
  std::string err_;

 private:
  static std::string MakeFolder() {
    char path[] = "/tmp/qf-run-XXXXXX";
    return mkdtemp(path);
  }
  const std::string folder_ = MakeFolder();
  InLanguage english_{Language::kEnglish};
};

clientpb::Item ItemOf(const std::string& id, const std::string& title) {
  clientpb::Item item;
  item.set_item_id(id);
  item.set_title(title);
  item.set_state(clientpb::ITEM_STATE_PROVEN);
  return item;
}

const std::string kItemId(16, '\xab');
const std::string kItemHex = "abababababababababababababababab";

void AddItems(Answers* answers) {
  clientpb::ListItemsResponse list;
  *list.add_items() = ItemOf(kItemId, "宴请代表");
  *list.add_items() = ItemOf(std::string(16, '\xcd'), "x");
  answers->Answer<clientpb::ListItemsRequest>("FieldService/ListItems", list);
  clientpb::GetItemResponse one;
  *one.mutable_item() = list.items(0);
  answers->Answer<clientpb::GetItemRequest>("FieldService/GetItem", one);
}

TEST_F(RunTest, ATableForPeople) {
  AddItems(&answers_);
  EXPECT_EQ(Run({"items"}), 0);
  EXPECT_EQ(out_,
            "item          filed at  state   title     files  new messages  why\n"
            "abababababab            proven  宴请代表\n"
            "cdcdcdcdcdcd            proven  x\n");
  EXPECT_EQ(err_, "");
}

TEST_F(RunTest, OneJsonObjectForPrograms) {
  AddItems(&answers_);
  EXPECT_EQ(Run({"items", "--json"}), 0);
  clientpb::ListItemsResponse parsed;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(out_, &parsed).ok());
  EXPECT_EQ(parsed.items(0).item_id(), kItemId);
  EXPECT_THAT(out_, HasSubstr("\"item_id\":"));
  EXPECT_THAT(out_, HasSubstr("\"unread\":0"));  // every field, as a script can rely on
  EXPECT_EQ(std::count(out_.begin(), out_.end(), '\n'), 1);
}

TEST_F(RunTest, AWrongPinIsSix) {
  AddItems(&answers_);
  EXPECT_OK(WriteFileAtomically(SystemFiles(), Path("wrong"), "000000\n"));
  pin_file_ = "wrong";
  EXPECT_EQ(Run({"items"}), 6);
  EXPECT_THAT(err_, HasSubstr("(PIN_WRONG)"));
  EXPECT_THAT(answers_.calls, ElementsAre("VaultService/Open", "VaultService/Unlock"));  // one try, not three
}

TEST_F(RunTest, APinFileThatOthersCanReadIsNotRead) {
  AddItems(&answers_);
  ASSERT_EQ(chmod(Path("pin").c_str(), 0644), 0);
  EXPECT_EQ(Run({"items"}), 1);
  EXPECT_THAT(err_, HasSubstr("(KEY_FILE)"));
}

TEST_F(RunTest, AnOpenStoreIsNotUnlockedAgain) {
  AddItems(&answers_);
  answers_.opens_as = clientpb::SESSION_STATE_ACTIVE;
  EXPECT_EQ(Run({"items"}), 0);
  EXPECT_THAT(answers_.calls, ElementsAre("VaultService/Open", "FieldService/ListItems"));
}

TEST_F(RunTest, NoStoreIsMadeByLooking) {
  AddItems(&answers_);
  EXPECT_EQ(RunBare({"items", "--store", Path("absent")}), 1);
  EXPECT_THAT(err_, HasSubstr("(NOT_ENROLLED)"));
  EXPECT_TRUE(answers_.calls.empty());
  answers_.opens_as = clientpb::SESSION_STATE_EMPTY;
  EXPECT_EQ(Run({"items"}), 1);
  EXPECT_THAT(err_, HasSubstr("(NOT_ENROLLED)"));
}

TEST_F(RunTest, ErrorsAreJsonWhenResultsAre) {
  EXPECT_EQ(RunBare({"items", "--json", "--store", Path("absent")}), 1);
  EXPECT_THAT(err_, HasSubstr("\"reason\":\"NOT_ENROLLED\""));
  EXPECT_EQ(RunBare({"itmes", "--json"}), 2);
  EXPECT_THAT(err_, HasSubstr("\"reason\":\"USAGE\""));
  EXPECT_EQ(out_, "");
}

TEST_F(RunTest, AnItemByDigitsTitleOrBase64) {
  AddItems(&answers_);
  for (const char* name : {"abab", "宴请代表", "q6urq6urq6urq6urq6urqw==", kItemHex.c_str()}) {
    EXPECT_EQ(Run({"show", name}), 0) << name;
    EXPECT_THAT(out_, HasSubstr(kItemHex));
  }
  EXPECT_EQ(Run({"show", "ffff"}), 3);
}

TEST_F(RunTest, AReportFromAFileAndOptions) {
  clientpb::CreateDraftResponse created;
  created.mutable_draft()->set_draft_id(kItemId);
  answers_.Answer<clientpb::CreateDraftRequest>("FieldService/CreateDraft", created);
  answers_.Answer<clientpb::SaveDraftRequest>("FieldService/SaveDraft", clientpb::SaveDraftResponse());
  answers_.Answer<clientpb::AttachFileRequest>("FieldService/AttachFile", clientpb::AttachFileResponse());
  clientpb::FileReportResponse filed;
  *filed.mutable_item() = ItemOf(kItemId, "t");
  answers_.Answer<clientpb::FileReportRequest>("FieldService/FileReport", filed);
  EXPECT_OK(WriteFileAtomically(SystemFiles(), Path("r.txt"), "title: from file\ntownship: A\nfile: a.jpg\n"));
  EXPECT_EQ(Run({"report", "--file", Path("r.txt"), "--township", "B", "--person", "C; mayor", "--urgent"}), 0);
  EXPECT_THAT(answers_.calls,
              ElementsAre("VaultService/Open", "VaultService/Unlock", "FieldService/CreateDraft",
                          "FieldService/SaveDraft", "FieldService/AttachFile", "FieldService/FileReport"));
  EXPECT_THAT(answers_.requests["FieldService/CreateDraft"],
              HasSubstr("township: \"B\" title: \"from file\" people { name: \"C\" post: \"mayor\" }"));
  EXPECT_THAT(answers_.requests["FieldService/SaveDraft"], HasSubstr("urgent: true"));
  EXPECT_THAT(answers_.requests["FieldService/AttachFile"], HasSubstr(Path("a.jpg")));  // beside the report's file
  EXPECT_THAT(out_, HasSubstr(kItemHex));
}

TEST_F(RunTest, AReportThatCannotBeFiledIsKept) {
  clientpb::CreateDraftResponse created;
  created.mutable_draft()->set_draft_id(kItemId);
  answers_.Answer<clientpb::CreateDraftRequest>("FieldService/CreateDraft", created);
  answers_.On<clientpb::FileReportRequest, clientpb::FileReportResponse>(
      "FieldService/FileReport",
      [](const clientpb::FileReportRequest&) -> absl::StatusOr<clientpb::FileReportResponse> {
        return Error(Reason::REASON_NO_EPOCH, "no key of the office has arrived");
      });
  EXPECT_EQ(Run({"report", "--title", "t"}), 1);
  EXPECT_THAT(err_, HasSubstr("Kept as draft abababababab"));
  EXPECT_THAT(err_, HasSubstr("(NO_EPOCH)"));
}

TEST_F(RunTest, NothingToSayAndNobodyToAsk) {
  EXPECT_EQ(Run({"report"}), 2);
  EXPECT_TRUE(answers_.calls.empty());
}

TEST_F(RunTest, AReceiptIsExportedAfterAWarningAndAYes) {
  AddItems(&answers_);
  clientpb::GetReceiptResponse receipt;
  receipt.set_tlog_proof("c2sp.org/tlog-proof@v1\n");
  answers_.Answer<clientpb::GetReceiptRequest>("FieldService/GetReceipt", receipt);
  EXPECT_EQ(Run({"receipt", "abab", "--export", Path("proof")}, "n\n", true), 130);
  EXPECT_FALSE(*SystemFiles().Exists(Path("proof")));
  EXPECT_EQ(Run({"receipt", "abab", "--export", Path("proof")}), 2);  // nobody to ask
  EXPECT_EQ(Run({"receipt", "abab", "--export", Path("proof"), "--yes", "--quiet"}), 0);
  EXPECT_THAT(err_, HasSubstr("evidence against you"));
  EXPECT_EQ(*ReadFile(SystemFiles(), Path("proof"), 100), "c2sp.org/tlog-proof@v1\n");
}

TEST_F(RunTest, SyncTellsTheEndAndWhyItStopped) {
  clientpb::SyncResponse begin, end;
  begin.set_records_left(2);
  end.set_records_sent(1);
  end.set_records_left(1);
  end.set_waiting(Reason::REASON_UNREACHABLE);
  end.set_retry_in_ms(4000);
  answers_.Stream<clientpb::SyncRequest, clientpb::SyncResponse>("FieldService/Sync", {begin, end});
  EXPECT_EQ(Run({"sync"}), 5);
  EXPECT_THAT(err_, HasSubstr("(UNREACHABLE)"));
  EXPECT_THAT(err_, HasSubstr("try again in 4 s"));
  EXPECT_EQ(Run({"sync", "--json"}), 5);
  EXPECT_EQ(std::count(out_.begin(), out_.end(), '\n'), 1);
  EXPECT_EQ(Run({"sync", "--once"}), 0);
  EXPECT_EQ(Run({"sync", "--once", "--watch"}), 2);
}

TEST_F(RunTest, WatchingEndsWellWhenItIsCancelled) {
  clientpb::SyncResponse state;
  answers_.Stream<clientpb::SyncRequest, clientpb::SyncResponse>("FieldService/Sync", {state, state},
                                                                 Error(Reason::REASON_CANCELLED, "cancelled"));
  EXPECT_EQ(Run({"sync", "--watch", "--json"}), 0);
  EXPECT_EQ(std::count(out_.begin(), out_.end(), '\n'), 2);  // an object a line
  EXPECT_EQ(Run({"sync"}), 130);
}

TEST_F(RunTest, ALogThatDoesNotVerifyIsSeven) {
  clientpb::VerifyLogResponse seen;
  seen.set_size(3);
  seen.set_problem("leaf 2");
  answers_.Answer<clientpb::VerifyLogRequest>("DeskService/VerifyLog", seen);
  EXPECT_EQ(Run({"verify-log"}), 7);
  EXPECT_THAT(out_, HasSubstr("leaf 2"));
  EXPECT_THAT(err_, HasSubstr("(PROOF)"));
}

TEST_F(RunTest, TheDoctorFailsWhenSomethingIsWrong) {
  clientpb::ExamineResponse seen;
  auto* finding = seen.add_findings();
  finding->set_subject("clock");
  finding->set_seen(clientpb::SEEN_CLOCK_WRONG);
  finding->set_reason(Reason::REASON_CLOCK);
  answers_.Answer<clientpb::ExamineRequest>("VaultService/Examine", seen);
  EXPECT_EQ(Run({"doctor"}), 1);
  EXPECT_THAT(out_, HasSubstr("behind the log"));
  EXPECT_THAT(out_, HasSubstr("set date and time to automatic"));
  EXPECT_THAT(err_, HasSubstr("1 things are not as they should be"));
}

TEST_F(RunTest, WhatCannotBeUndoneIsAskedFirst) {
  answers_.Answer<clientpb::WipeRequest>("VaultService/Wipe", clientpb::WipeResponse());
  EXPECT_EQ(Run({"wipe"}), 2);
  EXPECT_EQ(Run({"wipe"}, "n\n", true), 130);
  EXPECT_THAT(answers_.calls, testing::Not(testing::Contains("VaultService/Wipe")));
  EXPECT_EQ(Run({"wipe"}, "y\n", true), 0);
  EXPECT_EQ(answers_.requests["VaultService/Wipe"], "confirm: true");
}

TEST_F(RunTest, AnOpenedAttachmentKeepsToItsFolder) {
  AddItems(&answers_);
  clientpb::ReadAttachmentResponse part;
  part.set_data("bytes");
  answers_.Stream<clientpb::ReadAttachmentRequest, clientpb::ReadAttachmentResponse>("FieldService/ReadAttachment",
                                                                                     {part, part});
  const std::string sha256(64, 'a');
  EXPECT_EQ(Run({"open-attachment", "abab", sha256, "--to", Path("file")}), 0);
  EXPECT_EQ(*ReadFile(SystemFiles(), Path("file"), 100), "bytesbytes");
  EXPECT_EQ(Run({"open-attachment", "abab", sha256, "--to", "-"}), 0);
  EXPECT_EQ(out_, "bytesbytes");
  EXPECT_EQ(Run({"open-attachment", "abab", sha256, "--to", Path("file")}), 1);
  EXPECT_THAT(err_, HasSubstr("(FILE_EXISTS)"));
}

TEST_F(RunTest, AnAdministratorIsCertifiedByTwoShares) {
  clientpb::ListDevicesResponse devices;
  auto* device = devices.add_devices();
  device->set_device_key(std::string(32, '\x01'));
  device->set_role(recordpb::ROLE_ADMINISTRATOR);
  device->mutable_person()->set_name("张三");
  answers_.Answer<clientpb::ListDevicesRequest>("DeskService/ListDevices", devices);
  answers_.Answer<clientpb::CertifyAdministratorRequest>("DeskService/CertifyAdministrator",
                                                         clientpb::CertifyAdministratorResponse());
  for (const char* name : {"one", "two"}) {
    EXPECT_OK(WriteFileAtomically(SystemFiles(), Path(name), absl::StrCat("share\n", name, "\n")));
  }
  EXPECT_EQ(Run({"certify", "张三", "--yes", "--share-file", Path("one")}), 2);
  EXPECT_EQ(Run({"certify", "张三", "--yes", "--share-file", Path("one"), "--share-file", Path("two")}), 0);
  EXPECT_THAT(answers_.requests["DeskService/CertifyAdministrator"],
              HasSubstr(R"(recovery_shares: "share\none" recovery_shares: "share\ntwo")"));
}

void AddEcho(Answers* answers) {
  answers->On<clientpb::EchoRequest, clientpb::EchoResponse>("EventService/Echo",
                                                             [](const clientpb::EchoRequest& request) {
                                                               clientpb::EchoResponse response;
                                                               response.set_text(request.text());
                                                               return response;
                                                             });
}

TEST_F(RunTest, AnyMethodByItsNameOrTheEndOfIt) {
  AddEcho(&answers_);
  for (const char* name : {"qingfeng.client.v1.EventService/Echo", "EventService/Echo", "Echo"}) {
    EXPECT_EQ(RunBare({"call", name, R"({"text": "贿选"})"}), 0) << name;
    EXPECT_EQ(out_, "{\"text\":\"贿选\",\"data\":\"\"}\n");
  }
  EXPECT_EQ(RunBare({"call", "Echo", "-"}, R"({"text": "stdin"})"), 0);
  EXPECT_THAT(out_, HasSubstr("stdin"));
  EXPECT_THAT(answers_.calls, testing::Each("EventService/Echo"));  // no store was opened
}

TEST_F(RunTest, ACallOfAStrangeMethodOrRequest) {
  AddEcho(&answers_);
  EXPECT_EQ(RunBare({"call", "Ecko"}), 1);
  EXPECT_THAT(err_, HasSubstr("did you mean Echo?"));
  EXPECT_EQ(RunBare({"call", "Echo", "{\"txet\": 1}"}), 2);
  EXPECT_EQ(RunBare({"call"}), 2);
  EXPECT_EQ(RunBare({"call", "--list"}), 0);
  EXPECT_THAT(out_, HasSubstr("EventService/Echo"));
}

TEST_F(RunTest, ACallUnlocksUnlessTold) {
  AddItems(&answers_);
  EXPECT_EQ(Run({"call", "ListItems"}), 0);
  EXPECT_THAT(answers_.calls, ElementsAre("VaultService/Open", "VaultService/Unlock", "FieldService/ListItems"));
  answers_.calls.clear();
  EXPECT_EQ(Run({"call", "ListItems", "--locked"}), 0);
  EXPECT_THAT(answers_.calls, ElementsAre("VaultService/Open", "FieldService/ListItems"));
}

TEST_F(RunTest, WhatOthersWroteCannotCommandTheTerminal) {
  clientpb::ListItemsResponse list;
  *list.add_items() = ItemOf(kItemId, "\x1b]0;owned\x07");
  answers_.Answer<clientpb::ListItemsRequest>("FieldService/ListItems", list);
  EXPECT_EQ(Run({"items"}), 0);
  EXPECT_FALSE(absl::StrContains(out_, "\x1b"));
}

TEST_F(RunTest, HelpGoesToStandardOutput) {
  EXPECT_EQ(RunBare({"--help"}), 0);
  EXPECT_THAT(out_, HasSubstr("report"));
  EXPECT_EQ(RunBare({}), 2);
  EXPECT_EQ(RunBare({"--version"}), 0);
  EXPECT_EQ(out_, "qingfeng 0\n");
  EXPECT_EQ(RunBare({"completion", "bash"}), 0);
  EXPECT_THAT(out_, HasSubstr("complete -F _qingfeng qingfeng"));
}

}  // namespace
}  // namespace qf::cli
