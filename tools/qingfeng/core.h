// The client core, called one method at a time: start, wait, answer. What the command line needs of the method table.
//
//   QF_TRY_ASSIGN(auto items, core.Call<clientpb::ListItemsResponse>(clientpb::ListItemsRequest()));
//
// The method is found by its request's type: every method of the contract has a request message of its own (a rule of
// buf's STANDARD set), so no name is written twice and a wrong pair of request and response is a failed check.
// Not for: programs that stay. Those use the table (or the C ABI) and its listener.
// Threads: one Core is used by one thread at a time; answers may come from any.
#pragma once

#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/base/error.h"
#include "common/rpc/method_table.h"
#include "google/protobuf/message.h"

namespace qf::cli {

// "package.Service/Method" of the method that takes messages of this type; empty if there is none in its file.
std::string MethodOf(const google::protobuf::Descriptor& request);

class Core {
 public:
  // `table` outlives the Core.
  explicit Core(const rpc::MethodTable& table) : table_(table) {}

  // Gets the messages of a call in order; an error from it cancels the call and becomes its result.
  using Each = absl::FunctionRef<absl::Status(const std::string& message)>;

  // Runs `method` to its end. At most a few messages wait to be taken: a slow `each` slows the handler down.
  // Ctrl-C cancels the call; what it ends with then is the handler's word, as the work may have been done.
  absl::Status Run(const std::string& method, const std::string& request, Each each);

  // A unary call. INTERNAL(INTERNAL) when an answer is missing or cannot be read.
  template <class Response, class Request>
  absl::StatusOr<Response> Call(const Request& request) {
    bool answered = false;
    Response response;
    const absl::Status status = Stream<Response>(request, [&](Response answer) {
      answered = true;
      response = std::move(answer);
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    if (!answered) return Error(Reason::REASON_LOST_ANSWER, "the core ended a call without an answer");
    return response;
  }

  // A streaming call.
  template <class Response, class Request>
  absl::Status Stream(const Request& request, absl::FunctionRef<absl::Status(Response message)> each) {
    CheckPair(*Request::descriptor(), *Response::descriptor());
    return Run(MethodOf(*Request::descriptor()), request.SerializeAsString(), [&](const std::string& bytes) {
      Response response;
      if (!response.ParseFromString(bytes)) {
        return Error(Reason::REASON_INTERNAL, "an answer of the core cannot be read");
      }
      return each(std::move(response));
    });
  }

  const rpc::MethodTable& table() const { return table_; }

 private:
  static void CheckPair(const google::protobuf::Descriptor& request, const google::protobuf::Descriptor& response);

  const rpc::MethodTable& table_;
};

// Whatever owns the method table of a running client; made anew by each program that needs one.
class CoreHost {
 public:
  virtual ~CoreHost() = default;
  virtual const rpc::MethodTable& methods() const = 0;
};

}  // namespace qf::cli
