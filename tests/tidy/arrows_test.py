"""The arrows of ARCHITECTURE.md and those of each CMakeLists.txt, held against every #include; and calls that only the real
seams may make.

Prints each broken arrow with the place where it stands. Run: python3 tests/tidy/arrows_test.py [source folder]
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()

# A folder may include itself and what stands here; nothing looks up.
ARROWS = {
    "common": {"common"},
    "server": {"server", "common"},
    "client-core": {"client-core", "common"},
    "mobile-bindings": {"mobile-bindings", "client-core", "common"},
    "tools": {"tools", "mobile-bindings", "client-core", "common"},
}
# Outside headers and the only files that may see them.
OWNED = {
    r"sqlcipher/|sqlite3\.h": r"common/sql/sqlcipher_[a-z_]*\.(cc|h)",
    r"sodium": r"common/(sealing/|record/signing\.cc)|client-core/vault/",
    r"openssl/": r"common/(base/sha256\.cc|tls/)",
    r"grpcpp/|grpc/": r"server/rpc/|client-core/net/|common/rpc/grpc_process\.(cc|h)",
    r"boost/": r"common/connect/",
    r"CLI/": r"tools/qingfeng/command_tree\.cc|server/main\.cc",
    r"spdlog/": r"server/",
}
# Calls that would let real time, chance or threads into the simulated world, outside the seams that are for them.
FORBIDDEN = {
    r"\bstd::thread\b": r"common/base/|common/sql/writer\.cc|client-core/net/|server/rpc/|server/main\.cc|mobile-bindings/|tools/",
    r"\b(rand|srand|drand48)\(": r"$^",
    # Not to be had on every phone: common/base has wipe.h and entropy.h.
    r"\b(explicit_bzero|getrandom)\(": r"$^",
    r"\b(sleep|usleep|nanosleep)\(|sleep_for": r"server/|tools/|client-core/net/",
    r"\babsl::(Mutex|Notification|BlockingCounter)\b": r"$^",
    r"\bstd::string_view\b": r"server/config/config\.cc",
}


class Rooms:
    """The libraries that CMakeLists.txt make of folders, and whose headers each may see: those of what it is linked to."""

    def __init__(self):
        self.links, self.rooms_of = {}, {}
        for lists in sorted(ROOT.rglob("CMakeLists.txt")):
            folder = lists.parent.relative_to(ROOT).as_posix()
            if folder.split("/")[0] in ARROWS:
                self._read(folder, lists.read_text())

    def _read(self, folder, text):
        for kind, name, rest in re.findall(r"qf_(library|program)\((\w+)(.*?)\)", text, re.DOTALL):
            room = f"qf::{name}" if kind == "library" else name
            words = rest.split()
            self.links[room] = {word for word in words if word.startswith("qf::")}
            for source in (word for word in words if re.fullmatch(r"[\w/]+\.(cc|c)", word)):
                self.rooms_of.setdefault(f"{folder}/{source}".rsplit(".", 1)[0], set()).add(room)
                self.rooms_of.setdefault(f"{folder}/{source}".rsplit("/", 1)[0], set()).add(room)

    def of(self, name):
        """Of the source that a header belongs to; a header alone is its folder's."""
        return self.rooms_of.get(name.rsplit(".", 1)[0]) or self.rooms_of.get(name.rsplit("/", 1)[0], set())

    def sees(self, rooms):
        seen, todo = set(rooms), list(rooms)
        while todo:
            for link in self.links.get(todo.pop(), ()):
                if link not in seen:
                    seen.add(link)
                    todo.append(link)
        return seen


def sources():
    for top in ARROWS:
        for path in sorted((ROOT / top).rglob("*")):
            if path.suffix in (".h", ".cc", ".c"):
                yield top, path.relative_to(ROOT).as_posix(), path.read_text().splitlines()


def main():
    broken, files, rooms = [], 0, Rooms()
    for top, name, lines in sources():
        files += 1
        own = rooms.of(name)
        seen = rooms.sees(own)
        for number, line in enumerate(lines, 1):
            include = re.match(r'\s*#include\s+[<"]([^>"]+)[>"]', line)
            if include:
                target = include.group(1)
                folder = target.split("/")[0]
                if folder in ARROWS and folder not in ARROWS[top]:
                    broken.append(f"{name}:{number}: {top} may not include {target} (ARCHITECTURE.md: arrows point down only)")
                elif folder in ARROWS and own and not (seen & rooms.of(target)):
                    broken.append(f"{name}:{number}: {target} is of no library that {' or '.join(sorted(own))} is linked to")
                for header, owners in OWNED.items():
                    if re.match(header, target) and not re.match(owners, name):
                        broken.append(f"{name}:{number}: {target} belongs to {owners}")
            code = line.split("//")[0]
            for call, allowed in FORBIDDEN.items():
                if re.search(call, code) and not re.match(allowed, name):
                    broken.append(f"{name}:{number}: {call} belongs behind a seam of common/base")
    print("\n".join(broken) if broken else f"{files} files keep to the arrows")
    if files < 100 or len(rooms.links) < 20:
        broken.append("too few files or libraries were read")
    return 1 if broken else 0


sys.exit(main())
