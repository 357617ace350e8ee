#include "client-core/office/invitation.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"
#include "tests/unit/common/log/json_vectors.h"

namespace qf::client {
namespace {

Invitation Example() {
  Invitation out;
  SeededEntropy entropy(1);
  out.address = "203.0.113.7:8443";
  out.tls_authorities = {"certificate"};
  out.root = entropy.Random<SigningKey>();
  out.log_key = entropy.Random<SigningKey>();
  out.log_term = 1;
  out.id = entropy.Random<InvitationId>();
  out.secret = NewInvitationSecret(entropy);
  return out;
}

Invitation FromVector(const JsonObject& vector) {
  Invitation out;
  out.address = vector.text("address");
  for (const std::string& der : vector.texts("tls_authorities")) out.tls_authorities.push_back(JsonObject::Unhex(der));
  out.root = vector.id<SigningKey>("root_key");
  out.log_key = vector.id<SigningKey>("log_key");
  out.log_term = vector.u64("log_term");
  out.id = vector.id<InvitationId>("invitation_id");
  out.secret = Secret(vector.bytes("secret"));
  return out;
}

TEST(Invitation, IsWrittenAsTheVectorsSay) {
  for (const JsonObject& vector : JsonObject::Load("invitation.json").objects("invitations")) {
    EXPECT_EQ(FormatInvitation(FromVector(vector)), vector.text("text"));
  }
}

TEST(Invitation, IsReadAsTheVectorsSay) {
  for (const JsonObject& vector : JsonObject::Load("invitation.json").objects("invitations")) {
    ASSERT_OK_AND_ASSIGN(const Invitation read, ParseInvitation(vector.text("text")));
    const Invitation expected = FromVector(vector);
    EXPECT_EQ(read.address, expected.address);
    EXPECT_EQ(read.tls_authorities, expected.tls_authorities);
    EXPECT_EQ(read.root, expected.root);
    EXPECT_EQ(read.log_key, expected.log_key);
    EXPECT_EQ(read.log_term, expected.log_term);
    EXPECT_EQ(read.id, expected.id);
    EXPECT_EQ(read.secret.bytes(), expected.secret.bytes());
    EXPECT_EQ(read.office().hex(), vector.text("office_id"));
  }
}

TEST(Invitation, ItsSecretStandsForTokenAndMac) {
  for (const JsonObject& vector : JsonObject::Load("invitation.json").objects("invitations")) {
    const Invitation invitation = FromVector(vector);
    const EnrolmentToken token = TokenOf(invitation.id, invitation.secret);
    EXPECT_EQ(token.hex(), vector.text("token"));
    EXPECT_EQ(TokenDigestOf(token).hex(), vector.text("token_sha256"));
    const Secret mac_key = MacKeyOf(invitation.id, invitation.secret);
    EXPECT_EQ(ToHex(mac_key.bytes()), vector.text("mac_key"));
    EXPECT_EQ(
        MacOf(mac_key, invitation.id, token, vector.id<SigningKey>("signing_key"), vector.id<SealingKey>("sealing_key"))
            .hex(),
        vector.text("mac"));
  }
}

TEST(Invitation, FieldsOutOfBoundsAreRefused) {
  for (const JsonObject& vector : JsonObject::Load("invitation.json").objects("refused")) {
    EXPECT_THAT(ParseInvitation(vector.text("text")), Fails(Reason::REASON_INVITATION)) << vector.text("why");
  }
}

TEST(Invitation, WhiteSpaceOfAMailProgramIsPassedOver) {
  const std::string text = FormatInvitation(Example());
  std::string wrapped = "  ";
  for (size_t i = 0; i < text.size(); ++i)
    wrapped += i % 72 == 71 ? std::string(1, text[i]) + "\r\n\t" : std::string(1, text[i]);
  EXPECT_OK(ParseInvitation(wrapped + "\n"));
}

TEST(Invitation, EveryWrongCharacterIsNoticed) {
  const std::string text = FormatInvitation(Example());
  for (size_t i = 0; i < text.size(); ++i) {
    std::string mangled = text;
    mangled[i] = text[i] == 'A' ? 'B' : 'A';
    // The last symbol of base64 has bits that stand for nothing.
    if (ParseInvitation(mangled).ok()) {
      EXPECT_EQ(i, text.size() - 1);
    } else {
      EXPECT_THAT(ParseInvitation(mangled), Fails(Reason::REASON_INVITATION));
    }
  }
}

TEST(Invitation, EveryLostCharacterIsNoticed) {
  const std::string text = FormatInvitation(Example());
  for (size_t i = 0; i < text.size(); ++i) {
    std::string mangled = text;
    mangled.erase(i, 1);
    EXPECT_THAT(ParseInvitation(mangled), Fails(Reason::REASON_INVITATION)) << i;
    EXPECT_THAT(ParseInvitation(text.substr(0, i)), Fails(Reason::REASON_INVITATION)) << i;
  }
}

TEST(Invitation, OneThatIsTooLongIsNotRead) {
  EXPECT_THAT(ParseInvitation("QF1:" + std::string(kInvitationTextBytesMax, 'A')), Fails(Reason::REASON_INVITATION));
}

TEST(Invitation, ItsAddressHasAHostAndAPort) {
  for (const char* good : {"a:1", "office.example:65535", "203.0.113.7:8443", "[::1]:443", "localhost:50051"}) {
    EXPECT_OK(CheckAddress(good)) << good;
  }
  for (const char* bad : {"", ":", "a", "a:", ":1", "a:0", "a:65536", "a:1x", "a: 1", "a b:1", "::1:443", "[::1]",
                          "[]:1", "http://a:1", "a/b:1", "a@b:1", "a:+1", "a:-1"}) {
    EXPECT_THAT(CheckAddress(bad), Fails(Reason::REASON_CONFIG)) << bad;
  }
  EXPECT_THAT(CheckAddress(std::string(260, 'a') + ":1"), Fails(Reason::REASON_CONFIG));
}

TEST(Enrol, IsCheckedByWhoeverHoldsTheSecret) {
  const Invitation invitation = Example();
  SeededEntropy entropy(2);
  const auto enrol = MakeEnrol(invitation, entropy.Random<SigningKey>(), entropy.Random<SealingKey>());
  EXPECT_OK(CheckEnrol(enrol, invitation.secret));
  EXPECT_EQ(enrol.token(), TokenOf(invitation.id, invitation.secret).str());
}

TEST(Enrol, OtherKeysThanTheHoldersAreNoticed) {
  const Invitation invitation = Example();
  SeededEntropy entropy(2);
  const auto enrol = MakeEnrol(invitation, entropy.Random<SigningKey>(), entropy.Random<SealingKey>());
  auto signing = enrol, sealing = enrol, token = enrol, other = enrol, mac = enrol;
  signing.mutable_device()->set_signing_key(entropy.Random<SigningKey>().str());
  sealing.mutable_device()->set_sealing_key(entropy.Random<SealingKey>().str());
  token.set_token(entropy.Random<EnrolmentToken>().str());
  other.set_invitation_id(entropy.Random<InvitationId>().str());
  mac.set_mac("");
  for (const auto& forged : {signing, sealing, token, other, mac}) {
    EXPECT_THAT(CheckEnrol(forged, invitation.secret), Fails(Reason::REASON_MAC));
  }
  EXPECT_THAT(CheckEnrol(enrol, NewInvitationSecret(entropy)), Fails(Reason::REASON_MAC));
  auto shorter = enrol;
  shorter.set_token("short");
  EXPECT_THAT(CheckEnrol(shorter, invitation.secret), Fails(Reason::REASON_LENGTH));
}

}  // namespace
}  // namespace qf::client
