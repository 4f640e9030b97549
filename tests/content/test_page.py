"""A page to its record: with rules, without, and where there is none."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import SHARED
from watcher.content.date_order import DateLocale
from watcher.content.page import extract_fragment, extract_page
from watcher.errors import Blocked, NoText
from watcher.model.selectors import PageRules

if TYPE_CHECKING:
    from watcher.model.release import PageText

OFFICIAL = SHARED / "data" / "official"
FETCHED_AT = datetime(2024, 11, 24, 12, tzinfo=UTC)
URL = "https://www.example.mil/releases/900"
RULES = PageRules(
    title=("h1",),
    body=("div.body",),
    published=("span.date",),
    remove=(".share",),
)
SENTENCES = (
    "The ministry said that three soldiers were injured on Tuesday when a truck left the road near the northern depot.",
    "They were taken to a hospital in the city, where doctors described their condition as stable and not critical.",
    "An inquiry has begun, and the results will be published when the commission has finished its work in spring.",
)
BODY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)


def read(html: str | bytes, rules: PageRules | None = None, *, url: str = URL, charset: str = "") -> PageText:
    body = html if isinstance(html, bytes) else html.encode()
    zone = "Europe/Kyiv" if rules else "UTC"
    return extract_page(
        body, url=url, rules=rules or PageRules(), locale=DateLocale(zone), charset=charset, fetched_at=FETCHED_AT
    )


def with_rules(inner: str, date: str = "3 May 2024 10:00") -> PageText:
    return read(
        (
            f"<html><body><h1>Truck accident</h1><span class='date'>{date}</span><div class='body'>{inner}</div>"
            f"</body></html>"
        ),
        RULES,
    )


def site(head: str = "", above: str = "", below: str = "") -> str:
    menu = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/n'>Latest news about the army</a></li></ul></nav>"
    return (
        f"<html lang='en'><head><title>Truck accident | Example Ministry</title>{head}</head><body>{menu}"
        f"<main><article><h1>Truck accident</h1>"
        f"{above}{BODY}{below}</article></main><footer><p>An official website of the government of the "
        f"country, all rights reserved.</p></footer></body></html>"
    )


def kinds(page: PageText) -> list[str]:
    return [problem.kind for problem in page.problems]


def test_the_parts_that_the_rules_name_make_the_record() -> None:
    """Each field from its own part, in the publisher's zone."""
    page = with_rules("<p>Three hurt.</p><div class='share'>Share 99</div>")
    assert (page.title, page.text) == ("Truck accident", "Three hurt.")
    assert page.published is not None
    assert (page.published.at, page.published.raw, page.published.source) == (
        datetime(2024, 5, 3, 7, tzinfo=UTC),
        "3 May 2024 10:00",
        "page_rule",
    )
    assert page.problems == ()


def test_a_rule_that_matches_nothing_is_loud_and_the_general_extraction_serves() -> None:
    """A broken rule must neither lose the release nor stay unseen."""
    page = read(site(), RULES)
    assert kinds(page) == ["site_changed"]
    assert page.text == "\n".join(SENTENCES)


def test_a_missing_title_or_date_is_a_changed_site_too() -> None:
    """The body may stay where it was when the rest moves."""
    page = read("<html><body><div class='body'><p>Three hurt.</p></div></body></html>", RULES)
    assert kinds(page) == ["site_changed", "site_changed"]
    assert page.text == "Three hurt."


def test_the_general_extraction_finds_only_the_release() -> None:
    """Menus, banners and footers of an unknown site stay out; the title comes without the site's name."""
    below = "<h2>Related links</h2><ul><li><a href='/o/1'>Twelve people killed in the other accident</a></li></ul>"
    page = read(site(below=below))
    assert page.title == "Truck accident"
    assert page.text == "\n".join(SENTENCES)
    assert page.language == "en"


