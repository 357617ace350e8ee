// A phone without a store: makes the records that one would, straight into a LogBuilder.
#pragma once

#include <string>
#include <vector>

#include "client-core/office/invitation.h"
#include "common/base/check.h"
#include "common/sealing/blob.h"
#include "common/sealing/seal.h"
#include "qingfeng/content/v1/content.pb.h"
#include "tests/support/log_builder.h"

namespace qf {

class TestPhone {
 public:
  TestPhone(LogBuilder& log, Entropy& entropy)
      : log_(log),
        entropy_(entropy),
        signer_(record::Signer::Generate(entropy)),
        sealing_(sealing::SealingKeyPair::Generate(entropy)) {}

  const record::Signer& signer() const { return signer_; }
  const SigningKey& key() const { return signer_.public_key(); }
  const sealing::SealingKeyPair& sealing_keys() const { return sealing_; }

  recordpb::Enrol EnrolOf(const std::string& invitation) const {
    return client::MakeEnrol(*client::ParseInvitation(invitation), key(), sealing_.public_key());
  }
  record::Record Enrol(const recordpb::Enrol& enrol) {
    recordpb::ClearPart clear;
    *clear.mutable_enrol() = enrol;
    const auto record = log_.Make(signer_, record::Feed::Roster(), recordpb::KIND_ENROL, clear);
    log_.Append(record);
    return record;
  }
  record::Record Enrol(const std::string& invitation) { return Enrol(EnrolOf(invitation)); }

  // A record of `kind` sealed to the newest key of the office, not yet in the log.
  record::Record Seal(recordpb::Kind kind, const contentpb::Content& content,
                      record::Feed feed = record::Feed::Office(), std::vector<record::BlobRef> blobs = {},
                      ItemId item = {}) {
    record::Header header;
    header.office = log_.office().office;
    header.feed = feed;
    header.author = key();
    header.item = item.empty() ? entropy_.Random<ItemId>() : item;
    header.kind = kind;
    const auto epoch = log_.authority().NewestEpoch(recordpb::AUDIENCE_OFFICE);
    QF_CHECK(epoch.has_value());
    const sealing::SealContext context{header.office, feed.name(), key(), static_cast<uint64_t>(kind), header.item, ""};
    std::string body = *sealing::SealContent(entropy_, context, content.SerializeAsString(), {epoch->public_key}, {});
    header.incarnation = incarnation_;
    header.sequence = ++sequences_[feed.name()];
    header.blobs = std::move(blobs);
    return record::MakeRecord(std::move(header), std::move(body), signer_);
  }
  record::Record Report(const contentpb::Report& report, ItemId item = {}) {
    contentpb::Content content;
    *content.mutable_report() = report;
    std::vector<record::BlobRef> blobs;
    for (const auto& a : report.attachments())
      blobs.push_back({*Digest::From(a.sha256()), log_.blobs[a.sha256()].size()});
    return Seal(recordpb::KIND_REPORT, content, record::Feed::Office(), std::move(blobs), item);
  }
  record::Record Message(const record::Record& report, const std::string& text) {
    contentpb::Content content;
    content.mutable_message()->set_report_author(report.header.author.str());
    content.mutable_message()->set_report_item_id(report.header.item.str());
    content.mutable_message()->set_text(text);
    return Seal(recordpb::KIND_MESSAGE, content);
  }

  // Opens what a desk sent to this phone.
  contentpb::Content Open(const recordpb::Record& raw) const {
    const auto record = *record::ParseRecord(raw);
    const sealing::SealContext context{
        record.header.office, record.header.feed.name(),
        record.header.author, static_cast<uint64_t>(record.header.kind),
        record.header.item,   record.header.reference.empty() ? std::string() : record.header.reference.str()};
    contentpb::Content content;
    std::vector<sealing::SealingKeyPair> keys;
    keys.push_back(sealing_.Copy());
    content.ParseFromString(*sealing::OpenContent(context, record.body, keys));
    return content;
  }

  // Seals a file, as capturing does; its sealed bytes are at the server.
  contentpb::Attachment Attach(const std::string& name, const std::string& bytes) {
    auto sealer = *sealing::BlobSealer::Start(entropy_, bytes.size());
    std::string sealed;
    const auto keep = [&](Bytes part) {
      sealed.append(part.data(), part.size());
      return absl::OkStatus();
    };
    QF_CHECK(sealer.Push(bytes, keep).ok());
    contentpb::Attachment out;
    out.set_key(std::string(sealer.key().bytes()));
    out.set_sha256(sealer.Finish(keep)->str());
    out.set_name(name);
    out.set_media_type("image/jpeg");
    out.set_size_bytes(bytes.size());
    out.set_plain_sha256(Sha256(bytes).str());
    log_.blobs[out.sha256()] = sealed;
    return out;
  }

 private:
  LogBuilder& log_;
  Entropy& entropy_;
  record::Signer signer_;
  sealing::SealingKeyPair sealing_;
  Incarnation incarnation_ = entropy_.Random<Incarnation>();
  std::map<std::string, uint64_t> sequences_;
};

}  // namespace qf
