"""Claims in the columns of neighbouring data sets, to be joined with them: what no release states stays empty.

A release says what its publisher says. It names no conflict and no dyad, codes no side, and gives no coordinates that a
coder has checked: those columns are there, empty, each with the reason. Columns `watcher_…` at the end lead back.
"""

from __future__ import annotations

from watcher.model.table import Column, ExportTable, unfilled
from watcher.model.wording import STANCE

_CODED = "A coder decides it; no release states it"
_PLACED = "A gazetteer gives it; releases state places in words, which are in the column for them"
_DAY = "Empty where the release states no day"
# A subject of its own, said as fact or as the result of an inquiry, which no other claim of the text contains.
_EVENT = "claims.is_background = 0 AND claims.part_of IS NULL AND claims.stance IN ('asserted', 'assessed')"
_COUNTED = "(claims.count_min IS NOT NULL OR claims.count_max IS NOT NULL)"
_EXACT = "CASE WHEN claims.count_kind = 'exact' AND claims.count_min = claims.count_max THEN claims.count_min END"
_FROM_DAY = "nullif(claims.event_from, '')"
_TO_DAY = "nullif(claims.event_to, '')"
_YEAR = f"CAST(substr({_FROM_DAY}, 1, 4) AS INTEGER)"
_PLACE = "coalesce(nullif(claims.place_raw, ''), nullif(claims.place, ''))"
_CIVILIANS = "claims.victim = 'civilian'"
_STANCE_WORDS = " ".join(f"WHEN '{stance}' THEN '{words}'" for stance, words in STANCE.items())
_DEATHS = f"claims.harm = 'killed' AND {_EVENT} AND {_COUNTED}"
_PUBLISHED_DAY = "substr(releases.published_at, 1, 10)"
_BACK = (
    Column("watcher_claim_id", "integer", "The claim in the table claims", "claims.id"),
    Column("watcher_release", "integer", "The release's number", "releases.id"),
    Column("watcher_stance", "string", "How surely the publisher says it", "claims.stance"),
    Column("watcher_victim", "string", "Who was harmed", "claims.victim"),
    Column("watcher_confidence", "number", "How surely the claim was read", "claims.confidence"),
)


def _count(harm: str, bound: str) -> str:
    return f"CASE WHEN claims.harm = '{harm}' THEN claims.{bound} END"


