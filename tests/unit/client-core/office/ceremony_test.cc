#include "client-core/office/ceremony.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "client-core/office/fingerprint.h"
#include "common/base/clock.h"
#include "common/record/ceremony.h"
#include "common/sealing/shares.h"
#include "common/tls/certificate.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"

namespace qf::client {
namespace {

constexpr absl::string_view kLabel{"qingfeng/server-request/1\0", 26};

class CeremonyTest : public testing::Test {
 protected:
  serverpb::ServerRequest Request(const std::string& authority_der) {
    serverpb::ServerRequest request;
    request.set_log_key(log_key.public_key().str());
    request.set_tls_authority(authority_der);
    request.set_signature(log_key.Sign(absl::StrCat(kLabel, authority_der)));
    return request;
  }
  NewOffice Found() {
    auto office = FoundOffice(entropy, Request(authority.certificate_der), administrator);
    EXPECT_OK(office);
    return *std::move(office);
  }
  static std::vector<std::string> Shares(const NewOffice& office, size_t a, size_t b) {
    return {std::string(office.recovery_shares[a].bytes()), std::string(office.recovery_shares[b].bytes())};
  }
  recordpb::Certificate CertificateFor(recordpb::Role role) {
    recordpb::Certificate certificate;
    *certificate.mutable_device() = KeysOf(second, second_sealing);
    certificate.set_role(role);
    certificate.set_from_us(5);
    certificate.set_to_us(1000);
    return certificate;
  }
  static recordpb::DeviceKeys KeysOf(const record::Signer& signer, const sealing::SealingKeyPair& sealing) {
    recordpb::DeviceKeys keys;
    keys.set_signing_key(signer.public_key().str());
    keys.set_sealing_key(sealing.public_key().str());
    return keys;
  }

