#include "common/tls/certificate.h"

#include <cstdlib>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "tests/support/status_matchers.h"

namespace qf::tls {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint64_t kNowUs = 1'767'225'600ull * kMicrosPerSecond;
constexpr char kHost[] = "office.example.org";

Authority NewAuthority() { return *MakeAuthority(kNowUs, 3650); }
Identity NewIdentity(const Authority& authority, const std::string& host = kHost, uint32_t days = 90) {
  return *IssueIdentity(authority, host, kNowUs, days);
}
std::string LeafDer(const Identity& identity) { return (*DersOf(identity.chain_pem))[0]; }

TEST(Authority, IsSmallAndSaysHowLong) {
  for (int i = 0; i < 50; ++i) {  // a signature's length varies
    ASSERT_OK_AND_ASSIGN(const Authority authority, MakeAuthority(kNowUs, 3650));
    EXPECT_LE(authority.certificate_der.size(), kAuthorityBytesMax);
    ASSERT_OK_AND_ASSIGN(const CertificateInfo info, Inspect(authority.certificate_der));
    EXPECT_EQ(info.not_before_us, kNowUs - kMicrosPerDay);
    EXPECT_EQ(info.not_after_us, kNowUs + 3650 * kMicrosPerDay);
    EXPECT_TRUE(info.is_authority);
    EXPECT_THAT(info.hosts, IsEmpty());
  }
  RecordProperty("authority_bytes", static_cast<int>(NewAuthority().certificate_der.size()));
}

TEST(Authority, DaysHaveBounds) {
  EXPECT_THAT(MakeAuthority(kNowUs, 0), Fails(Reason::REASON_CONFIG));
  EXPECT_THAT(MakeAuthority(kNowUs, kDaysMax + 1), Fails(Reason::REASON_CONFIG));
  EXPECT_OK(MakeAuthority(kNowUs, kDaysMax));
  EXPECT_OK(MakeAuthority(0, 1));  // a machine whose clock was never set
}

TEST(Identity, BelongsToItsAuthorityForItsHost) {
  const Authority authority = NewAuthority();
  for (const std::string host : {"office.example.org", "localhost", "203.0.113.7", "2001:db8::7"}) {
    ASSERT_OK_AND_ASSIGN(const Identity identity, IssueIdentity(authority, host, kNowUs, 90));
    EXPECT_OK(CheckKey(identity));
    EXPECT_OK(CheckChain(identity.chain_pem, {authority.certificate_der}, host, kNowUs)) << host;
    EXPECT_OK(CheckChain(identity.chain_pem, {authority.certificate_der}, "", kNowUs)) << host;
    ASSERT_OK_AND_ASSIGN(const CertificateInfo info, Inspect(LeafDer(identity)));
    EXPECT_THAT(info.hosts, ElementsAre(host));
    EXPECT_FALSE(info.is_authority);
    EXPECT_EQ(info.not_after_us, kNowUs + 90 * kMicrosPerDay);
  }
}

TEST(Identity, HostsThatAreNone) {
  const Authority authority = NewAuthority();
  const std::string long_label = absl::StrCat(std::string(64, 'a'), ".org");
  for (const std::string& host :
       {std::string(""), std::string("*.example.org"), std::string("a..b"), std::string("-a.org"),
        std::string("a-.org"), std::string("a.org."), std::string("a,IP:1.2.3.4"), std::string("a b"),
        std::string("[::1]"), long_label, std::string("1.2.3.4\0x", 9), std::string(254, 'a'), std::string("办公室")}) {
    EXPECT_THAT(IssueIdentity(authority, host, kNowUs, 90), Fails(Reason::REASON_CONFIG)) << host;
  }
}

TEST(Identity, NeverOutlivesTheAuthority) {
  ASSERT_OK_AND_ASSIGN(const Authority authority, MakeAuthority(kNowUs, 30));
  const Identity identity = NewIdentity(authority);
  EXPECT_EQ(Inspect(LeafDer(identity))->not_after_us, kNowUs + 30 * kMicrosPerDay);
  EXPECT_THAT(IssueIdentity(authority, kHost, kNowUs + 30 * kMicrosPerDay, 1), Fails(Reason::REASON_CERTIFICATE));
}

TEST(Identity, OnlyAnAuthorityWithItsOwnKeyIssues) {
  Authority authority = NewAuthority();
  const Authority other = NewAuthority();
  const Identity identity = NewIdentity(authority);
  EXPECT_THAT(IssueIdentity({LeafDer(identity), authority.private_key_der.Copy()}, kHost, kNowUs, 1),
              Fails(Reason::REASON_CERTIFICATE));
  EXPECT_THAT(IssueIdentity({authority.certificate_der, other.private_key_der.Copy()}, kHost, kNowUs, 1),
              Fails(Reason::REASON_CERTIFICATE));
  EXPECT_THAT(IssueIdentity({authority.certificate_der, Secret(Bytes("no key"))}, kHost, kNowUs, 1),
              Fails(Reason::REASON_CERTIFICATE));
  EXPECT_THAT(IssueIdentity({"no certificate", authority.private_key_der.Copy()}, kHost, kNowUs, 1),
              Fails(Reason::REASON_CERTIFICATE));
}

TEST(CheckChain, RefusesEveryThingThatIsWrong) {
  const Authority authority = NewAuthority();
  const Authority other = NewAuthority();
  const Identity identity = NewIdentity(authority);
  const std::vector<std::string> roots = {authority.certificate_der};
  const auto check = [&](const std::vector<std::string>& authorities, const std::string& host, uint64_t now_us) {
    return CheckChain(identity.chain_pem, authorities, host, now_us);
  };
  EXPECT_THAT(check({other.certificate_der}, kHost, kNowUs), Fails(Reason::REASON_CERTIFICATE));
  EXPECT_THAT(check({}, kHost, kNowUs), Fails(Reason::REASON_CERTIFICATE));
  EXPECT_THAT(check({"junk"}, kHost, kNowUs), Fails(Reason::REASON_CERTIFICATE));
  EXPECT_THAT(check(roots, "other.example.org", kNowUs), Fails(Reason::REASON_CERTIFICATE));
  EXPECT_THAT(check(roots, "203.0.113.7", kNowUs), Fails(Reason::REASON_CERTIFICATE));
  EXPECT_THAT(check(roots, std::string("office.example.org\0.evil", 24), kNowUs), Fails(Reason::REASON_CERTIFICATE));
  // A day early is in order, since clocks are wrong; two are not.
  EXPECT_OK(check(roots, kHost, kNowUs - kMicrosPerDay + kMicrosPerSecond));
  EXPECT_THAT(check(roots, kHost, kNowUs - 2 * kMicrosPerDay), Fails(Reason::REASON_CERTIFICATE));
  EXPECT_OK(check(roots, kHost, kNowUs + 89 * kMicrosPerDay));
  EXPECT_THAT(check(roots, kHost, kNowUs + 91 * kMicrosPerDay), Fails(Reason::REASON_CERTIFICATE));
}

TEST(CheckChain, AnyOfSeveralAuthoritiesWillDo) {
  const Authority first = NewAuthority(), second = NewAuthority();
  const std::vector<std::string> both = {first.certificate_der, second.certificate_der};
  EXPECT_OK(CheckChain(NewIdentity(first).chain_pem, both, kHost, kNowUs));
  EXPECT_OK(CheckChain(NewIdentity(second).chain_pem, both, kHost, kNowUs));
}

TEST(CheckChain, AnAuthorityIsNoServerAndAServerNoAuthority) {
  const Authority authority = NewAuthority();
  const std::string authority_pem = *PemOf(authority.certificate_der);
  EXPECT_THAT(CheckChain(authority_pem, {authority.certificate_der}, kHost, kNowUs), Fails(Reason::REASON_CERTIFICATE));
  // A server's certificate, offered as a root, proves nothing about another one.
  const Identity identity = NewIdentity(authority);
  EXPECT_THAT(CheckChain(NewIdentity(authority).chain_pem, {LeafDer(identity)}, kHost, kNowUs),
              Fails(Reason::REASON_CERTIFICATE));
}

TEST(CheckKey, AnotherKeyIsSeen) {
  const Authority authority = NewAuthority();
  const Identity one = NewIdentity(authority), two = NewIdentity(authority);
  EXPECT_THAT(CheckKey({one.chain_pem, two.private_key_pem.Copy()}), Fails(Reason::REASON_CERTIFICATE));
  EXPECT_THAT(CheckKey({one.chain_pem, Secret()}), Fails(Reason::REASON_CERTIFICATE));
  EXPECT_THAT(CheckKey({"", one.private_key_pem.Copy()}), Fails(Reason::REASON_CERTIFICATE));
}

TEST(Pem, ThereAndBack) {
  const Authority authority = NewAuthority();
  const Identity identity = NewIdentity(authority);
  ASSERT_OK_AND_ASSIGN(const std::string pem, PemOf(authority.certificate_der));
  ASSERT_OK_AND_ASSIGN(const auto ders, DersOf(absl::StrCat(identity.chain_pem, "\n", pem)));
  EXPECT_THAT(ders, ElementsAre(LeafDer(identity), authority.certificate_der));
}

TEST(Pem, WhatCannotBeReadIsRefusedWhole) {
  const std::string pem = *PemOf(NewAuthority().certificate_der);
  EXPECT_THAT(DersOf(""), Fails(Reason::REASON_CERTIFICATE));
  EXPECT_THAT(DersOf(Bytes()), Fails(Reason::REASON_CERTIFICATE));
  EXPECT_THAT(DersOf("hello"), Fails(Reason::REASON_CERTIFICATE));
  // A block that begins and breaks off, alone or behind a good one.
  const std::string half = pem.substr(0, pem.size() / 2);
  EXPECT_THAT(DersOf(half), Fails(Reason::REASON_CERTIFICATE));
  EXPECT_THAT(DersOf(absl::StrCat(pem, half)), Fails(Reason::REASON_CERTIFICATE));
  std::string broken = pem;
  broken[100] = '*';
  EXPECT_THAT(DersOf(absl::StrCat(pem, broken)), Fails(Reason::REASON_CERTIFICATE));
}

TEST(Inspect, BytesThatAreNoCertificateOfOurs) {
  const std::string der = NewAuthority().certificate_der;
  EXPECT_THAT(Inspect(""), Fails(Reason::REASON_CERTIFICATE));
  EXPECT_THAT(Inspect(Bytes()), Fails(Reason::REASON_CERTIFICATE));
  EXPECT_THAT(Inspect(der + "x"), Fails(Reason::REASON_CERTIFICATE));
  EXPECT_THAT(PemOf(der + "x"), Fails(Reason::REASON_CERTIFICATE));
  for (size_t size = 0; size < der.size(); ++size) {
    EXPECT_THAT(Inspect(der.substr(0, size)), Fails(Reason::REASON_CERTIFICATE)) << size;
  }
  for (size_t at = 0; at < der.size(); ++at) {  // any verdict, but no crash
    std::string other = der;
    other[at] = static_cast<char>(other[at] ^ 0x55);
    (void)Inspect(other);
    (void)IssueIdentity({other, Secret(Bytes("key"))}, kHost, kNowUs, 1);
  }
}

// The openssl program as an independent reader.
class OpenSslProgram : public testing::Test {
 protected:
  OpenSslProgram() {
    char name[] = "/tmp/qf_tls_XXXXXX";
    folder_ = mkdtemp(name);
  }
  ~OpenSslProgram() override { EXPECT_EQ(std::system(("rm -r " + folder_).c_str()), 0); }
  void Write(const std::string& name, Bytes bytes) {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << std::string(bytes);
  }
  int Run(const std::string& command, const std::string& out = " >/dev/null 2>&1") {
    return std::system(absl::StrCat("cd ", folder_, " && ", command, out).c_str());
  }
  std::string folder_;
};

TEST_F(OpenSslProgram, AgreesUnderItsStrictestRules) {
  const Authority authority = NewAuthority();
  const Identity identity = NewIdentity(authority);
  Write("authority.der", authority.certificate_der);
  Write("server.pem", identity.chain_pem);
  ASSERT_EQ(Run("openssl x509 -inform der -in authority.der -out authority.pem"), 0);
  const std::string verify =
      "openssl verify -x509_strict -check_ss_sig -purpose sslserver -attime 1767225600 -CAfile authority.pem "
      "-no-CApath -verify_hostname ";
  EXPECT_EQ(Run(verify + "office.example.org server.pem"), 0);
  EXPECT_NE(Run(verify + "other.example.org server.pem"), 0);
  EXPECT_EQ(Run("openssl x509 -in server.pem -noout -text | grep -q 'NIST CURVE: P-256'", ""), 0);
  EXPECT_EQ(Run("openssl x509 -in authority.pem -noout -text | grep -q 'Signature Algorithm: ecdsa-with-SHA256'", ""),
            0);
}

TEST_F(OpenSslProgram, OtherCurvesAreNotOurs) {
  ASSERT_EQ(Run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout k.pem -subj /CN=x "
                "-outform der -out c.der"),
            0);
  std::ifstream in(folder_ + "/c.der", std::ios::binary);
  const std::string der((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  ASSERT_FALSE(der.empty());
  EXPECT_THAT(Inspect(der), Fails(Reason::REASON_CERTIFICATE));
}

}  // namespace
}  // namespace qf::tls
