"""The feeds of a question, read by feedparser: `feeds.py ADDRESS-OF-THE-QUESTION`. Fails if they are not what they should be."""

import json
import sys
import urllib.error
import urllib.request

import feedparser

page = sys.argv[1]
with urllib.request.urlopen(page + "/feed.atom") as answer:
    tag, text = answer.headers["ETag"], answer.read()
told = feedparser.parse(text)
assert not told.bozo, told.bozo_exception
assert told.version == "atom10" and told.feed.title and told.feed.id.startswith("tag:"), told.feed
ids = [entry.id for entry in told.entries]
assert 0 < len(ids) <= 100 and len(set(ids)) == len(ids), ids
assert all(entry.title and entry.summary and entry.link and entry.updated_parsed for entry in told.entries)
moments = [entry.updated for entry in told.entries]
assert moments == sorted(moments, reverse=True), moments
again = urllib.request.Request(page + "/feed.atom", headers={"If-None-Match": tag})
try:
    urllib.request.urlopen(again)
    raise AssertionError("what is known was sent again")
except urllib.error.HTTPError as error:
    assert error.code == 304, error
with urllib.request.urlopen(page + "/feed.json") as answer:
    same = json.load(answer)
assert same["version"] == "https://jsonfeed.org/version/1.1", same["version"]
assert [item["id"] for item in same["items"]] == ids
print(f"feeds: {len(ids)} entries, the same in both forms")
