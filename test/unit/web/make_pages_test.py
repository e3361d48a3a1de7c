#!/usr/bin/env python3
"""Templates that would make an unsafe or wrong page end the build, with the line told."""
import os, subprocess, sys, tempfile

MAKE_PAGES = sys.argv[1]
REFUSED = {
    "unknown field": "text a\n-->\n{{a}}{{b}}",
    "field never shown": "text a\ntext b\n-->\n{{a}}",
    "list item never shown": "list a\ntext b\nend\n-->\n{{#list a}}x{{/list}}",
    "value in script": "text a\n-->\n<script>{{a}}</script>",
    "script text": "-->\n<script>alert(1)</script>",
    "value as attribute name": "text a\n-->\n<p {{a}}>",
    "unquoted attribute": "text a\n-->\n<p title={{a}}>",
    "single quotes": "text a\n-->\n<p title='{{a}}'>",
    "event attribute": "text a\n-->\n<p onclick=\"{{a}}\">",
    "style attribute": "-->\n<p style=\"color:red\">",
    "javascript address": "-->\n<a href=\"javascript:x\">",
    "relative address": "text a\n-->\n<a href=\"queue/{{a}}\">",
    "value as host": "text a\n-->\n<a href=\"https://{{a}}\">",
    "value after two slashes": "text a\n-->\n<a href=\"//{{a}}\">",
    "iframe": "-->\n<iframe src=\"/x\"></iframe>",
    "branches differ": "flag a\n-->\n<p{{#if a}} title=\"{{else}} class=\"x\"{{/if}}>",
    "branch opens a tag": "flag a\n-->\n{{#if a}}<p {{/if}}>",
    "if not closed": "flag a\n-->\n{{#if a}}x",
    "list not closed": "list a\ntext b\nend\n-->\n{{#list a}}{{b}}",
    "flag as text": "flag a\n-->\n{{a}}",
    "list as text": "list a\ntext b\nend\n-->\n{{a}}",
    "Chinese outside of words": "-->\n<p>申请</p>",
    "words with other values": "int a\n-->\n{{_ 还有{n}天 | m=a}}",
    "words in an address": "-->\n<a href=\"{{_ 申请}}\">",
    "no such partial": "-->\n{{>logo}}",
    "no such layout": "layout front\n-->\nx",
    "form without csrf": "-->\n<form method=\"post\" action=\"/x\"></form>",
    "no head": None,
    "field twice": "text a\ntext a\n-->\n{{a}}",
    "unknown type": "string a\n-->\n{{a}}",
    "unknown directive": "-->\n{{#each a}}",
    "ends inside a tag": "-->\n<p title=\"",
}


def run(folder, text):
    path = os.path.join(folder, "x.html")
    with open(path, "w", encoding="utf-8") as f:
        f.write("<p>x</p>" if text is None else "<!--page\n" + text + "\n")
    return subprocess.run([MAKE_PAGES, "--name", "x", "--out", folder, path], capture_output=True, text=True)


failed = False
print(f"1..{len(REFUSED) + 1}")
with tempfile.TemporaryDirectory() as folder:
    for number, (name, text) in enumerate(REFUSED.items(), 1):
        result = run(folder, text)
        good = result.returncode == 1 and result.stderr.startswith("make-pages: ") and "x.html" in result.stderr
        failed |= not good
        print(f"{'ok' if good else 'not ok'} {number} - {name}")
        if not good:
            print("# " + result.stderr[-300:].replace("\n", "\n# "))
    result = run(folder, "text a\n-->\n<p title=\"{{a}}\">{{a}}</p>")
    failed |= result.returncode != 0
    print(f"{'not ok' if result.returncode else 'ok'} {len(REFUSED) + 1} - a right one")
sys.exit(failed)