def test_captions_and_links_have_their_own_fields() -> None:
    """A caption's numbers are no claims of the release; its documents are its attachments."""
    above = "<figure><img src='a.jpg'><figcaption>Five trucks wait at the gate of the depot.</figcaption></figure>"
    below = (
        "<p>The full report is here: <a href='/files/report.PDF?x=1#top'>Report of the commission</a> and <a "
        "href='mailto:a@b.c'>mail</a>.</p>"
    )
    page = read(site(above=above, below=below))
    assert page.captions == ("Five trucks wait at the gate of the depot.",)
    assert "Five trucks" not in page.text
    assert [(link.url, link.text) for link in page.links] == [
        ("https://www.example.mil/files/report.PDF?x=1#top", "Report of the commission")
    ]
    assert [(found.media_type, found.title) for found in page.attachments] == [
        ("application/pdf", "Report of the commission")
    ]


def test_the_heading_of_a_release_gives_number_dateline_and_day() -> None:
    """Date, number and place stand in the text of many sites and nowhere else."""
    lines = "November 02, 2015<br>Release # 20151102-01<br>FOR IMMEDIATE RELEASE"
    page = read(
        site(
            above=(
                f"<p>{lines}</p><p><b>RIVER FIELD, Texas </b><b>—</b> On Nov. 1 a truck overturned on the road to "
                f"the depot, officials said today.</p>"
            )
        )
    )
    assert (page.release_number, page.dateline) == ("20151102-01", "RIVER FIELD, Texas")
    assert page.published is not None
    assert (page.published.at, page.published.source) == (datetime(2015, 11, 2, tzinfo=UTC), "release_number")
    assert page.text.split("\n")[:3] == ["November 02, 2015", "Release # 20151102-01", "FOR IMMEDIATE RELEASE"]


@pytest.mark.parametrize(
    ("head", "above", "url", "source", "day"),
    [
        (
            (
                '<script type="application/ld+json">'
                '{"@type":"NewsArticle","datePublished":"2024-05-03T10:00:00Z"}</script>'
            ),
            "",
            URL,
            "json_ld",
            3,
        ),
        ('<meta property="article:published_time" content="2024-05-04T10:00:00Z">', "", URL, "meta", 4),
        ("", "<time datetime='2024-05-05T10:00:00Z'>Sunday</time>", URL, "time", 5),
        ("", "", "https://www.example.mil/2024/05/06/truck", "url", 6),
        ("", "<p>May 7, 2024</p>", URL, "text", 7),
    ],
)
def test_dates_say_how_they_were_found(head: str, above: str, url: str, source: str, day: int) -> None:
    """The surest source that the page has, by name."""
    page = read(site(head, above), url=url)
    assert page.published is not None
    assert page.published.at is not None
    assert (page.published.source, page.published.at.day, page.published.at.month) == (source, day, 5)


@pytest.mark.parametrize(("date", "kind"), [("3 May 2031", "date_in_future"), ("3 May 1974", "date_before_site")])
def test_a_date_that_cannot_be_true_is_a_problem_and_no_date(date: str, kind: str) -> None:
    """A typing error on the page must not date a release into the future or before the web."""
    page = with_rules("<p>Three hurt.</p>", date)
    assert page.published is None
    assert kinds(page) == [kind]


@pytest.mark.parametrize(
    "html",
    [
        "",
        (
            "<html><body><div id='root'></div><noscript>You need to enable JavaScript to run this app.</noscript>"
            "<script>render()</script></body></html>"
        ),
        "<html><body> &nbsp; <br> - </body></html>",
    ],
)
def test_a_page_without_text_is_a_named_outcome(html: str) -> None:
    """The shell of a JavaScript site is no release."""
    with pytest.raises(NoText, match="example"):
        read(html)


@pytest.mark.parametrize(
    "html",
    [
        (
            "<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY><H1>Access Denied</H1>You don't have "
            "permission to access this server.<P>Reference #18.1a2b3c4d.170</BODY></HTML>"
        ),
        (
            "<html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and cookies to "
            "continue</noscript></body></html>"
        ),
        (
            "<html><body><h1>Pardon Our Interruption</h1><p>As you were browsing something made us think you "
            "were a bot.</p></body></html>"
        ),
        (
            "<html><head><title>403 Forbidden</title></head><body><center><h1>403 Forbidden</h1></center><hr>"
            "</body></html>"
        ),
    ],
)
@pytest.mark.parametrize("rules", [PageRules(), RULES])
def test_a_refusal_is_never_a_release(html: str, rules: PageRules) -> None:
    """With rules or without, a bot wall is an outcome of its own."""
    with pytest.raises(Blocked) as caught:
        read(html, rules)
    assert caught.value.url == URL


