#include "client-core/api/enrol.h"

#include "client-core/store/item.h"
#include "common/base/try.h"

namespace qf::client {

NewStore StoreForInvitation(Entropy& entropy, const Invitation& invitation, const std::string& pin) {
  DeviceKeys keys{record::Signer::Generate(entropy), sealing::SealingKeyPair::Generate(entropy)};
  NewItem enrol;
  enrol.feed = record::Feed::Roster();
  enrol.kind = recordpb::KIND_ENROL;
  *enrol.clear.mutable_enrol() = MakeEnrol(invitation, keys.signer.public_key(), keys.sealing.public_key());
  const OfficeFacts office{invitation.office(), invitation.root, invitation.address, invitation.tls_authorities};
  return {pin, std::move(keys), office, [enrol](Session& session) -> absl::Status {
            QF_TRY_ASSIGN(const Item item, session.Prepare(enrol));
            return session.database().Write([&](sql::WriteTxn& tx) { return InsertItem(tx, item); });
          }};
}

}  // namespace qf::client
