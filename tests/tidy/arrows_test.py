"""The arrows of ARCHITECTURE.md, held against every #include; and calls that only the real seams may make.

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


def sources():
    for top in ARROWS:
        for path in sorted((ROOT / top).rglob("*")):
            if path.suffix in (".h", ".cc", ".c"):
                yield top, path.relative_to(ROOT).as_posix(), path.read_text().splitlines()


def main():
    broken, files = [], 0
    for top, name, lines in sources():
        files += 1
        for number, line in enumerate(lines, 1):
            include = re.match(r'\s*#include\s+[<"]([^>"]+)[>"]', line)
            if include:
                target = include.group(1)
                folder = target.split("/")[0]
                if folder in ARROWS and folder not in ARROWS[top]:
                    broken.append(f"{name}:{number}: {top} may not include {target} (ARCHITECTURE.md: arrows point down only)")
                for header, owners in OWNED.items():
                    if re.match(header, target) and not re.match(owners, name):
                        broken.append(f"{name}:{number}: {target} belongs to {owners}")
            code = line.split("//")[0]
            for call, allowed in FORBIDDEN.items():
                if re.search(call, code) and not re.match(allowed, name):
                    broken.append(f"{name}:{number}: {call} belongs behind a seam of common/base")
    print("\n".join(broken) if broken else f"{files} files keep to the arrows")
    if files < 100:
        broken.append("too few files were read")
    return 1 if broken else 0


sys.exit(main())
