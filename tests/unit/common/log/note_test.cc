#include "common/log/note.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/support/status_matchers.h"

namespace qf::log {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::string Unbase64(absl::string_view text) {
  std::string out;
  EXPECT_TRUE(absl::Base64Unescape(text, &out));
  return out;
}

// The key of a verifier key "<name>+<id>+<base64>"; the base64 may contain a plus itself.
SigningKey KeyOf(absl::string_view verifier_key) {
  const std::vector<std::string> parts = absl::StrSplit(verifier_key, absl::MaxSplits('+', 2));
  return *SigningKey::From(Unbase64(parts[2]).substr(1));
}

// The example of C2SP signed-note, "Verifier keys".
constexpr absl::string_view kExampleKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
constexpr absl::string_view kExampleNote =
    "This is an example message.\n"
    "\n"
    "— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

// The note and keys that the format's first implementation, Go's sumdb/note, is tested with.
constexpr absl::string_view kPeterKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr absl::string_view kEnochKey = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
constexpr absl::string_view kPeterSeed = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";  // type and seed
constexpr absl::string_view kText =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
constexpr absl::string_view kPeterLine =
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
constexpr absl::string_view kEnochLine =
    "— EnochRoot "
    "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

std::string PeterNote() { return absl::StrCat(kText, "\n", kPeterLine); }

TEST(Published, ExampleOfTheSpecification) {
  const SigningKey key = KeyOf(kExampleKey);
  EXPECT_EQ(VerifierKey("example.com/foo", KeyType::kEd25519, key), kExampleKey);
  ASSERT_OK_AND_ASSIGN(const Note note, ParseNote(kExampleNote));
  EXPECT_EQ(note.text, "This is an example message.\n");
  EXPECT_OK(VerifyNote(note, "example.com/foo", key));
}

TEST(Published, NoteOfTheFirstImplementation) {
  ASSERT_OK_AND_ASSIGN(const auto signer, record::Signer::FromSeed(Unbase64(kPeterSeed).substr(1)));
  EXPECT_EQ(VerifierKey("PeterNeumann", KeyType::kEd25519, signer.public_key()), kPeterKey);
  Note note{std::string(kText), {SignNote(kText, "PeterNeumann", signer)}};
  EXPECT_EQ(FormatNote(note), PeterNote());
}

TEST(Published, TwoSignaturesEachForItsKey) {
  ASSERT_OK_AND_ASSIGN(const Note note, ParseNote(absl::StrCat(kText, "\n", kPeterLine, kEnochLine)));
  EXPECT_THAT(note.signatures, SizeIs(2));
  EXPECT_OK(VerifyNote(note, "PeterNeumann", KeyOf(kPeterKey)));
  EXPECT_OK(VerifyNote(note, "EnochRoot", KeyOf(kEnochKey)));
  EXPECT_THAT(VerifyNote(note, "EnochRoot", KeyOf(kPeterKey)), Fails(Reason::REASON_PROOF));
}

TEST(Published, WhatTheFirstImplementationCallsMalformed) {
  const std::string text(kText), peter(kPeterLine);
  for (const std::string& bad :
       {text, text + "\n", text + "\n" + peter.substr(0, peter.size() - 1), "\x01" + text + "\n" + peter,
        "\xff" + text + "\n" + peter, text + "\n— Bad Name x08go/ZJkuBS9UG/SffcvIAQ==\n",
        text + "\n" + peter + "Unexpected line.\n"}) {
    EXPECT_THAT(ParseNote(bad), Fails(Reason::REASON_MALFORMED)) << bad;
  }
}

TEST(ParseNote, NoControlCharactersButNewlines) {
  for (char c = 0; c < ' '; ++c) {
    const std::string note = absl::StrCat(std::string(1, c), PeterNote());
    if (c == '\n') {
      EXPECT_OK(ParseNote(note));
    } else {
      EXPECT_THAT(ParseNote(note), Fails(Reason::REASON_MALFORMED)) << static_cast<int>(c);
    }
  }
}

// A line of a known key that does not verify spoils the note, even beside one that does.
TEST(VerifyNote, AWrongLineOfTheKeySpoilsTheNote) {
  std::string wrong(kPeterLine);
  wrong[wrong.size() - 20] ^= 1;
  ASSERT_OK_AND_ASSIGN(const Note note, ParseNote(absl::StrCat(PeterNote(), wrong)));
  EXPECT_THAT(VerifyNote(note, "PeterNeumann", KeyOf(kPeterKey)), Fails(Reason::REASON_PROOF));
}

// The tuple of name and id names a key; a line with one of the two is another's and ignored.
TEST(VerifyNote, ALineOfAnotherNameOrIdIsIgnored) {
  ASSERT_OK_AND_ASSIGN(const Note good, ParseNote(PeterNote()));
  for (const bool other_name : {true, false}) {
    NoteSignature other = good.signatures[0];
    other.signature[0] ^= 1;
    if (other_name) {
      other.key_name = "Another";
    } else {
      other.key_id ^= 1;
    }
    Note both = good;
    both.signatures.push_back(other);
    EXPECT_OK(VerifyNote(both, "PeterNeumann", KeyOf(kPeterKey)));
    Note alone{good.text, {other}};
    EXPECT_THAT(VerifyNote(alone, "PeterNeumann", KeyOf(kPeterKey)), Fails(Reason::REASON_PROOF));
  }
}

TEST(VerifyNote, NoBitOfTextOrSignatureMayChange) {
  const std::string good = PeterNote();
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] ^= 1;
    const auto note = ParseNote(bad);
    if (note.ok()) {
      EXPECT_THAT(VerifyNote(*note, "PeterNeumann", KeyOf(kPeterKey)), Fails(Reason::REASON_PROOF)) << i;
    }
  }
}