AIRWARS = ExportTable(
    name="airwars",
    title="As Airwars records statements of belligerents",
    note="One row for each claim about civilians, also denials and what is under review; background is left out.",
    columns=(
        *unfilled("Airwars gives it to an incident that its researchers have assessed", "incident_code"),
        Column("belligerent", "string", "Who speaks", "publishers.name"),
        Column("belligerent_country", "string", "The publisher's country", "publishers.country"),
        Column("statement_date", "date", "The day of publication, in UTC", _PUBLISHED_DAY),
        Column("statement", "string", "The sentence, word for word", "claims.sentence"),
        Column("statement_title", "string", "The release's title", "revisions.title"),
        Column("source_url", "string", "The release", "releases.url"),
        Column(
            "source_archive_url",
            "string",
            "A copy in the Wayback Machine, where one was made",
            "(SELECT result_url FROM archive_copies AS copy WHERE copy.revision_id = revisions.id AND state = 'saved')",
        ),
        Column("incident_date_from", "date", _DAY, _FROM_DAY),
        Column("incident_date_to", "date", _DAY, _TO_DAY),
        Column("location", "string", "The place in the release's own words", _PLACE),
        *unfilled(_PLACED, "country", "latitude", "longitude"),
        Column(
            "belligerent_position",
            "string",
            f"How surely the publisher says it: {', '.join(STANCE.values())}",
            f"CASE claims.stance {_STANCE_WORDS} END",
        ),
        *unfilled(
            "Whose strike it was is a finding; a release may report deaths that others caused", "strike_attribution"
        ),
        Column(
            "civilian_deaths_min", "integer", "As stated; in a denial what is denied", _count("killed", "count_min")
        ),
        Column(
            "civilian_deaths_max", "integer", "As stated; in a denial what is denied", _count("killed", "count_max")
        ),
        Column("civilian_injuries_min", "integer", "As stated", _count("injured", "count_min")),
        Column("civilian_injuries_max", "integer", "As stated", _count("injured", "count_max")),
        Column("children", "integer", "As stated", "claims.children"),
        Column("women", "integer", "As stated", "claims.women"),
        *unfilled("Airwars grades the evidence of all sources together", "casualty_grading"),
        *_BACK,
    ),
    only=f"{_CIVILIANS} AND claims.is_background = 0",
)
UCDP = ExportTable(
    name="ucdp_ged",
    title="In the columns of UCDP GED",
    note="One row for each counted claim of people killed, stated as fact or assessed as likely, no part of another.",
    columns=(
        *unfilled("UCDP gives it", "id", "relid", kind="integer"),
        Column("year", "integer", "Of the first day", _YEAR),
        *unfilled(_CODED, "active_year", "code_status", "type_of_violence", "conflict_dset_id", "conflict_new_id"),
        *unfilled(_CODED, "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id"),
        *unfilled(_CODED, "side_a_new_id", "side_a", "side_b_dset_id", "side_b_new_id", "side_b"),
        Column("number_of_sources", "integer", "One: the release", "1"),
        Column(
            "source_article",
            "string",
            "Publisher, day and title",
            f"publishers.name || ', ' || coalesce({_PUBLISHED_DAY}, 'no date') || ', ' || revisions.title",
        ),
        Column("source_office", "string", "The publisher", "publishers.name"),
        Column("source_date", "date", "The day of publication, in UTC", _PUBLISHED_DAY),
        Column("source_headline", "string", "The release's title", "revisions.title"),
        Column(
            "source_original", "string", "Who says it, where the release attributes it", "nullif(claims.speaker, '')"
        ),
        *unfilled(_PLACED, "where_prec"),
        Column("where_coordinates", "string", "The place in the release's own words", _PLACE),
        Column("where_description", "string", "The sentence", "claims.sentence"),
        *unfilled(_PLACED, "adm_1", "adm_2", "latitude", "longitude", "geom_wkt", "priogrid_gid"),
        *unfilled(_PLACED, "country", "country_id", "region"),
        *unfilled(_CODED, "event_clarity"),
        *unfilled("UCDP's own scale; date_start and date_end say how exact the date is", "date_prec"),
        Column("date_start", "date", _DAY, _FROM_DAY),
        Column("date_end", "date", _DAY, _TO_DAY),
        *unfilled("Which side the dead were on is coded, not stated", "deaths_a", "deaths_b", kind="integer"),
        Column(
            "deaths_civilians",
            "integer",
            "Where the count is exact and of civilians",
            f"CASE WHEN {_CIVILIANS} THEN {_EXACT} END",
        ),
        Column(
            "deaths_unknown",
            "integer",
            "Where the count is exact and not of civilians",
            f"CASE WHEN NOT {_CIVILIANS} THEN {_EXACT} END",
        ),
        Column("best", "integer", "The count where it is exact; we estimate nothing", _EXACT),
        Column("high", "integer", "At most, as stated", "claims.count_max"),
        Column("low", "integer", "At least, as stated", "claims.count_min"),
        *unfilled("Gleditsch and Ward's numbers of states, which a coder assigns", "gwnoa", "gwnob", kind="integer"),
        *_BACK,
    ),
    only=_DEATHS,
)
ACLED = ExportTable(
    name="acled",
    title="In the columns of ACLED",
    note="The same claims as for UCDP GED. “fatalities” is empty where the count is not exact.",
    columns=(
        *unfilled("ACLED gives it", "event_id_cnty"),
        Column(
            "event_date", "date", f"{_DAY}, or more than one", f"CASE WHEN {_FROM_DAY} = {_TO_DAY} THEN {_FROM_DAY} END"
        ),
        Column("year", "integer", "Of the first day", _YEAR),
        *unfilled(_CODED, "time_precision", "disorder_type", "event_type", "sub_event_type", "actor1", "assoc_actor_1"),
        *unfilled(_CODED, "inter1", "actor2", "assoc_actor_2", "inter2", "interaction"),
        Column("civilian_targeting", "string", "Empty: that civilians died does not say that they were targeted", ""),
        *unfilled(_PLACED, "iso", "region", "country", "admin1", "admin2", "admin3"),
        Column("location", "string", "The place in the release's own words", _PLACE),
        *unfilled(_PLACED, "latitude", "longitude", "geo_precision"),
        Column("source", "string", "The publisher", "publishers.name"),
        *unfilled("ACLED's own scale of sources", "source_scale"),
        Column(
            "notes",
            "string",
            "The sentence, word for word, and the release",
            "claims.sentence || ' ' || coalesce(releases.url, '')",
        ),
        Column("fatalities", "integer", "The count where it is exact", _EXACT),
        *unfilled("ACLED gives it", "tags"),
        Column(
            "timestamp",
            "integer",
            "When the text was first seen, in seconds since 1970",
            "CAST(strftime('%s', revisions.observed_at) AS INTEGER)",
        ),
        *_BACK,
    ),
    only=_DEATHS,
)
IBC = ExportTable(
    name="ibc",
    title="In the columns of Iraq Body Count",
    note="Civilians killed, stated as fact or assessed as likely, with the least and the most that the release says.",
    columns=(
        *unfilled("Iraq Body Count gives it", "IBC code"),
        Column("Start Date", "date", _DAY, _FROM_DAY),
        Column("End Date", "date", _DAY, _TO_DAY),
        *unfilled("Not read from releases", "Time"),
        Column("Location", "string", "The place in the release's own words", _PLACE),
        *unfilled(_CODED, "Target", "Weapons"),
        Column("Reported Minimum", "integer", "At least, as stated", "claims.count_min"),
        Column("Reported Maximum", "integer", "At most, as stated", "claims.count_max"),
        Column("Sources", "string", "Publisher and address", "publishers.name || ' ' || coalesce(releases.url, '')"),
        *_BACK,
    ),
    only=f"{_DEATHS} AND {_CIVILIANS}",
)
NEIGHBOURS = (AIRWARS, UCDP, ACLED, IBC)
