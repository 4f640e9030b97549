"""Lists of feeds from and to other programs: whatever titles they carry, the configuration stays readable."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.config.load import Configuration, load
from watcher.config.opml import add_feeds, read_list, to_opml
from watcher.errors import ConfigError


def configured(folder: Path, publishers: str = "") -> Configuration:
    (folder / "publishers").mkdir(parents=True)
    (folder / "watcher.toml").write_text("")
    if publishers:
        (folder / "publishers" / "army.toml").write_text(publishers)
    return load(folder)


def listed(folder: Path, text: str) -> tuple[tuple[str, str], ...]:
    (folder / "list").write_text(text, encoding="utf-8")
    return read_list(folder / "list")


TITLES = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(["\x7f", '"""', "\\", "\n["])


@settings(max_examples=60)
@given(st.lists(TITLES, min_size=1, max_size=4))
def test_any_title_leaves_a_file_that_can_be_read(titles: list[str]) -> None:
    """One odd title in an import must not end the whole program at its next start."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "c"
        found = [(f"https://x.example/{number}", title) for number, title in enumerate(titles)]
        add_feeds(configured(folder), found, "imported")
        (publisher,) = load(folder).publishers
        assert [(feed.url, feed.title) for feed in publisher.feeds] == found
        assert len({feed.code for feed in publisher.feeds}) == len(found)


@pytest.mark.parametrize("code", ["../evil", "A B", "", ".hidden", "a/b", "x\n"])
def test_code_that_is_none_writes_nothing(tmp_path: Path, code: str) -> None:
    """Neither outside the folder, nor a file that the next start would refuse."""
    before = configured(tmp_path / "c")
    with pytest.raises(ConfigError, match="code"):
        add_feeds(before, [("https://x.example/a", "")], code)
    assert sorted(path.name for path in tmp_path.rglob("*.toml")) == ["watcher.toml"]


def test_file_of_a_user_keeps_every_line(tmp_path: Path) -> None:
    """Comments and order are the user's; an import only adds after them."""
    own = '# ours, see the wiki\nname = "Army"\n\n[[feed]]\ncode = "a"\nurl = "https://a.example/x" # the main one'
    path, added, known = add_feeds(
        configured(tmp_path / "c", own), [("https://a.example/x", ""), ("https://a.example/y", "")], "army"
    )
    assert (added, known) == (1, 1)
    assert path.read_text().startswith(own)
    assert [feed.url for _, feed in load(tmp_path / "c").feeds()] == ["https://a.example/x", "https://a.example/y"]


def test_long_and_wordless_titles_have_codes(tmp_path: Path) -> None:
    """A code is short, and there is always one."""
    add_feeds(
        configured(tmp_path / "c"), [("https://x.example/1", "word " * 40), ("https://x.example/2", "новини")], "x"
    )
    codes = [feed.code for _, feed in load(tmp_path / "c").feeds()]
    assert len(codes[0]) <= 40
    assert codes[1] == "feed"


@pytest.mark.parametrize(
    "line", ["ftp://a.example/rss", "a.example", "https://a.example/rss https://b.example/rss", "<html>"]
)
def test_one_wrong_line_refuses_the_list_and_is_named(tmp_path: Path, line: str) -> None:
    """Half an import would be noticed by nobody."""
    with pytest.raises(ConfigError) as caught:
        listed(tmp_path, f"https://good.example/rss\n{line}\n")
    assert line in str(caught.value)
    assert "good.example" not in str(caught.value)


def test_opml_of_other_programs(tmp_path: Path) -> None:
    """Attributes in any case, nested groups, outlines that are no feeds, a mark at the beginning."""
    found = listed(
        tmp_path,
        '\ufeff<?xml version="1.0"?>\n<OPML version="1.0"><body><outline text="Group"><outline text="Note"/>'
        '<outline TEXT="t" title="Title" XMLURL=" https://a.example/rss "/>'
        '<outline text="Only text" xmlUrl="https://b.example/rss"/></outline></body></OPML>',
    )
    assert found == (("https://a.example/rss", "Title"), ("https://b.example/rss", "Only text"))


