"""Verifies a Hearth bundle after its README alone: bundle_by_readme.py BUNDLE VKEY.

Signed notes are read by aics-tlog, which shares no code with Hearth; the rest is Python's own library.
"""

import base64
import hashlib
import json
import sys
import tarfile

from aics_tlog.checkpoint import parse_checkpoint
from aics_tlog.note import parse_note, parse_vkey, verify_note
from aics_tlog.tree import verify_consistency


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def must(holds, what):
    if not holds:
        sys.exit(what)


def keys_of(text, trusted):
    """[(first size that the key signs, key)], after the notes in keys.txt."""
    lines = text.splitlines()
    must(lines[0] == "hearth-log-keys/v1", "keys.txt")
    keys = [(0, lines[1])]
    for at in range(2, len(lines), 10):
        note = parse_note("\n".join(lines[at + 1 : at + 10]) + "\n")
        _, _, size, _, old, new = note.text.splitlines()
        must(old == keys[-1][1], "a rotation that does not fit")
        must(verify_note(note, [parse_vkey(old)]) and verify_note(note, [parse_vkey(new)]), "a rotation's signatures")
        keys.append((int(size) + 1, new))
    must(trusted in [key for _, key in keys], "the trusted key is not there")
    return keys


def root_of(start, end, size, leaves, hashes):
    """RFC 6962, 2.1, over start..end, with hashes where no leaf is held."""
    if not any(start <= index < end for index in leaves):
        return next(hashes)
    if end - start == 1:
        return leaves[start]
    middle = start + (1 << (end - start - 1).bit_length() - 1)
    left = root_of(start, middle, size, leaves, hashes)
    return sha256(b"\x01", left, root_of(middle, end, size, leaves, hashes))


def leaf_of(line):
    entry = json.loads(line)
    if "commitment" in entry:
        return entry["index"], base64.b64decode(entry["commitment"])
    return entry["index"], sha256(base64.b64decode(entry["salt"]), base64.b64decode(entry["bytes"]))


def main(path, trusted):
    with tarfile.open(path) as archive:
        members = {member.name: archive.extractfile(member).read() for member in archive}
    note = parse_note(members["manifest.note"])
    manifest = json.loads(note.text)
    keys = keys_of(members["keys.txt"].decode(), trusted)
    must(verify_note(note, [parse_vkey(keys[-1][1])]), "the manifest's signature")
    for listed in manifest["members"]:
        content = members[listed["name"]]
        must(len(content) == listed["bytes"] and sha256(content).hex() == listed["sha256"], listed["name"])

    note = parse_note(members["checkpoint.txt"])
    head = parse_checkpoint(note.text)
    in_force = [key for since, key in keys if since <= head.size][-1]
    must(verify_note(note, [parse_vkey(in_force)]), "the checkpoint's signature")
    must((head.origin, head.size) == (manifest["origin"], manifest["size"]), "the checkpoint is another one")
    if manifest["since"]:
        old, old_root = manifest["since"]["size"], base64.b64decode(manifest["since"]["root"])
        proof = [base64.b64decode(line) for line in members["consistency.txt"].split()]
        must(verify_consistency(old, head.size, old_root, head.root, proof), "the consistency proof")

    leaves = {index: sha256(b"\x00", leaf) for index, leaf in map(leaf_of, members["entries.jsonl"].splitlines())}
    tree = members["tree.bin"]
    hashes = iter([tree[at : at + 32] for at in range(0, len(tree), 32)])
    must(root_of(0, head.size, head.size, leaves, hashes) == head.root, "the root")
    must(next(hashes, None) is None, "hashes are left over")
    for line in members["blobs.txt"].decode().splitlines():
        digest, length = line.split()
        blob = members["blobs/" + digest]
        must(sha256(blob).hex() == digest and len(blob) == int(length), digest)
    print(len(leaves), "entries verified")


main(*sys.argv[1:])