  SeededEntropy entropy{7};
  record::Signer log_key = record::Signer::Generate(entropy);
  record::Signer first = record::Signer::Generate(entropy);
  record::Signer second = record::Signer::Generate(entropy);
  sealing::SealingKeyPair first_sealing = sealing::SealingKeyPair::Generate(entropy);
  sealing::SealingKeyPair second_sealing = sealing::SealingKeyPair::Generate(entropy);
  recordpb::DeviceKeys administrator = KeysOf(first, first_sealing);
  tls::Authority authority = *tls::MakeAuthority(SystemClock().NowUs(), 100);
};

TEST_F(CeremonyTest, GenesisSaysWhatTheOfficeIsAndProvesItself) {
  const NewOffice office = Found();
  ASSERT_OK_AND_ASSIGN(const auto genesis, record::VerifyGenesis(office.genesis.ToSignedHeader(), office.office));
  EXPECT_EQ(office.office, record::OfficeIdOf(office.root));
  EXPECT_EQ(office.genesis.header.author, office.root);
  EXPECT_EQ(genesis.administrator().signing_key(), first.public_key().bytes());
  EXPECT_EQ(genesis.administrator().sealing_key(), first_sealing.public_key().bytes());
  EXPECT_EQ(genesis.log_key(), log_key.public_key().bytes());
  EXPECT_EQ(genesis.tls_authority(), authority.certificate_der);
  EXPECT_EQ(office.tls_authority, authority.certificate_der);
  EXPECT_EQ(office.bundle.genesis().header(), office.genesis.header_bytes);
  EXPECT_FALSE(office.genesis.header.incarnation.empty());
}

TEST_F(CeremonyTest, AnyTwoSharesAreTheRootAndTheRecoveryKeyAndOneIsNot) {
  const NewOffice office = Found();
  const auto genesis = *record::VerifyGenesis(office.genesis.ToSignedHeader(), office.office);
  for (const auto& [a, b] : {std::pair<size_t, size_t>{0, 1}, {1, 2}, {2, 0}}) {
    ASSERT_OK_AND_ASSIGN(const auto first_share, sealing::ParseShare(office.recovery_shares[a].bytes()));
    ASSERT_OK_AND_ASSIGN(const auto second_share, sealing::ParseShare(office.recovery_shares[b].bytes()));
    ASSERT_OK_AND_ASSIGN(const Secret kit, sealing::Combine(first_share, second_share));
    ASSERT_OK_AND_ASSIGN(const auto keys, sealing::DeriveKitKeys(kit.bytes()));
    EXPECT_EQ(record::Signer::FromSeed(keys.signing_seed.bytes())->public_key(), office.root);
    EXPECT_EQ(keys.sealing.public_key().bytes(), genesis.recovery_key());
  }
  EXPECT_THAT(CertifyByRoot(entropy, office.office, Shares(office, 1, 1), CertificateFor(recordpb::ROLE_ADMINISTRATOR)),
              Fails(Reason::REASON_SHARES));
}

TEST_F(CeremonyTest, TwoOfficesHaveNothingInCommon) {
  const NewOffice a = Found(), b = Found();
  EXPECT_NE(a.office, b.office);
  EXPECT_THAT(CertifyByRoot(entropy, b.office, Shares(a, 0, 1), CertificateFor(recordpb::ROLE_ADMINISTRATOR)),
              Fails(Reason::REASON_OFFICE));
  std::vector<std::string> mixed = {std::string(a.recovery_shares[0].bytes()),
                                    std::string(b.recovery_shares[1].bytes())};
  EXPECT_THAT(CertifyByRoot(entropy, a.office, mixed, CertificateFor(recordpb::ROLE_ADMINISTRATOR)),
              Fails(Reason::REASON_SHARES));
}

TEST_F(CeremonyTest, TheRootCertifiesASecondAdministratorWhoMaySignRestarts) {
  const NewOffice office = Found();
  for (const auto& [a, b] : {std::pair<size_t, size_t>{0, 1}, {1, 2}, {2, 0}, {1, 0}}) {
    ASSERT_OK_AND_ASSIGN(const auto certificate, CertifyByRoot(entropy, office.office, Shares(office, a, b),
                                                               CertificateFor(recordpb::ROLE_ADMINISTRATOR)));
    EXPECT_EQ(certificate.header.author, office.root);
    EXPECT_NE(certificate.header.incarnation, office.genesis.header.incarnation);
    EXPECT_EQ(certificate.header.sequence, 1u);

    record::Header header;
    header.office = office.office;
    header.feed = record::Feed::Broadcast();
    header.incarnation = entropy.Random<Incarnation>();
    header.sequence = 1;
    header.kind = recordpb::KIND_RESTART;
    header.item = entropy.Random<ItemId>();
    auto& restart = *header.clear.mutable_restart();
    restart.set_continues_term(1);
    restart.set_term(65536);
    restart.set_kept_root(std::string(32, 'r'));
    restart.set_log_key(std::string(32, 'k'));
    *restart.add_chain() = office.genesis.ToSignedHeader();
    *restart.add_chain() = certificate.ToSignedHeader();
    EXPECT_OK(record::VerifyRestart(record::MakeRecord(header, "", second), office.office));
    EXPECT_THAT(record::VerifyRestart(record::MakeRecord(header, "", log_key), office.office),
                Fails(Reason::REASON_ROLE));
  }
}

TEST_F(CeremonyTest, TheRootGivesNoOtherRoles) {
  const NewOffice office = Found();
  EXPECT_OK(CertifyByRoot(entropy, office.office, Shares(office, 0, 2), CertificateFor(recordpb::ROLE_CUSTODIAN)));
  EXPECT_OK(CertifyByRoot(entropy, office.office, Shares(office, 0, 2), CertificateFor(recordpb::ROLE_SUPERIOR)));
  for (const auto role : {recordpb::ROLE_INFORMANT, recordpb::ROLE_CASE_MANAGER, recordpb::ROLE_UNSPECIFIED}) {
    EXPECT_THAT(CertifyByRoot(entropy, office.office, Shares(office, 0, 2), CertificateFor(role)),
                Fails(Reason::REASON_ROLE));
  }
}

TEST_F(CeremonyTest, AMistypedShareIsFound) {
  const NewOffice office = Found();
  auto shares = Shares(office, 0, 1);
  shares[1][0] = shares[1][0] == 'A' ? 'B' : 'A';
  EXPECT_THAT(CertifyByRoot(entropy, office.office, shares, CertificateFor(recordpb::ROLE_ADMINISTRATOR)),
              Fails(Reason::REASON_TYPO));
  shares.pop_back();
  EXPECT_THAT(CertifyByRoot(entropy, office.office, shares, CertificateFor(recordpb::ROLE_ADMINISTRATOR)),
              Fails(Reason::REASON_SHARES));
}

TEST_F(CeremonyTest, AServersRequestHasToBeOne) {
  EXPECT_OK(ReadServerRequest(Request(authority.certificate_der).SerializeAsString()));
  EXPECT_THAT(ReadServerRequest("\xff\xff nonsense"), Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(ReadServerRequest(std::string(kServerRequestBytesMax + 1, 'x')), Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(ReadServerRequest(""), Fails(Reason::REASON_LENGTH));

  auto foreign = Request(authority.certificate_der);
  foreign.set_log_key(first.public_key().str());
  EXPECT_THAT(ReadServerRequest(foreign.SerializeAsString()), Fails(Reason::REASON_SIGNATURE));

  // A certificate that may not issue others is no authority.
  const auto identity = *tls::IssueIdentity(authority, "office.example", SystemClock().NowUs(), 10);
  const auto leaf = *tls::DersOf(identity.chain_pem);
  EXPECT_THAT(ReadServerRequest(Request(leaf[0]).SerializeAsString()), Fails(Reason::REASON_CERTIFICATE));
  EXPECT_THAT(ReadServerRequest(Request("no certificate").SerializeAsString()), Fails(Reason::REASON_CERTIFICATE));
}

TEST_F(CeremonyTest, WhatTheRootSignsHasToFitIntoAHeader) {
  auto request = Request(authority.certificate_der);
  request.set_tls_authority(std::string(4096, 'x'));
  EXPECT_THAT(FoundOffice(entropy, request, administrator), Fails(Reason::REASON_TOO_LARGE));
}

}  // namespace
}  // namespace qf::client
