// A streaming caller made of gRPC alone, one step at a time, so that a test can read as slowly as it likes.
#pragma once

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/check.h"
#include "common/rpc/status_codec.h"
#include "common/tls/certificate.h"

namespace qf {

// A stream's window does not grow with the connection: what a server sends ahead of a slow reader is then its own
// doing, whatever the kernel's buffers allow.
constexpr int kStreamWindowBytes = 64 * 1024;

inline std::shared_ptr<grpc::Channel> RawChannel(const std::string& target, const std::string& authority_der) {
  grpc::SslCredentialsOptions ssl;
  ssl.pem_root_certs = *tls::PemOf(authority_der);
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kStreamWindowBytes);
  return grpc::CreateCustomChannel(target, grpc::SslCredentials(ssl), arguments);
}

class RawStream {
 public:
  RawStream(const std::shared_ptr<grpc::Channel>& channel, const std::string& method) : stub_(channel) {
    call_ = stub_.PrepareCall(&context_, "/" + method, &queue_);
    call_->StartCall(this);
    Step();
  }
  ~RawStream() {
    queue_.Shutdown();
    void* tag;
    bool ok;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  bool Write(const std::string& message) {
    const grpc::Slice slice(message);
    call_->Write(grpc::ByteBuffer(&slice, 1), this);
    return Step();
  }
  bool WritesDone() {
    call_->WritesDone(this);
    return Step();
  }
  // nullopt at the end.
  std::optional<std::string> Read() {
    grpc::ByteBuffer buffer;
    call_->Read(&buffer, this);
    if (!Step()) return std::nullopt;
    grpc::Slice slice;
    QF_CHECK(buffer.DumpToSingleSlice(&slice).ok());
    return std::string(slice.begin(), slice.end());
  }
  void Cancel() { context_.TryCancel(); }
  // What the server said; of a library's error, its code and text without a reason.
  absl::Status Finish() {
    grpc::Status status;
    call_->Finish(&status, this);
    Step();
    google::rpc::Status proto;
    if (!status.error_details().empty() && proto.ParseFromString(status.error_details())) return rpc::FromProto(proto);
    return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  }

 private:
  bool Step() {
    void* tag = nullptr;
    bool ok = false;
    QF_CHECK(queue_.Next(&tag, &ok) && tag == this);
    return ok;
  }

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
};

}  // namespace qf