@pytest.mark.parametrize("missing", [1, 20, 60, 100])
def test_opml_that_ends_in_the_middle_is_refused(tmp_path: Path, missing: int) -> None:
    """A download that broke off must not import its first half; a lenient reader would."""
    feeds = "".join(f'<outline text="{name}" xmlUrl="https://{name}.example/rss"/>' for name in "ab")
    whole = f'<opml version="2.0"><body>{feeds}</body></opml>'
    assert len(listed(tmp_path, whole)) == 2
    with pytest.raises(ConfigError, match="is no OPML"):
        listed(tmp_path, whole[:-missing])


def test_feeds_in_many_nested_groups_are_found(tmp_path: Path) -> None:
    """Some programs write a group in a group for every folder."""
    depth = 5000
    feed = '<outline text="A" xmlUrl="https://a.example/rss"/>'
    nested = '<outline text="g">' * depth + feed + "</outline>" * depth
    assert listed(tmp_path, f'<opml version="2.0"><body>{nested}</body></opml>') == (("https://a.example/rss", "A"),)


def test_entity_bomb_is_refused(tmp_path: Path) -> None:
    """A list comes from outside too."""
    entities = "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};">' for n in range(1, 40))
    with pytest.raises(ConfigError):
        listed(tmp_path, f'<!DOCTYPE opml [<!ENTITY a0 "x">{entities}]><opml><body>&a39;</body></opml>')


def test_what_is_exported_can_be_imported(tmp_path: Path) -> None:
    """Names with quotes and signs of XML come back as they were."""
    feed = '[[feed]]\ncode = "a"\nurl = "https://a.example/x?a=1&b=2"\ntitle = "<News> & \'more\'"\n'
    own = f'name = "A & \\"B\\" <C>"\n{feed}'
    assert listed(tmp_path, to_opml(configured(tmp_path / "c", own))) == (
        ("https://a.example/x?a=1&b=2", "<News> & 'more'"),
    )


def test_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """A picture given by mistake gets a sentence."""
    (tmp_path / "list").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_list(tmp_path / "list")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_list(tmp_path / "absent")


def test_list_of_urls_and_opml_are_read(tmp_path: Path) -> None:
    """Both come from other programs: comments, titles, entities, doubled lines."""
    plain, opml = tmp_path / "urls.txt", tmp_path / "feeds.opml"
    plain.write_text("# ours\nhttps://a.example/rss\n\nhttps://a.example/rss\nhttps://b.example/rss # theirs\n")
    opml.write_text(
        '<opml version="2.0"><body><outline text="G"><outline type="rss" text="A &amp; B" '
        'xmlUrl="https://a.example/rss?x=1&amp;y=2"/></outline></body></opml>'
    )
    assert [url for url, _ in read_list(plain)] == ["https://a.example/rss", "https://b.example/rss"]
    assert read_list(opml) == (("https://a.example/rss?x=1&y=2", "A & B"),)


@pytest.mark.parametrize("text", ["", "not an address\n", "<opml><body>", "<opml version='2.0'><body/></opml>"])
def test_unusable_list_is_refused(tmp_path: Path, text: str) -> None:
    """Nothing is half imported."""
    file = tmp_path / "list"
    file.write_text(text)
    with pytest.raises(ConfigError):
        read_list(file)


def test_import_adds_what_is_new_and_keeps_what_is_there(tmp_path: Path) -> None:
    """A second import adds nothing twice; codes differ; what the export says can be imported elsewhere."""
    own = 'name = "Army"\n[[feed]]\ncode = "news"\nurl = "https://army.example/rss"\n'
    where = configured(tmp_path / "c", own).folder
    found = (
        ("https://army.example/rss", ""),
        ("https://x.example/a.xml", 'News "one"'),
        ("https://x.example/b", "News one"),
    )
    path, added, known = add_feeds(load(where), found, "imported")
    assert (path.name, added, known) == ("imported.toml", 2, 1)
    assert add_feeds(load(where), found, "imported")[1] == 0
    imported = next(p for p in load(where).publishers if p.code == "imported")
    assert [(feed.code, feed.title, feed.enabled) for feed in imported.feeds] == [
        ("news-one", 'News "one"', True),
        ("news-one-2", "News one", True),
    ]
    (tmp_path / "out.opml").write_text(to_opml(load(where)))
    assert len(read_list(tmp_path / "out.opml")) == 3
