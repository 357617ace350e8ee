#include "common/record/authority.h"

#include <algorithm>

#include "common/base/limits.h"
#include "common/base/sha256.h"
#include "common/record/append_table.h"
#include "common/record/ceremony.h"

namespace qf::record {
namespace {

// Order in which facts of one device are weighed: by clock_at, so the same in every term.
template <class F>
bool Earlier(const F& a, const F& b) {
  return std::tie(a.fact.place.clock_at_us, a.fact.id) < std::tie(b.fact.place.clock_at_us, b.fact.id);
}

// Each entry once: the same REVOKE may come with every Welcome.
template <class F>
bool Holds(const std::vector<F>& facts, const RecordId& id) {
  return std::any_of(facts.begin(), facts.end(), [&id](const F& f) { return f.fact.id == id; });
}

// False if it is there.
template <class F>
bool InsertInOrder(std::vector<F>& facts, F fact) {
  if (Holds(facts, fact.fact.id)) return false;
  facts.insert(std::upper_bound(facts.begin(), facts.end(), fact, Earlier<F>), std::move(fact));
  return true;
}

// A key inside a clear part; an empty one never matches anybody.
SigningKey KeyIn(const std::string& bytes) {
  const auto key = SigningKey::From(bytes);
  return key.ok() ? *key : SigningKey();
}
SealingKey SealingKeyIn(const std::string& bytes) {
  const auto key = SealingKey::From(bytes);
  return key.ok() ? *key : SealingKey();
}

template <class Map, class Beyond>
void EraseIf(Map& map, Beyond beyond) {
  for (auto it = map.begin(); it != map.end();) it = beyond(it->second) ? map.erase(it) : std::next(it);
}

}  // namespace

bool IsFieldRole(Role role) { return role >= recordpb::ROLE_INFORMANT && role <= recordpb::ROLE_CONTACT_LEADER; }

bool IsReaderRole(Role role) {
  return (role >= recordpb::ROLE_DUTY_OFFICER && role <= recordpb::ROLE_CASE_MANAGER) ||
         role == recordpb::ROLE_SUPERIOR;
}

bool IsDeskRole(Role role) {
  return IsReaderRole(role) || role == recordpb::ROLE_ADMINISTRATOR || role == recordpb::ROLE_CUSTODIAN;
}

Audience AudienceOf(Role role) {
  if (role == recordpb::ROLE_SUPERIOR) return recordpb::AUDIENCE_OVERSIGHT;
  return IsReaderRole(role) ? recordpb::AUDIENCE_OFFICE : recordpb::AUDIENCE_UNSPECIFIED;
}

void Authority::Add(const Header& header, const RecordId& id, const Placement& place) {
  if (place.verdict != 0) return;  // refused entries have no effect
  const Fact fact{id, header.author, place, header.feed};
  const auto& clear = header.clear;
  switch (header.kind) {
    case recordpb::KIND_GENESIS:
      if (genesis_.has_value() || OfficeIdOf(header.author) != office_) break;
      genesis_ = GenesisFact{fact, clear.genesis(), KeyIn(clear.genesis().administrator().signing_key())};
      counting_revokes_.reset();
      break;
    case recordpb::KIND_CERTIFICATE:
      if (InsertInOrder(certificates_[KeyIn(clear.certificate().device().signing_key())],
                        CertificateFact{fact, clear.certificate()})) {
        counting_revokes_.reset();
      }
      break;
    case recordpb::KIND_REVOKE:
      if (InsertInOrder(revokes_[KeyIn(clear.revoke().device())], RevokeFact{fact, clear.revoke().mode()})) {
        counting_revokes_.reset();
      }
      break;
    case recordpb::KIND_ENROL:
      InsertInOrder(enrols_[header.author], EnrolFact{fact, clear.enrol()});
      break;
    case recordpb::KIND_INVITE:
      if (const auto invitation = InvitationId::From(clear.invite().invitation_id()); invitation.ok()) {
        invites_.emplace(*invitation, InviteFact{fact, clear.invite()});
      }
      break;
    case recordpb::KIND_APPROVE:
      if (auto& given = approvals_[header.reference];
          std::none_of(given.begin(), given.end(), [&id](const Fact& f) { return f.id == id; })) {
        given.push_back(fact);
      }
      break;
    case recordpb::KIND_EPOCH:
      if (!Holds(epochs_, id)) epochs_.push_back({fact, clear.epoch()});
      break;
    case recordpb::KIND_RESTART:
      log_keys_.emplace(clear.restart().term(), std::make_pair(fact, KeyIn(clear.restart().log_key())));
      break;
    default:
      break;
  }
}

void Authority::Truncate(uint64_t size) {
  counting_revokes_.reset();
  const auto beyond = [size](const auto& f) { return f.fact.place.position >= size; };
  const auto trim = [&](auto& facts) {
    facts.erase(std::remove_if(facts.begin(), facts.end(), beyond), facts.end());
    return facts.empty();
  };
  if (genesis_.has_value() && beyond(*genesis_)) genesis_.reset();
  EraseIf(certificates_, trim);
  EraseIf(revokes_, trim);
  EraseIf(enrols_, trim);
  EraseIf(invites_, beyond);
  EraseIf(approvals_, [size](std::vector<Fact>& facts) {
    facts.erase(std::remove_if(facts.begin(), facts.end(), [size](const Fact& f) { return f.place.position >= size; }),
                facts.end());
    return facts.empty();
  });
  trim(epochs_);
  EraseIf(log_keys_, [size](const auto& key) { return key.first.place.position >= size; });
}

Standing Authority::StandingOf(const SigningKey& author, uint64_t at_us) const {
  Standing standing;
  if (const auto found = certificates_.find(author); found != certificates_.end()) {
    for (const CertificateFact& fact : found->second) {
      if (fact.certificate.from_us() > at_us || !CertificateCounts(fact)) continue;
      (at_us < fact.certificate.to_us() ? standing.role : standing.late_role) = fact.certificate.role();
    }
  }
  if (MadeAdministrator(author, at_us)) standing.role = recordpb::ROLE_ADMINISTRATOR;
  if (const auto found = enrols_.find(author); found != enrols_.end()) {
    const uint64_t first_us = found->second.front().fact.place.clock_at_us;
    if (first_us <= at_us) standing.enrolled_at_us = first_us;
  }
  standing.revoked = RevocationOf(author, at_us);
  return standing;
}

bool Authority::IsRoot(const SigningKey& key) const { return genesis_.has_value() && genesis_->fact.author == key; }

// Asks for no one's standing but an administrator's, which comes from the root alone: StandingOf here would not end for
// certificates that vouch for each other, or for themselves.
bool Authority::CertificateCounts(const CertificateFact& fact) const {
  const Placement& place = fact.fact.place;
  Header header;
  header.kind = recordpb::KIND_CERTIFICATE;
  header.feed = fact.fact.feed;
  *header.clear.mutable_certificate() = fact.certificate;
  if (IsRoot(fact.fact.author)) return MayAppend(Appender::kRoot, header);
  return !MadeAdministrator(KeyIn(fact.certificate.device().signing_key()), place.clock_at_us) &&
         IsAdministrator(fact.fact.author, place.clock_at_us) && MayAppend(Appender::kAdministrator, header);
}

bool Authority::MadeAdministrator(const SigningKey& device, uint64_t at_us) const {
  if (genesis_.has_value() && genesis_->administrator == device) return true;
  const auto found = certificates_.find(device);
  return found != certificates_.end() &&
         std::any_of(found->second.begin(), found->second.end(), [&](const CertificateFact& fact) {
           const auto& certificate = fact.certificate;
           return IsRoot(fact.fact.author) && certificate.role() == recordpb::ROLE_ADMINISTRATOR &&
                  certificate.from_us() <= at_us && at_us < certificate.to_us() && CertificateCounts(fact);
         });
}

bool Authority::IsAdministrator(const SigningKey& device, uint64_t at_us) const {
  return MadeAdministrator(device, at_us) && RevokeOf(device, at_us) == nullptr;
}

// Whether a REVOKE counts depends on those before it, so they are weighed in order of time, each once: asked one from
// another, administrators who pause each other again and again would take for ever.
const std::set<RecordId>& Authority::CountingRevokes() const {
  if (counting_revokes_.has_value()) return *counting_revokes_;
  std::vector<const RevokeFact*> in_order;
  for (const auto& [device, facts] : revokes_) {
    for (const RevokeFact& fact : facts) in_order.push_back(&fact);
  }
  std::sort(in_order.begin(), in_order.end(), [](const RevokeFact* a, const RevokeFact* b) { return Earlier(*a, *b); });
  auto& counting = counting_revokes_.emplace();
  for (const RevokeFact* const revoke : in_order) {
    const Fact& fact = revoke->fact;
    if (IsRoot(fact.author) || IsAdministrator(fact.author, fact.place.clock_at_us)) counting.insert(fact.id);
  }
  return counting;
}

const Authority::RevokeFact* Authority::RevokeOf(const SigningKey& device, uint64_t at_us) const {
  const auto found = revokes_.find(device);
  if (found == revokes_.end()) return nullptr;
  const auto& counting = CountingRevokes();
  const RevokeFact* pause = nullptr;
  for (const RevokeFact& fact : found->second) {
    if (fact.fact.place.clock_at_us >= at_us) break;
    const bool pauses = fact.mode == recordpb::REVOKE_MODE_LOCK;
    if ((pauses && pause != nullptr) || fact.fact.author == device || counting.count(fact.fact.id) == 0) continue;
    if (!pauses) return &fact;
    if (!CertifiedBetween(device, fact.fact.place.clock_at_us, at_us)) pause = &fact;
  }
  return pause;
}

std::optional<Revocation> Authority::RevocationOf(const SigningKey& device, uint64_t at_us) const {
  const RevokeFact* const revoke = RevokeOf(device, at_us);
  if (revoke == nullptr) return std::nullopt;
  return Revocation{revoke->fact.id, revoke->fact.author, revoke->fact.place, revoke->mode, ApprovalOf(*revoke)};
}

// After `from_us`, and at `to_us` at the latest.
bool Authority::CertifiedBetween(const SigningKey& device, uint64_t from_us, uint64_t to_us) const {
  const auto found = certificates_.find(device);
  return found != certificates_.end() &&
         std::any_of(found->second.begin(), found->second.end(), [&](const CertificateFact& certificate) {
           const uint64_t clock_at_us = certificate.fact.place.clock_at_us;
           return clock_at_us > from_us && clock_at_us <= to_us && CertificateCounts(certificate);
         });
}

std::optional<uint64_t> Authority::ApprovalOf(const RevokeFact& revoke) const {
  const auto found = approvals_.find(revoke.fact.id);
  if (found == approvals_.end()) return std::nullopt;
  for (const Fact& approval : found->second) {
    if (approval.author == revoke.fact.author) continue;  // the second person is another person
    if (IsAdministrator(approval.author, approval.place.clock_at_us)) return approval.place.position;
  }
  return std::nullopt;
}

bool Authority::Allowed(const Standing& standing, const Header& header) const {
  if (IsRoot(header.author)) return MayAppend(Appender::kRoot, header);
  if (header.feed.kind == FeedKind::kThread && header.feed.key == header.author)
    return MayAppend(Appender::kThread, header);
  if (header.feed.kind == FeedKind::kLetters) return MayAppend(Appender::kAnyKey, header);
  const bool server = std::any_of(log_keys_.begin(), log_keys_.end(),
                                  [&](const auto& key) { return key.second.second == header.author; }) ||
                      (genesis_.has_value() && genesis_->genesis.log_key() == header.author.bytes());
  // Besides what it may as somebody else: a RESTART can name anybody's key as the log's, and takes nothing from them.
  if (server && MayAppend(Appender::kServer, header)) return true;
  if (standing.role != recordpb::ROLE_UNSPECIFIED) return MayAppend(AppenderOf(standing.role), header);
  // Reports do not end with the certificate; readers mark such records as late.
  if (standing.late_role != recordpb::ROLE_UNSPECIFIED)
    return MayDrain(header) && MayAppend(AppenderOf(standing.late_role), header);
  return MayAppend(standing.enrolled_at_us.has_value() ? Appender::kProvisional : Appender::kAnyKey, header);
}

bool Authority::MayDrain(const Header& header) const {
  return header.feed.kind == FeedKind::kOffice &&
         (header.kind == recordpb::KIND_REPORT || header.kind == recordpb::KIND_MESSAGE ||
          header.kind == recordpb::KIND_VOID);
}

Verdict Authority::Judge(const Header& header, uint64_t at_us) const {
  using Fate = Verdict::Fate;
  if (header.kind == recordpb::KIND_ENROL) return JudgeEnrol(header, at_us);
  const Standing standing = StandingOf(header.author, at_us);
  if (standing.revoked.has_value()) {
    if (standing.revoked->mode == recordpb::REVOKE_MODE_LOCK) return {Fate::kLater, Reason::REASON_REVOKED};
    const bool drains = MayDrain(header) && at_us <= standing.revoked->place.clock_at_us + limits::kDrainUs;
    return drains ? Verdict{} : Verdict{Fate::kRefuse, Reason::REASON_REVOKED};
  }
  if (!Allowed(standing, header)) return {Fate::kRefuse, standing.known() ? Reason::REASON_FEED : Reason::REASON_ROLE};
  const bool provisional = standing.role == recordpb::ROLE_UNSPECIFIED &&
                           standing.late_role == recordpb::ROLE_UNSPECIFIED && standing.enrolled_at_us.has_value();
  if (provisional && header.feed.kind == FeedKind::kOffice &&
      at_us > *standing.enrolled_at_us + limits::kProvisionalUs) {
    return {Fate::kLater, Reason::REASON_NOT_CERTIFIED};
  }
  return {};
}

Verdict Authority::JudgeEnrol(const Header& header, uint64_t at_us) const {
  using Fate = Verdict::Fate;
  const auto& enrol = header.clear.enrol();
  const auto invitation = InvitationId::From(enrol.invitation_id());
  if (header.feed.kind != FeedKind::kRoster || !invitation.ok() ||
      enrol.device().signing_key() != header.author.bytes()) {
    return {Fate::kRefuse, Reason::REASON_FEED};
  }
  const auto invite = invites_.find(*invitation);
  if (invite == invites_.end()) return {Fate::kLater, Reason::REASON_INVITE};
  if (Sha256(enrol.token()).bytes() != invite->second.invite.token_sha256())
    return {Fate::kRefuse, Reason::REASON_TOKEN};
  if (UsedByAnother(enrol.invitation_id(), header.author)) return {Fate::kRefuse, Reason::REASON_USED};
  if (at_us > invite->second.invite.expires_us()) return {Fate::kRefuse, Reason::REASON_EXPIRED};
  return {};
}

// The invitation is the first one's who used it, so that a phone may enrol again with its own.
bool Authority::UsedByAnother(Bytes invitation, const SigningKey& device) const {
  const EnrolFact* first = nullptr;
  for (const auto& [user, enrols] : enrols_) {
    for (const EnrolFact& fact : enrols) {
      if (fact.enrol.invitation_id() == invitation && (first == nullptr || Earlier(fact, *first))) first = &fact;
    }
  }
  return first != nullptr && first->fact.author != device;
}

bool Authority::Counts(const Header& header, const Placement& place) const {
  if (place.verdict != 0) return false;
  if (header.kind == recordpb::KIND_ENROL) return true;  // what it is worth is said by its MAC and certificate
  if (header.kind == recordpb::KIND_RESTART) {           // counts by its chain, unless a REVOKE of its signer is held
    return !RevocationOf(header.author, place.clock_at_us).has_value();
  }
  const Standing standing = StandingOf(header.author, place.clock_at_us);
  if (standing.revoked.has_value()) {
    return standing.revoked->mode != recordpb::REVOKE_MODE_LOCK && MayDrain(header) &&
           place.clock_at_us <= standing.revoked->place.clock_at_us + limits::kDrainUs;
  }
  return Allowed(standing, header);
}

bool Authority::MayPull(const SigningKey& device, const Feed& feed, uint64_t now_us) const {
  const Standing standing = StandingOf(device, now_us);
  if (standing.revoked.has_value()) return false;
  switch (feed.kind) {
    case FeedKind::kBroadcast:
    case FeedKind::kReplies:
      return standing.role != recordpb::ROLE_UNSPECIFIED || standing.enrolled_at_us.has_value();
    case FeedKind::kInbox:
      return feed.key == device && standing.role != recordpb::ROLE_UNSPECIFIED;
    case FeedKind::kRoster:
      return standing.role == recordpb::ROLE_ADMINISTRATOR;
    case FeedKind::kLog:
      return IsDeskRole(standing.role);
    default:
      return false;
  }
}

std::vector<EpochKey> Authority::Epochs(Audience audience) const {
  std::vector<EpochKey> keys;
  for (const EpochFact& fact : epochs_) {
    if (fact.epoch.audience() != audience) continue;
    const Standing author = StandingOf(fact.fact.author, fact.fact.place.clock_at_us);
    if (author.revoked.has_value() || AudienceOf(author.role) != audience) continue;
    if (audience == recordpb::AUDIENCE_OFFICE && author.role != recordpb::ROLE_CASE_MANAGER) continue;
    const SealingKey key = SealingKeyIn(fact.epoch.public_key());
    if (key.empty()) continue;
    keys.push_back({audience, fact.epoch.number(), key, fact.fact.place.clock_at_us, fact.fact.author});
  }
  std::sort(keys.begin(), keys.end(), [](const EpochKey& a, const EpochKey& b) {
    return std::tie(a.number, a.public_key) < std::tie(b.number, b.public_key);
  });
  return keys;
}

std::optional<EpochKey> Authority::NewestEpoch(Audience audience) const {
  const auto keys = Epochs(audience);
  if (keys.empty()) return std::nullopt;
  return keys.back();
}

std::vector<CertifiedDevice> Authority::Devices(uint64_t at_us, bool (*wanted)(Role)) const {
  std::vector<SigningKey> candidates;
  if (genesis_.has_value()) candidates.push_back(genesis_->administrator);
  for (const auto& [device, facts] : certificates_) candidates.push_back(device);
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  std::vector<CertifiedDevice> out;
  for (const SigningKey& device : candidates) {
    const Standing standing = StandingOf(device, at_us);
    if (standing.revoked.has_value() || standing.role == recordpb::ROLE_UNSPECIFIED || !wanted(standing.role)) continue;
    CertifiedDevice found = *DeviceOf(device);
    found.role = standing.role;
    out.push_back(found);
  }
  return out;
}

std::optional<CertifiedDevice> Authority::DeviceOf(const SigningKey& device) const {
  if (genesis_.has_value() && genesis_->administrator == device) {
    return CertifiedDevice{device, SealingKeyIn(genesis_->genesis.administrator().sealing_key()),
                           recordpb::ROLE_ADMINISTRATOR};
  }
  // What a device said of its own key stands: whoever certifies it could name another, and read what is sealed to it.
  std::optional<CertifiedDevice> out;
  if (const auto found = enrols_.find(device); found != enrols_.end()) {
    out = {device, SealingKeyIn(found->second.front().enrol.device().sealing_key()), recordpb::ROLE_UNSPECIFIED};
  }
  if (const auto found = certificates_.find(device); found != certificates_.end()) {
    const auto& certificate = found->second.back().certificate;
    if (!out.has_value()) out = {device, SealingKeyIn(certificate.device().sealing_key())};
    out->role = certificate.role();
  }
  return out;
}

std::optional<SigningKey> Authority::LogKeyOf(uint64_t term) const {
  if (term == 1 && genesis_.has_value()) return KeyIn(genesis_->genesis.log_key());
  if (const auto found = log_keys_.find(term); found != log_keys_.end()) return found->second.second;
  return std::nullopt;
}

}  // namespace qf::record