TEST(ParseNote, TheLastEmptyLineEndsTheText) {
  ASSERT_OK_AND_ASSIGN(const Note note, ParseNote(absl::StrCat("a\n\nb\n\n", kPeterLine)));
  EXPECT_EQ(note.text, "a\n\nb\n");
  EXPECT_THAT(note.signatures, ElementsAre(testing::Field(&NoteSignature::key_name, "PeterNeumann")));
}

TEST(ParseNote, ReadsOneFormOnly) {
  const std::string line(kPeterLine), head = absl::StrCat(kText, "\n");
  const std::string start = line.substr(0, line.size() - 3);  // without "M=\n"
  EXPECT_OK(ParseNote(head + start + "M=\n"));
  for (const char* end : {"M\n", "M==\n", "N=\n", "M= \n", "M=\r\n", " M=\n", "M.\n", "M=\n\n"}) {
    EXPECT_THAT(ParseNote(head + start + end), Fails(Reason::REASON_MALFORMED)) << end;
  }
}

TEST(ParseNote, BoundsOfSizeAndSignatures) {
  std::string note = absl::StrCat(kText, "\n");
  for (size_t i = 0; i < kNoteSignatures; ++i) absl::StrAppend(&note, kPeterLine);
  EXPECT_OK(ParseNote(note));
  EXPECT_THAT(ParseNote(absl::StrCat(note, kPeterLine)), Fails(Reason::REASON_TOO_LARGE));
  EXPECT_OK(ParseNote(absl::StrCat(std::string(kNoteBytes - PeterNote().size(), 'x'), PeterNote())));
  EXPECT_THAT(ParseNote(absl::StrCat(std::string(kNoteBytes - PeterNote().size() + 1, 'x'), PeterNote())),
              Fails(Reason::REASON_TOO_LARGE));
}

// 16 post-quantum cosignatures must fit (C2SP signed-note, "Format").
TEST(ParseNote, SixteenPostQuantumSignaturesFit) {
  std::string note = absl::StrCat(kText, "\n");
  const std::string signature = absl::Base64Escape(std::string(4 + 8 + 4'900, 's'));
  for (int i = 0; i < 16; ++i) absl::StrAppend(&note, "— witness.example/", i, " ", signature, "\n");
  ASSERT_OK_AND_ASSIGN(const Note parsed, ParseNote(note));
  EXPECT_EQ(FormatNote(parsed), note);
}

TEST(IsKeyName, Utf8WithoutSpacesAndPlus) {
  for (const char* name : {"a", "qingfeng/00/1", "见证人.example/纪检", "\xf0\x9f\x8f\x9b"}) {
    EXPECT_TRUE(IsKeyName(name)) << name;
  }
  for (const char* name : {"", "a b", "a+b", "a\tb", "a\nb", "a\xc2\xa0z", "a\xe3\x80\x80", "\xe2\x80\xa8",
                           "\xe1\x9a\x80", "\xc2\x85", "\xe2\x80\x83", "\xe2\x80\xaf", "\xe2\x81\x9f"}) {
    EXPECT_FALSE(IsKeyName(name)) << name;
  }
}

TEST(IsKeyName, NoUtf8) {
  // Lone and missing continuation bytes, overlong forms, a surrogate, and what lies beyond Unicode.
  for (const char* name : {"\x80", "\xc3", "\xc3(", "a\xff", "\xe4\xb8", "\xf0\x80\x80", "\xc0\xaf", "\xe0\x80\xaf",
                           "\xf0\x80\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80"}) {
    EXPECT_FALSE(IsKeyName(name)) << absl::CHexEscape(name);
  }
}

}  // namespace
}  // namespace qf::log
