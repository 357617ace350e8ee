"""A newer term: RESTARTs checked by the chain in them, and what is offered again. docs/protocol.md, "Restore"."""
from client import check
from client import messages as qf
from client import records
from client.authority import Role
from client.records import Kind

REOFFERED_FIRST = ("broadcast", "roster")


def checked_genesis(record, office_id, root_key):
    header = records.checked_header(record, office_id)
    check(header.author == root_key and header.kind == Kind.KIND_GENESIS, "GENESIS")
    return header.clear_part.genesis


def checked_restart(record, office_id, root_key):
    """The clear part of a RESTART that counts by its chain: GENESIS, and the root's certificate of any other signer."""
    header = records.checked_header(record, office_id)
    check(header.kind == Kind.KIND_RESTART and header.feed == "broadcast", "a RESTART")
    restart = header.clear_part.restart
    check(restart.chain, "a RESTART without a chain")
    chain = [qf.record.Record(header=signed.header, signature=signed.signature) for signed in restart.chain]
    signers = {checked_genesis(chain[0], office_id, root_key).administrator.signing_key}
    for signed in chain[1:]:
        certificate = records.checked_header(signed, office_id)
        check(certificate.author == root_key, "a certificate that is not by the root")
        if certificate.clear_part.certificate.role == Role.ROLE_ADMINISTRATOR:
            signers.add(certificate.clear_part.certificate.device.signing_key)
    check(header.author in signers, "a RESTART by somebody else")
    return restart


def reoffers(held, from_position):
    """[(Offer, Proofs)] of what is held ({record id: (record, receipt)}) from a position on, in the order to send."""
    def order(one):
        record, receipt = one
        return records.header_of(record).feed not in REOFFERED_FIRST, receipt.placement.position
    offers = []
    for record, receipt in sorted(held.values(), key=order):
        if receipt.placement.position >= from_position:
            path = qf.log.Path(nodes=range(len(receipt.path)))
            prior = qf.sync.Prior(placement=receipt.placement, path=path)
            proofs = qf.log.Proofs(checkpoint=receipt.checkpoint, nodes=b"".join(receipt.path))
            offers.append((qf.sync.Offer(record=record, prior=prior), proofs))
    return offers
