"""Who may: the fold over certificates that server and readers both compute. docs/protocol.md, "Feeds", Authority."""
from client.records import Kind
from client import messages as qf

Role = qf.clear.Role
ROOT_ROLES = (Role.ROLE_ADMINISTRATOR, Role.ROLE_CUSTODIAN, Role.ROLE_SUPERIOR)
DESKS = (Role.ROLE_DUTY_OFFICER, Role.ROLE_INVESTIGATOR, Role.ROLE_CASE_MANAGER, Role.ROLE_SUPERIOR)


class Authority:
    """Fed with verified headers and placements of `broadcast` and of the own inbox, in any order."""

    def __init__(self, root_key):
        self.root_key = root_key
        self.certificates, self.revokes, self.first_administrator = [], [], b""

    def add(self, header, placement):
        if placement.verdict != 0:
            return
        part = header.clear_part
        if header.kind == Kind.KIND_GENESIS and header.author == self.root_key:
            self.first_administrator = part.genesis.administrator.signing_key
        elif header.kind == Kind.KIND_CERTIFICATE:
            self.certificates.append((header.author, placement.clock_at_us, part.certificate))
        elif header.kind == Kind.KIND_REVOKE:
            self.revokes.append((header.author, placement.clock_at_us, part.revoke.device))

    def roles(self, device, clock_at_us):
        """The roles that count for a record of `device` with this clock_at."""
        ended = any(whose == device and at < clock_at_us and self._may_certify(author, None, at)
                    for author, at, whose in self.revokes)
        if ended:
            return set()
        roles = {certificate.role for author, at, certificate in self.certificates
                 if certificate.device.signing_key == device and certificate.from_us <= clock_at_us < certificate.to_us
                 and self._may_certify(author, certificate.role, at)}
        return roles | ({Role.ROLE_ADMINISTRATOR} if device == self.first_administrator else set())

    def _may_certify(self, author, role, clock_at_us):
        if author == self.root_key:
            return True
        return role not in ROOT_ROLES and Role.ROLE_ADMINISTRATOR in self.roles(author, clock_at_us)
