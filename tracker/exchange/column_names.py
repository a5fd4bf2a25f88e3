"""What the columns of a register are called: ours, and what offices call them."""

from __future__ import annotations

from collections.abc import Iterable

#: The columns that are read, in the order of the template.
TARGETS = (
    "external_id",
    "title",
    "kind",
    "status",
    "started_on",
    "ended_on",
    "lead_department",
    "departments",
    "sponsor",
    "owner",
    "url",
    "summary",
    "paused",
)
#: What a page calls them.
TARGET_WORDS = {
    "external_id": "Its own id",
    "title": "Title",
    "kind": "Kind: pilot, quick win, near miss",
    "status": "Status",
    "started_on": "First day",
    "ended_on": "Last day",
    "lead_department": "Department that leads",
    "departments": "Departments that take part",
    "sponsor": "Sponsors",
    "owner": "Whom to ask",
    "url": "Link",
    "summary": "What it is about",
    "paused": "Paused: yes or no",
}
#: Other names, those first that are meant most surely: of two columns with a name of one list, the earlier name wins.
ALIASES = {
    "external_id": "id,key,initiative id,project id,reference,ref,number,no,nr,record id,ticket,code,#,kennung",
    "title": "initiative,name,project,initiative name,project name,pilot,quick win,effort,topic,subject,working group,"
    "what,headline,titel,bezeichnung,projekt",
    "kind": "type,category,stage,art,typ,initiative type",
    "status": "state,phase,current status,stand",
    "started_on": "start,start date,started,begin,began,kick off,kickoff,creation date,created,since,date started,from,"
    "beginn,startdatum",
    "ended_on": "end,end date,ended,finish,finished,closed,completed,completion date,date closed,until,done on,to,ende,"
    "enddatum",
    "lead_department": "lead,lead team,leading team,leading department,lead unit,owning sig,owning team,owning department,"
    "led by,federführung",
    "departments": "department,teams,team,units,unit,functions,areas,departments involved,teams involved,involved,"
    "participants,participating sigs,participating teams,business units,silos,sigs,abteilung,abteilungen,bereiche",
    "sponsor": "sponsors,executive sponsor,executive sponsors,executive stakeholder,exec sponsor,approvers,approver,"
    "champion,sponsored by,auftraggeber",
    "owner": "contact,owners,project lead,project manager,lead person,responsible,manager,facilitator,authors,author,"
    "pm,ansprechpartner",
    "url": "link,website,page,web page,more,href,verweis",
    "summary": "description,notes,details,goal,comment,comments,about,purpose,beschreibung",
    "paused": "on hold,is paused",
}


def plain(name: str) -> str:
    """Return a name as it is compared: without capitals, with one underscore for any blanks and dashes."""
    return "_".join(name.strip().casefold().replace("-", " ").replace("_", " ").split())


#: By plain name: the column it means, and how surely: 0 for our own name.
MEANT: dict[str, tuple[str, int]] = {
    plain(name): (target, place)
    for target, names in ALIASES.items()
    for place, name in enumerate((target, *names.split(",")))
}


def known_names(cells: Iterable[str]) -> set[str]:
    """Return the columns that a row of cells names, if it is a header."""
    return {MEANT[name][0] for name in map(plain, cells) if name in MEANT}
