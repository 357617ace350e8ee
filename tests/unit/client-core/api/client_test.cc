// The client with threads of its own: the disk, clock and network of this machine.
#include "client-core/api/client.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "qingfeng/client/v1/event.pb.h"
#include "qingfeng/client/v1/vault.pb.h"
#include "tests/support/caller.h"
#include "tests/support/status_matchers.h"

namespace qf::client {
namespace {

template <class Response, class Request>
absl::StatusOr<Response> Call(Client& client, const std::string& method, const Request& request) {
  auto call = StartCall(client.methods(), "qingfeng.client.v1." + method, request);
  call->Await().IgnoreError();
  return ResultOf<Response>(*call);
}

std::string NewFolder() {
  char path[] = "/tmp/qingfeng-client-XXXXXX";
  return std::string(mkdtemp(path)) + "/store";
}

TEST(Client, LivesOnItsOwnThreads) {
  auto client = Client::Create();
  clientpb::OpenRequest open;
  open.set_folder(NewFolder());
  ASSERT_OK_AND_ASSIGN(const auto opened, (Call<clientpb::OpenResponse>(*client, "VaultService/Open", open)));
  EXPECT_EQ(opened.session().state(), clientpb::SESSION_STATE_EMPTY);
  EXPECT_THAT((Call<clientpb::UnlockResponse>(*client, "VaultService/Unlock", clientpb::UnlockRequest())),
              Fails(Reason::REASON_NOT_ENROLLED));
}

TEST(Client, EndsWithCallsUnderWay) {
  auto client = Client::Create();
  auto watch = StartCall(client->methods(), "qingfeng.client.v1.EventService/Watch", clientpb::WatchRequest());
  clientpb::EchoStreamRequest request;
  request.set_count(1'000'000);
  auto stream = StartCall(client->methods(), "qingfeng.client.v1.EventService/EchoStream", request, 10);
  client = nullptr;
  EXPECT_THAT(*watch->status(), Fails(Reason::REASON_SHUTDOWN));
  EXPECT_THAT(*stream->status(), Fails(Reason::REASON_SHUTDOWN));
}

TEST(Client, GivesAFolderBackWhenItEnds) {
  clientpb::OpenRequest open;
  open.set_folder(NewFolder());
  for (int i = 0; i < 3; ++i) {
    auto client = Client::Create();
    EXPECT_OK((Call<clientpb::OpenResponse>(*client, "VaultService/Open", open)));
  }
}

// A method that stands in a proto and is answered by nobody is a promise that is not kept.
TEST(Client, AnswersEveryMethodOfItsServices) {
  auto client = Client::Create();
  for (const char* service_name : {"qingfeng.client.v1.VaultService", "qingfeng.client.v1.FieldService",
                                   "qingfeng.client.v1.DeskService", "qingfeng.client.v1.EventService"}) {
    const auto* service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service_name);
    ASSERT_NE(service, nullptr) << service_name;
    for (int i = 0; i < service->method_count(); ++i) {
      const auto* method = service->method(i);
      const auto* entry = client->methods().Find(std::string(service_name) + "/" + method->name());
      ASSERT_NE(entry, nullptr) << method->full_name();
      EXPECT_EQ(entry->request->GetDescriptor(), method->input_type()) << method->full_name();
      EXPECT_EQ(entry->response->GetDescriptor(), method->output_type()) << method->full_name();
      EXPECT_EQ(entry->streams, method->server_streaming()) << method->full_name();
    }
  }
}

}  // namespace
}  // namespace qf::client
