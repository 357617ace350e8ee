// The carrier as strangers see it: the openssl program, and gRPC for Python.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "server/rpc/grpc_carrier.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_office.h"
#include "tests/unit/server/rpc/raw_stream.h"

namespace qf::server {
namespace {

class CarrierFromOutside : public testing::Test {
 protected:
  CarrierFromOutside() {
    folder_ = testing::TempDir() + "/qf_XXXXXX";
    QF_CHECK(mkdtemp(&folder_[0]) != nullptr);
    std::ofstream(folder_ + "/authority.pem") << *tls::PemOf(office_.authority().certificate_der);
  }
  ~CarrierFromOutside() override { EXPECT_EQ(std::system(("rm -r " + folder_).c_str()), 0); }
  int Run(const std::string& command) {
    return std::system(absl::StrCat("cd ", folder_, " && ( ", command, " ) >out 2>&1").c_str());
  }
  std::string Output() const {
    std::ifstream in(folder_ + "/out");
    return std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  }
  int Handshake(const std::string& options) {
    return Run(absl::StrCat("openssl s_client -connect ", office_.target(), " -alpn h2 -CAfile authority.pem ",
                            "-verify_return_error -verify_ip 127.0.0.1 ", options, " </dev/null"));
  }
  TestOffice office_;
  std::string folder_;
};

TEST_F(CarrierFromOutside, Tls13IsTakenAndNothingOlder) {
  EXPECT_EQ(Handshake("-tls1_3"), 0) << Output();
  EXPECT_THAT(Output(), testing::HasSubstr("ALPN protocol: h2"));
  for (const std::string version : {"-tls1_2", "-tls1_1 -cipher ALL:@SECLEVEL=0", "-tls1_2 -cipher ALL:@SECLEVEL=0"}) {
    EXPECT_NE(Handshake(version), 0) << version;
    EXPECT_THAT(Output(), testing::HasSubstr("Cipher is (NONE)")) << version;
  }
}

TEST_F(CarrierFromOutside, PythonCallsAndReadsTheDetails) {
  ASSERT_EQ(Run(absl::StrCat("protoc -I ", std::filesystem::current_path().string(),
                             "/proto --include_imports --descriptor_set_out=descriptors ",
                             "google/rpc/status.proto qingfeng/common/v1/reason.proto")),
            0)
      << Output();
  EXPECT_EQ(
      Run(absl::StrCat("/usr/bin/python3 ", std::filesystem::current_path().string(),
                       "/tests/unit/server/rpc/client.py ", office_.carrier().port(), " authority.pem descriptors")),
      0)
      << Output();
}

TEST_F(CarrierFromOutside, HealthSaysWhatItIsTold) {
  const auto channel = RawChannel(office_.target(), office_.authority().certificate_der);
  const auto health = [&] {
    RawStream call(channel, "grpc.health.v1.Health/Check");
    call.Write("");
    call.WritesDone();
    return call.Read().value_or("no answer");
  };
  EXPECT_EQ(health(), "\x08\x01");  // SERVING
  office_.carrier().SetServing(false);
  EXPECT_EQ(health(), "\x08\x02");  // NOT_SERVING
  office_.carrier().SetServing(true);
  EXPECT_EQ(health(), "\x08\x01");
}

}  // namespace
}  // namespace qf::server
