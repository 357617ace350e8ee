"""A field device: enrols, files, exchanges, uploads, reads, verifies. docs/protocol.md, "Sync", "Blobs"."""
import os
import time

from client import check
from client import invitations, merkle, records
from client import messages as qf
from client.authority import DESKS, Authority, Role
from client.bodies import open_body, public_body, sealed_body
from client.connection import Connection, Refused, call_token
from client.keys import SealingKey, SigningKey
from client.records import Kind, header_of, record_id, sha256
from client.restart import checked_genesis, checked_restart, reoffers

ENROL = "qingfeng.server.v1.EnrolmentService/Enrol"
GET_OFFICE = "qingfeng.server.v1.EnrolmentService/GetOffice"
EXCHANGE = "qingfeng.server.v1.SyncService/Exchange"
BEGIN, APPEND, READ = (f"qingfeng.server.v1.BlobService/{name}" for name in ("Begin", "Append", "Read"))
CHECK_CONSISTENCY = "qingfeng.server.v1.LogService/CheckConsistency"
APPEND_BYTES = 256 * 1024
REOFFERS = 32
Fate = qf.sync.Fate


class Device:
    def __init__(self, invitation):
        self.invitation = invitation
        self.office_id = invitations.office_of(self.invitation)
        self.signing, self.sealing = SigningKey(), SealingKey()
        self.incarnation, self.placed = os.urandom(8), {}
        self.term, self.log_keys, self.checkpoint = 0, {}, b""
        self.authority = Authority(self.invitation.root_key)
        self.inbox = "inbox/" + self.signing.public.hex()
        self.cursors = {"broadcast": 0, self.inbox: 0}
        self.streams, self.entries, self.epochs, self.held = {}, [], {}, {}
        self.acknowledged, self.checkpoints, self.reoffers = {}, [], []
        self.clock_offset = 0
        self.connect()

    def another_store(self):
        """The same device with a fresh incarnation and empty cursors, as if its store had been restored empty."""
        other = Device(self.invitation)
        other.signing, other.sealing, other.inbox = self.signing, self.sealing, self.inbox
        other.term, other.log_keys, other.epochs = self.term, self.log_keys, dict(self.epochs)
        other.cursors = {"broadcast": 0, self.inbox: 0}
        return other

    def connect(self):
        self.connection = Connection(self.invitation.address, self.invitation.tls_authorities)

    # --- calls

    def token(self, method, seconds=None, **changed):
        now = int(time.time()) + self.clock_offset
        return call_token(changed.get("key", self.signing), changed.get("office_id", self.office_id), method,
                          now if seconds is None else seconds)

    def call(self, method, request, response_type):
        """Signed; once more with the server's clock after CLOCK."""
        try:
            return self.connection.call(method, request, response_type, self.token(method))
        except Refused as refused:
            if refused.reason != "CLOCK":
                raise
        office = self.connection.call(GET_OFFICE, qf.enrolment.GetOfficeRequest(), qf.enrolment.GetOfficeResponse)
        self.clock_offset = office.server_time_us // 1_000_000 - int(time.time())
        return self.connection.call(method, request, response_type, self.token(method))

    # --- making records

    def place(self, feed, kind, body=b"", *, key=None, office_id=None, sequence=None, item_id=None, **header):
        """A record at the next sequence of its stream, or at `sequence`. `body` may be a function of the header."""
        if sequence is None:
            sequence = self.placed[feed] = self.placed.get(feed, 0) + 1
        header = qf.record.Header(office_id=office_id or self.office_id, feed=feed, author=(key or self.signing).public,
                                  incarnation=self.incarnation, sequence=sequence, kind=kind,
                                  item_id=item_id or os.urandom(16), **header)
        body = body(header) if callable(body) else body
        if body:
            header.body_sha256, header.body_size_bytes = sha256(body), len(body)
        return records.signed(key or self.signing, header.SerializeToString(), body)

    def newest_epoch(self):
        check(self.epochs, "no verified key of the office has arrived")
        return max(self.epochs.values(), key=lambda epoch: (epoch.number, sha256(epoch.public_key)[:8])).public_key

    def report(self, report, sealed_files=(), **header):
        blobs = [qf.record.BlobRef(sha256=sha256(sealed), size_bytes=len(sealed)) for sealed in sealed_files]
        content = qf.content.Content(report=report)
        return self.place("office", Kind.KIND_REPORT, lambda made: sealed_body(content, made, [self.newest_epoch()]),
                          blobs=blobs, **header)

    def attest(self):
        """What this device has seen: a supervisor's duty, at most once a day."""
        streams = [qf.attest.StreamSeen(incarnation=self.incarnation, feed=feed, sequence=sequence)
                   for feed, sequence in sorted(self.acknowledged.items())]
        content = qf.content.Content(attest=qf.attest.Attest(checkpoint=self.checkpoint, streams=streams))
        return self.place("office", Kind.KIND_ATTEST, public_body(content))

    # --- enrolment

    def enrol(self, **changed):
        """The first contact: the office from its root, then one ENROL. Returns its Acknowledgement, verified."""
        office = self.connection.call(GET_OFFICE, qf.enrolment.GetOfficeRequest(), qf.enrolment.GetOfficeResponse)
        self.learn_office(office)
        part = invitations.enrol_part(self.invitation, self.signing.public, self.sealing.public)
        for name, value in changed.items():
            setattr(part, name, value)
        record = self.place("roster", Kind.KIND_ENROL, clear_part=qf.clear.ClearPart(enrol=part))
        answer = self.connection.call(ENROL, qf.enrolment.EnrolRequest(enrol=record), qf.enrolment.EnrolResponse)
        proofs = qf.log.Proofs(checkpoint=answer.checkpoint, nodes=answer.nodes)
        self.take_acknowledgement(record, answer.acknowledgement, self.verified_proofs(proofs, []))
        return answer.acknowledgement

    def learn_office(self, office):
        self.log_keys = {1: checked_genesis(office.genesis, self.office_id, self.invitation.root_key).log_key}
        self.learn_restarts(office.restarts)
        check(self.log_keys.get(self.invitation.log_term) == self.invitation.log_key, "the invitation's log key")
        check(office.term in self.log_keys, "a term that no RESTART began")
        self.term = office.term
        merkle.read_checkpoint(office.checkpoint, self.office_id, self.log_keys)

    def learn_restarts(self, restarts):
        """The smallest kept size of those that are new here."""
        parts = [checked_restart(record, self.office_id, self.invitation.root_key) for record in restarts]
        sizes = [part.kept_size for part in parts if part.term not in self.log_keys]
        self.log_keys.update({part.term: part.log_key for part in parts})
        return min(sizes, default=0)

    # --- a newer term

    def adopt(self, welcome):
        """Goes over to the term of a Welcome: cuts what the log no longer holds, and keeps it to be offered again."""
        kept_size = self.learn_restarts(welcome.restarts)
        check(welcome.term in self.log_keys, "a term that no RESTART began")
        common = self.proved_size(kept_size)
        self.reoffers = reoffers(self.held, common)
        self.cursors = {feed: min(position, common) for feed, position in self.cursors.items()}
        entries, self.streams, self.entries = self.entries, {}, []
        self.authority = Authority(self.invitation.root_key)
        for header, entry in entries:
            if entry.placement.position < common:
                self.take_entry(header, entry)
        self.term, self.checkpoint, self.checkpoints = welcome.term, b"", []
        self.incarnation, self.placed, self.acknowledged = os.urandom(8), {}, {}

    def proved_size(self, kept_size):
        """Size of the newest own checkpoint of at most `kept_size` from which the present log proves consistency."""
        for old in sorted(self.checkpoints, key=lambda checkpoint: -checkpoint.size):
            if old.size <= kept_size:
                request = qf.log_service.CheckConsistencyRequest(old_size=old.size)
                answer = self.call(CHECK_CONSISTENCY, request, qf.log_service.CheckConsistencyResponse)
                new = merkle.read_checkpoint(answer.checkpoint, self.office_id, self.log_keys)
                merkle.check_consistency(old.size, old.root, new.size, new.root, list(answer.path))
                return old.size
        return 0

    def reoffer(self):
        """Offers everything again that the new term may lack, and checks that each keeps its clock and its verdict."""
        offers, self.reoffers = self.reoffers, []
        for at in range(0, len(offers), REOFFERS):
            pack = offers[at:at + REOFFERS]
            for number, (offer, _) in enumerate(pack):
                offer.prior.proofs = number
            answer = self.exchange_offers([offer for offer, _ in pack], [proofs for _, proofs in pack])
            for (offer, _), acknowledgement in zip(pack, answer.acknowledgements):
                check(acknowledgement.fate in (Fate.FATE_STORED, Fate.FATE_DUPLICATE, Fate.FATE_REFUSED), "a re-offer")
                old, new = offer.prior.placement, acknowledgement.placement
                check((new.clock_at_us, new.verdict) == (old.clock_at_us, old.verdict), "a re-offer's clock")
        return len(offers)

    # --- exchange

    def hello(self):
        placed = [qf.sync.StreamPlaced(feed=feed, sequence=sequence) for feed, sequence in self.placed.items()]
        cursors = [qf.sync.Cursor(feed=feed, position=position) for feed, position in self.cursors.items()]
        return qf.sync.Hello(client_version="interop", protocol_revision=1, incarnation=self.incarnation, placed=placed,
                             term=self.term, checkpoint=self.checkpoint, cursors=cursors)

    def exchange(self, *push):
        """One Exchange; everything in the answer is verified before anything of it counts. Returns the answer."""
        return self.exchange_offers([qf.sync.Offer(record=record) for record in push])

    def exchange_offers(self, offers, prior_proofs=()):
        push = [offer.record for offer in offers]
        request = qf.sync.ExchangeRequest(hello=self.hello(), push=offers, prior_proofs=prior_proofs)
        answer = self.call(EXCHANGE, request, qf.sync.ExchangeResponse)
        if answer.welcome.rolled_back:
            return answer
        if answer.welcome.term != self.term:
            self.adopt(answer.welcome)
            return answer
        proofs = self.verified_proofs(answer.proofs, answer.consistency)
        check(proofs.checkpoint.size == answer.welcome.log_size, "the checkpoint's size")
        check(len(answer.acknowledgements) == len(push), "an answer for each record")
        for record, acknowledgement in zip(push, answer.acknowledgements):
            self.take_acknowledgement(record, acknowledgement, proofs)
        for page in answer.pages:
            self.take_page(page, proofs)
        return answer

    def pull(self):
        """Exchanges until no page brings anything new."""
        while True:
            before = dict(self.cursors)
            answer = self.exchange()
            if self.cursors == before or all(to >= answer.welcome.log_size for to in self.cursors.values()):
                return answer

    def verified_proofs(self, proofs, consistency):
        checkpoint = merkle.read_checkpoint(proofs.checkpoint, self.office_id, self.log_keys)
        if self.checkpoint and consistency is not None:
            seen = merkle.read_checkpoint(self.checkpoint, self.office_id, self.log_keys)
            merkle.check_consistency(seen.size, seen.root, checkpoint.size, checkpoint.root, list(consistency))
        self.checkpoint = proofs.checkpoint
        self.checkpoints.append(checkpoint)
        return Proved(proofs.checkpoint, checkpoint, merkle.split_nodes(proofs.nodes))

    def take_acknowledgement(self, record, acknowledgement, proofs):
        if acknowledgement.fate not in (Fate.FATE_STORED, Fate.FATE_DUPLICATE, Fate.FATE_REFUSED, Fate.FATE_CONFLICT):
            return
        entry = acknowledgement.held if acknowledgement.fate == Fate.FATE_CONFLICT else record
        receipt = proofs.receipt(entry, acknowledgement.placement, acknowledgement.path)
        refused = acknowledgement.placement.verdict != 0
        check(refused or acknowledgement.fate != Fate.FATE_REFUSED, "a refusal names its reason")
        header = header_of(entry)
        if header.author == self.signing.public:
            self.held[record_id(entry.header)] = (entry, receipt)
            if header.incarnation == self.incarnation:
                self.acknowledged[header.feed] = max(self.acknowledged.get(header.feed, 0), header.sequence)

    def take_page(self, page, proofs):
        asked = self.cursors.get(page.feed)
        check(getattr(page, "from") == asked, "a page that was not asked for")
        check(page.to <= proofs.checkpoint.size and len(page.paths) == len(page.entries), "a page's bounds")
        taken, at = [], asked
        for entry, path in zip(page.entries, page.paths):
            check(at <= entry.placement.position < page.to, "a page's order")
            at = entry.placement.position + 1
            header = records.checked_header(entry.record, self.office_id)
            check(header.feed == page.feed, "a page's feed")
            taken.append((header, entry, proofs.receipt(entry.record, entry.placement, path)))
        for header, entry, receipt in taken:
            self.take_entry(header, entry)
            self.held[record_id(entry.record.header)] = (entry.record, receipt)
        self.cursors[page.feed] = page.to

    def take_entry(self, header, entry):
        stream = (header.author, header.incarnation, header.feed)
        check(header.sequence == self.streams.get(stream, 0) + 1, "a stream with a hole")
        self.streams[stream] = header.sequence
        self.entries.append((header, entry))
        self.authority.add(header, entry.placement)
        self.refold_epochs()

    def refold_epochs(self):
        """Authority is a fold over the set of entries: what an EPOCH counts for may be known only later."""
        self.epochs = {
            record_id(entry.record.header): header.clear_part.epoch for header, entry in self.entries
            if header.kind == Kind.KIND_EPOCH and entry.placement.verdict == 0
            and header.clear_part.epoch.audience == qf.clear.Audience.AUDIENCE_OFFICE
            and Role.ROLE_CASE_MANAGER in self.authority.roles(header.author, entry.placement.clock_at_us)}

    def messages(self):
        """[(header, Message)] of desks to this device, opened."""
        found = []
        for header, entry in self.entries:
            if header.kind == Kind.KIND_MESSAGE and header.feed == self.inbox and entry.placement.verdict == 0:
                roles = self.authority.roles(header.author, entry.placement.clock_at_us)
                check(roles & set(DESKS), "a message that is not by a desk")
                found.append((header, open_body(header, entry.record.body, [self.sealing.secret]).message))
        return found

    def check_attests(self):
        """Compares the desks' attests in broadcast with this device's own view; returns how many."""
        attests = [open_body(header, entry.record.body, []).attest for header, entry in self.entries
                   if header.kind == Kind.KIND_ATTEST]
        for attest in attests:
            self.check_extends(merkle.read_checkpoint(attest.checkpoint, self.office_id, self.log_keys))
        return len(attests)

    def check_extends(self, theirs):
        """Unverified unless the server proves that another's checkpoint and this device's newest are of one log."""
        own = merkle.read_checkpoint(self.checkpoint, self.office_id, self.log_keys)
        old, new = sorted((theirs, own), key=lambda checkpoint: checkpoint.size)
        request = qf.log_service.CheckConsistencyRequest(old_size=old.size, new_size=new.size)
        answer = self.call(CHECK_CONSISTENCY, request, qf.log_service.CheckConsistencyResponse)
        merkle.check_consistency(old.size, old.root, new.size, new.root, list(answer.path))

    # --- files

    def begin(self, record, sha):
        request = qf.blob.BeginRequest(record_id=record_id(record.header), sha256=sha)
        return self.call(BEGIN, request, qf.blob.BeginResponse)

    def append(self, record, sha, offset, data):
        request = qf.blob.AppendRequest(record_id=record_id(record.header), sha256=sha, offset=offset, data=data)
        return self.call(APPEND, request, qf.blob.AppendResponse)

    def upload(self, record, sealed, stop_after=None):
        """Goes on where the server stands, until it has everything or `stop_after` pieces went out."""
        state, sent = self.begin(record, sha256(sealed)), 0
        while not state.complete and sent != stop_after:
            at = state.committed_bytes
            state, sent = self.append(record, sha256(sealed), at, sealed[at:at + APPEND_BYTES]), sent + 1
        return state


class Proved:
    """A verified checkpoint with the hashes that the paths of an answer are lists of."""

    def __init__(self, note, checkpoint, nodes):
        self.note, self.checkpoint, self.nodes = note, checkpoint, nodes

    def receipt(self, record, placement, path):
        """The verified Receipt of a record."""
        check(all(index < len(self.nodes) for index in path.nodes), "a path beyond its table")
        receipt = qf.log.Receipt(placement=placement, record_id=record_id(record.header),
                                 signature_sha256=sha256(record.signature),
                                 path=[self.nodes[index] for index in path.nodes], checkpoint=self.note)
        leaf = merkle.leaf_hash(merkle.leaf_data(placement, receipt.record_id, receipt.signature_sha256))
        merkle.check_inclusion(leaf, placement.position, self.checkpoint.size, receipt.path, self.checkpoint.root)
        return receipt