def test_a_release_about_refused_access_is_a_release() -> None:
    """The words alone do not make a wall."""
    text = "Inspectors said access denied at the gate was a violation. " + SENTENCES[0]
    assert "access denied" in read(site(above=f"<p>{text}</p>" * 30)).text


@pytest.mark.parametrize("keep", [0.55, 0.7, 0.9])
def test_a_page_cut_in_the_middle_gives_what_it_has(keep: float) -> None:
    """Downloads end early; the sentences that came are there."""
    html = site()
    cut = html[: int(html.index(SENTENCES[0]) + len(BODY) * keep)]
    assert SENTENCES[0] in read(cut).text


def test_page_nested_thousands_deep_is_read() -> None:
    """In a part that a rule names and in a page without rules."""
    deep = "<div>" * 5000 + f"<p>{SENTENCES[0]}</p>" + "</div>" * 5000
    assert SENTENCES[0] in with_rules(deep).text
    assert SENTENCES[0] in read(f"<html><body>{deep}</body></html>").text


@pytest.mark.parametrize(
    ("opening", "end", "depth"),
    [
        ("<table><tr><td>", "</td></tr></table>", 1_000),  # which takes a millisecond each
        ("<table><tr><td>7</td><td>", "", 2_000),  # with a thousand the first one is too short to tell
        ("<sup>", "</sup>", 2_000),
        ("<b>", "</b>", 2_000),
    ],
)
def test_nesting_costs_in_proportion(opening: str, end: str, depth: int) -> None:
    """Check 57: twice as deep takes twice as long, not four times (generous, since clocks are coarse)."""
    times = []
    for count in (depth, 2 * depth):
        deep = f"<html><body>{opening * count}<p>{SENTENCES[0]}</p>{end * count}</body></html>"
        started = time.process_time()
        assert read(deep).text
        times.append(time.process_time() - started)
    assert times[1] < 3 * times[0] + 0.2


def test_struck_words_are_kept_as_a_problem() -> None:
    """Nothing that was published is lost, and nothing that was withdrawn is claimed."""
    page = with_rules("<p>killed <s>30</s> 3</p>")
    assert page.text == "killed 3"
    assert [(problem.kind, problem.detail) for problem in page.problems] == [("struck_out", "30")]


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "utf-16", "utf-8"])
def test_encodings_reach_the_record(encoding: str) -> None:
    """The rules find their part whatever the bytes are."""
    html = (
        "<html><head></head><body><h1>Авария</h1><span class='date'>3 мая 2024</span><div class='body'><p>Ранены "
        "трое военнослужащих.</p></div></body></html>"
    )
    page = read(html.encode(encoding), RULES, charset="iso-8859-1")
    assert (page.title, page.text, page.language) == ("Авария", "Ранены трое военнослужащих.", "ru")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_page_or_a_named_failure(body: bytes) -> None:
    """Whatever a server sends, there is a record or an outcome with a name."""
    for rules in (None, RULES):
        try:
            assert read(body, rules).text
        except (NoText, Blocked):
            continue


@given(st.text(alphabet=" <>/=abdehimnoprstv'\"&;#!-[]?123", max_size=200))
def test_no_markup_makes_it_fail_otherwise(markup: str) -> None:
    """The same for what looks like markup."""
    try:
        assert read(f"<html><body><div class='body'>{markup}", RULES).text
    except (NoText, Blocked):
        return


@given(
    st.lists(st.from_regex(r"[a-z]{1,6}|[1-9][0-9]{0,2}(,[0-9]{3})?", fullmatch=True), min_size=1, max_size=5),
    st.data(),
)
def test_words_and_numbers_survive_the_whole_way(tokens: list[str], data: st.DataObject) -> None:
    """From bytes to record, by rules and from a feed: whatever inline markup stands in them, they are the same."""
    cuts = data.draw(
        st.lists(
            st.sampled_from(("", "<b>", "<i>", "<span class=x>", "<a href=/y>", "<!-- 9 -->", "&shy;", "<font>")),
            min_size=60,
            max_size=60,
        )
    )
    html = "".join(
        cut + (character if character == " " else f"<u>{character}</u>")
        for cut, character in zip(cuts, " ".join(tokens), strict=False)
    )
    assert with_rules(html).text.split() == tokens
    assert extract_fragment(html, url=URL).text.split() == tokens


def test_the_same_bytes_give_the_same_record() -> None:
    """A stored page is read again to check what a new version changes."""
    assert read(site()) == read(site())


def test_fragment_of_a_feed_entry_gives_its_text() -> None:
    """Its text, its captions and its documents; links are absolute."""
    page = extract_fragment(
        "Three&nbsp;hurt.<br/><figure><figcaption>A gate</figcaption></figure><a href='/r.pdf'>Report</a>", url=URL
    )
    assert (page.text, page.captions) == ("Three hurt.\nReport", ("A gate",))
    assert [found.url for found in page.attachments] == ["https://www.example.mil/r.pdf"]


@pytest.mark.parametrize("html", ["", " ", "plain words", "release.pdf", "https://example.org/x", "<!-- x -->"])
def test_a_fragment_never_fails(html: str) -> None:
    """Feeds carry anything in a description, addresses and file names included."""
    assert extract_fragment(html, url=URL).text == ("" if html.startswith("<") else html.strip())


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="needs ../shared/data/official")
def test_the_real_centcom_page() -> None:
    """A page as served in 2015, with the general extraction alone."""
    page = read(
        (OFFICIAL / "centcom" / "20151102-01.html").read_bytes(), url="http://www.centcom.mil/en/news/articles/nov.-2"
    )
    assert (page.release_number, page.dateline) == ("20151102-01", "SOUTHWEST ASIA")
    assert page.published is not None
    assert page.published.at == datetime(2015, 11, 2, tzinfo=UTC)
    strikes = [line for line in page.text.split("\n") if line.startswith("* Near")]
    expected = [
        line
        for line in (OFFICIAL / "centcom" / "20151102-01.strikes.txt").read_text().split("\n")
        if line.startswith("*")
    ]
    assert strikes == [" ".join(line.split()) for line in expected]


@pytest.mark.parametrize(
    "inner",
    [
        "<app-root></app-root><p>Please enable JavaScript to continue using this application.</p>",
        "<div>Loading…</div>",
        "<h2>JavaScript is disabled</h2><p>Your browser does not support it.</p>",
    ],
)
def test_an_empty_shell_is_no_release(inner: str) -> None:
    """What a page says until its scripts run must not be stored as a statement."""
    with pytest.raises(NoText):
        read(f"<html><head><title>Army</title></head><body>{inner}</body></html>")


def test_a_short_release_about_programs_is_a_release() -> None:
    """The word alone is no sign."""
    page = read("<html><body><main><p>Four cadets won the JavaScript contest of the army.</p></main></body></html>")
    assert page.text.startswith("Four cadets")


def test_the_day_of_an_update_is_not_the_publication() -> None:
    """Both stand above the text, the later one first."""
    page = read(site(above="<p>Updated: 21 May 2024</p><p>Published: 20 May 2024</p>"))
    assert page.published is not None
    assert page.updated is not None
    assert (page.published.at, page.updated.at) == (
        datetime(2024, 5, 20, tzinfo=UTC),
        datetime(2024, 5, 21, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "above",
    ["<p class='author'>Robin Sample</p>", "<address class='byline'>By <a rel='author'>Robin Sample</a></address>"],
)
def test_an_author_that_only_the_markup_names(above: str) -> None:
    """No word says that it is one."""
    assert read(site(above=above)).byline == "Robin Sample"
