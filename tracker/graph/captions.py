"""The sentences of the product, word for word: counts in, plain words out.

No sentence makes a department or a person the subject of a lack.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from tracker.graph.causes import CauseKind
from tracker.graph.chance import Placed, Verdict
from tracker.graph.changes import MOST_SENTENCES, Change, ChangeKind
from tracker.graph.coverage import Coverage
from tracker.graph.momentum import Label, Momentum
from tracker.graph.series import CoveragePoint
from tracker.graph.ties import Band
from tracker.graph.wording import capital, counted, day_words, listed, number_words

#: A pace below one win in so many months is not worth a promise.
SLOWEST_MONTHS = 24
#: Momentum that rests on fewer events in effect says so beside its band.
FEW_EVENTS = 8
#: A sentence names so many departments at most; a stage has two lines for it.
MOST_NAMES = 4
#: And names of so many letters together.
MOST_LETTERS = 100

PAIRS = {False: ("department pair", "department pairs"), True: ("crossing", "crossings")}
OUR_CUSTOMERS = " our customers depend on"
LABELS: dict[Label, str] = {
    "none": "No wins yet",
    "started": "First wins",
    "building": "Faster",
    "holding": "Same pace",
    "slowing": "Slower",
    "unclear": "Too close to call",
    "stalled": "Quiet since {day}",
}
#: What became of initiatives, for one of them and for more.
BECAME: dict[ChangeKind, tuple[str, str]] = {
    "routine": ("became routine", "became routine"),
    "ended": ("ended", "ended"),
    "quiet": ("has not been heard from", "have not been heard from"),
    "regrouped": ("goes on with other departments", "go on with other departments"),
}
#: What groups of departments did together, for one group, for two, and for more.
JOINTLY: dict[ChangeKind, tuple[str, str, str]] = {
    "first_wins": ("First joint win: {}.", "First joint wins: {}; {}.", "{} first joint wins{}."),
    "together": (
        "{} now work together.",
        "{} now work together, and so do {}.",
        "{} pairs now work together{}.",
    ),
}
#: What came to be, which is told beside a dip too.
COMES_TO_BE: frozenset[ChangeKind] = frozenset({*JOINTLY, "moved", "reused"})
#: What came to count, one and several.
COUNTED: dict[ChangeKind, tuple[str, str]] = {
    "moved": ("customer measure moved", "customer measures moved"),
    "reused": ("lesson was used again", "lessons were used again"),
}
#: What a cause is called where it stands alone, and one or several of a kind where they stand together.
CAUSES: dict[CauseKind, tuple[str, str, str]] = {
    "started": ("“{name}” started", "started", "started"),
    "routine": ("“{name}” became routine", "became routine", "became routine"),
    "woke": ("“{name}” was heard from again", "heard from again", "heard from again"),
    "joined": ("{other} joined “{name}”", "department joined", "departments joined"),
    "opened": ("{name} opened", "department opened", "departments opened"),
    "required": ("The journey “{name}” began to count", "journey began", "journeys began"),
    "merged": ("{name} goes on as part of {other}", "department merged", "departments merged"),
    "closed": ("{name} closed", "department closed", "departments closed"),
    "waived": ("The journey “{name}” was over", "journey over", "journeys over"),
    "left": ("“{name}” goes on after the part of {other}", "part done", "parts done"),
    "ended": ("“{name}” ended", "ended", "ended"),
    "lapsed": ("“{name}” waits for its routine check", "routine check due", "routine checks due"),
    "quiet": ("“{name}” went quiet", "went quiet", "went quiet"),
}

#: What a comparison with chance means, where every pair counts and where journeys say which are needed.
CHANCE: dict[Verdict, tuple[str, str]] = {
    "beyond": (
        "That is no accident: the work is spread wider than chance would spread it.",
        "That is no accident: the work goes where our customers cross.",
    ),
    "unclear": ("Too close to call: chance alone can give as much.",) * 2,
    "below": (
        "The same work, spread wider, would give more.",
        "The same work, placed otherwise, would give more.",
    ),
}
#: What is new since somebody looked, the causes among it: alone, and one or several of a kind.
NEWS: dict[str, tuple[str, str, str]] = {
    **{str(kind): words for kind, words in CAUSES.items()},
    "added": ("“{name}” was added", "initiative added", "initiatives added"),
    "measured_win": ("Measured win: “{name}”", "measured win", "measured wins"),
    "win": ("Win: “{name}”", "win", "wins"),
    "moved": ("Measure moved: “{name}”", "measure moved", "measures moved"),
    "near_miss": ("Lesson: “{name}”", "lesson", "lessons"),
    "reuse": ("Lesson used again: “{name}”", "lesson used again", "lessons used again"),
}


def together_sentence(covered: Coverage | CoveragePoint, *, crossings: bool) -> str:
    """Say how many pairs work together; `crossings` where journeys say which are needed.

    Examples
    --------
    >>> from tracker.graph.coverage import coverage
    >>> from tracker.graph.facts import Department, Portfolio
    >>> together_sentence(coverage(Portfolio((Department("A"), Department("B"))), date(2025, 1, 1)), crossings=False)
    '0 of 1 department pair works together. This is where we started.'
    """
    if not covered.required:
        return "No crossing is needed on this day." if crossings else "Begin with two departments."
    noun = PAIRS[crossings][covered.required != 1] + (OUR_CUSTOMERS if crossings else "")
    verb = "works" if 1 in (covered.together, covered.required) else "work"
    start = " This is where we started." if covered.pairs["open"] == covered.required else ""
    return f"{covered.together:,} of {covered.required:,} {noun} {verb} together.{start}"


def rest_parts(covered: Coverage | CoveragePoint, quiet_days: int) -> Iterator[tuple[int, str, str]]:
    """Yield where the other pairs stand, those of which there are any: how many, what of them, and their band."""
    parts: tuple[tuple[Band, str, str], ...] = (
        ("begun", "has begun", "have begun"),
        (
            "quiet",
            "has not been heard from for {days} days",
            "have not been heard from for {days} days",
        ),
        ("open", "shares no work", "share no work"),
    )
    for key, one, more in parts:
        if count := covered.pairs[key]:
            yield count, (one if count == 1 else more).format(days=quiet_days), key


def rest_sentence(covered: Coverage | CoveragePoint, quiet_days: int) -> str:
    """Say where the other pairs stand; "" where all work together."""
    said = [f"{count:,} {words}" for count, words, _ in rest_parts(covered, quiet_days)]
    return ", ".join(said) + "." if said else ""


def counts_sentence(pace: Momentum, window_days: int) -> str:
    """Say how many wins and lessons there were in a window and in the one before."""
    wins, lessons = counted(pace.wins, "win", "wins"), counted(pace.lessons, "lesson", "lessons")
    before = f"{pace.wins_before:,} and {pace.lessons_before:,} in the {window_days} before"
    return f"{wins} and {lessons} in {window_days} days; {before}."


def label_words(pace: Momentum) -> str:
    """Say how the pace goes, in the words of its label."""
    return LABELS[pace.label].format(day=day_words(pace.last_counted_on, pace.on))


def hold_sentence(pace: Momentum) -> str:
    """Say how many wins keep the pace; "" where there is hardly one to keep.

    Below two thirds of a win a month it counts the months between wins.
    """
    wins = pace.wins_to_hold
    if wins * SLOWEST_MONTHS < 1:
        return ""
    if (months := round(1 / wins)) > 1:
        return f"To keep this pace: about 1 win every {months} months."
    count = max(1, round(wins))
    return f"To keep this pace: about {counted(count, 'win', 'wins')} a month."


def next_sentence(a: str, b: str, linking: int = 0) -> str:
    """Name the next pair, and say how many departments already work with both."""
    if not linking:
        return f"Next: {a} and {b}."
    verb = "department already works" if linking == 1 else "departments already work"
    return f"Next: {a} and {b}. {capital(number_words(linking))} {verb} with both."


def adds_sentence(*, brings: bool, crossings: bool) -> str:
    """Say what a pilot of two departments adds: a pair that works together, or more to one that does.

    >>> adds_sentence(brings=True, crossings=True)
    'A pilot of the two adds 1 crossing.'
    """
    if not brings:
        return "They work together; a pilot of the two makes it a full share."
    return f"A pilot of the two adds 1 {PAIRS[crossings][0]}."


def plan_sentence(pilots: int, before: int, after: int, required: int, *, crossings: bool) -> str:
    """Say how far a plan leads.

    >>> plan_sentence(2, 13, 15, 20, crossings=True)
    'Two pilots lead from 13 to 15 of 20 crossings.'
    """
    if not pilots:
        return "A plan of pilots"
    words = counted(pilots, "pilot leads", "pilots lead").partition(" ")[2]
    noun = PAIRS[crossings][required != 1]
    return f"{capital(number_words(pilots))} {words} from {before:,} to {after:,} of {required:,} {noun}."


def chance_sentence(given: str, placed: Placed) -> str:
    """Say what chance alone would give, and how often it gives less than there is, or more.

    >>> chance_sentence("21 of 91", Placed(33, (20,) * 198 + (33, 34)))
    'Chance alone would give 21 of 91; yours is more than in 198 of 200 shuffles.'
    """
    count, many = max(placed.below, placed.above), len(placed.shuffled)
    if not count:
        return f"Chance alone would give {given}, and so does every shuffle."
    side = "more" if placed.below >= placed.above else "less"
    often = f"all {many:,}" if count == many else f"{count:,} of {many:,}"
    return f"Chance alone would give {given}; yours is {side} than in {often} shuffles."


def change_sentence(change: Change, names: Mapping[str, str], kinds: Mapping[str, str]) -> str:
    """Tell one kind of change; `names` of departments and `kinds` of initiatives by id."""
    if change.kind in JOINTLY:
        named = [[names.get(each, each) for each in group] for group in change.groups[:2]]
        return _gathered(named, len(change.groups), *JOINTLY[change.kind])
    if change.kind == "required":
        return f"{capital(_uncounted(change))}."
    if change.kind in COUNTED:
        one, more = COUNTED[change.kind]
        return f"{capital(number_words(change.count))} {one if change.count == 1 else more}."
    return f"{capital(_became(change, kinds))}."


def story(
    found: Iterable[Change],
    names: Mapping[str, str],
    kinds: Mapping[str, str],
    *,
    dip: str = "",
    closing: str = "",
) -> tuple[str, ...]:
    """Return the sentences of a time in the order of their weight, at most five, and last what comes next.

    `dip` names the causes of a fall; then only what came to be is told beside it. Where there are too many
    the lightest give way, never the dip nor `closing`.
    """
    last = [each for each in (dip, closing) if each]
    told = [each for each in found if not dip or each.kind in COMES_TO_BE][: MOST_SENTENCES - len(last)]
    return (*(change_sentence(each, names, kinds) for each in told), *last)


def dip_sentence(before: int, after: int, causes: Sequence[Change], kinds: Mapping[str, str]) -> str:
    """Tell a dip by its causes: "38 → 34: three pilots became routine, six have not been heard from."."""
    said: list[str] = []
    noun_before = ""
    for cause in causes:
        if cause.kind == "required":
            said.append(_uncounted(cause))
            continue
        noun = _noun(cause, kinds, plural=True)
        said.append(_became(cause, kinds, with_noun=noun != noun_before))
        noun_before = noun
    return f"{before:,} → {after:,}{': ' if said else ''}{', '.join(said)}."


def from_to_sentence(before: tuple[int, int], after: tuple[int, int], *, crossings: bool) -> str:
    """Say how many pairs work together, and did; each of the two is how many of how many.

    >>> from_to_sentence((33, 91), (29, 91), crossings=False)
    '33 → 29 of 91 department pairs work together.'
    """
    verb = "works" if 1 in after else "work"
    now = f"{after[0]:,} of {after[1]:,} {PAIRS[crossings][after[1] != 1]} {verb} together"
    if before == after:
        return f"{now}, as before."
    of = f" of {before[1]:,}" if before[1] != after[1] else ""
    return f"{before[0]:,}{of} → {now}."


def cause_words(kind: CauseKind, name: str, other: str = "") -> str:
    """Say what happened to a record, and with which other one.

    >>> cause_words("joined", "Storm desk", "Legal")
    'Legal joined “Storm desk”'
    """
    return CAUSES[kind][0].format(name=name, other=other)


def causes_words(kind: CauseKind, count: int) -> str:
    """Say how many causes of a kind there are.

    >>> causes_words("opened", 1), causes_words("ended", 5)
    ('1 department opened', '5 ended')
    """
    return counted(count, *CAUSES[kind][1:])


def news_words(kind: str, name: str, other: str = "") -> str:
    """Say what is new about a record; causes in their own words.

    >>> news_words("win", "Refund in one call"), news_words("ended", "Storm desk")
    ('Win: “Refund in one call”', '“Storm desk” ended')
    """
    return NEWS[kind][0].format(name=name, other=other)


def news_counted(kind: str, count: int) -> str:
    """Say how many of a kind are new.

    >>> news_counted("win", 4), news_counted("quiet", 2)
    ('4 wins', '2 went quiet')
    """
    return counted(count, *NEWS[kind][1:])


def past_words(wins: int, lessons: int, window_days: int) -> str:
    """Say which wins and lessons the window of the headline has left behind.

    >>> past_words(3, 1, 90), past_words(0, 1, 90)
    ('3 wins and 1 lesson are now more than 90 days old', '1 lesson is now more than 90 days old')
    """
    said = [counted(wins, "win", "wins")] * bool(wins) + [counted(lessons, "lesson", "lessons")] * bool(
        lessons
    )
    verb = "is" if wins + lessons == 1 else "are"
    return f"{' and '.join(said)} {verb} now more than {window_days} days old"


def effect_words(together: int, required: int) -> str:
    """Say what a cause moves: pairs that work together, else pairs that are counted.

    >>> effect_words(2, 0), effect_words(-1, 0), effect_words(0, 13), effect_words(1, -2)
    ('+2', '−1', '13 more counted', '+1, 2 fewer counted')
    """
    said = [f"{together:+,}".replace("-", "−")] if together else []
    if required:
        said.append(f"{abs(required):,} {'more' if required > 0 else 'fewer'} counted")
    return ", ".join(said)


def looked_words(day: date, today: date, *, anything: bool) -> str:
    """Say since when something is new, or that nothing is.

    >>> looked_words(date(2025, 11, 12), date(2025, 11, 24), anything=True)
    'Since you last looked, on 12 November'
    """
    on = day_words(day, today)
    return f"Since you last looked, on {on}" if anything else f"Nothing new since you last looked, on {on}."


def more_words(count: int) -> str:
    """Say how many more there are; "" for none."""
    return f"and {count:,} more" if count else ""


def _gathered(groups: Sequence[Sequence[str]], count: int, one: str, two: str, more: str) -> str:
    """Name every group where that makes a short sentence, else count them and name the first if it is short.

    Of so many (`count`) groups the first two are enough to name.
    """
    said = [listed(group) for group in groups]
    if count <= 2 and _is_short(groups):
        return (one if count == 1 else two).format(*said)
    if count == 1:
        return capital(one.format(f"{number_words(len(groups[0]))} departments"))
    among = f", among them {said[0]}" if len(groups[0]) < MOST_NAMES and _is_short(groups[:1]) else ""
    return more.format(capital(number_words(count)), among)


def _is_short(groups: Sequence[Sequence[str]]) -> bool:
    """Say whether a sentence may name all of these departments."""
    names = [name for group in groups for name in group]
    return len(names) <= MOST_NAMES and sum(map(len, names)) <= MOST_LETTERS


def _uncounted(change: Change) -> str:
    pairs = "pair is" if change.count == 1 else "pairs are"
    return f"{number_words(change.count)} {pairs} no longer counted"


def _became(change: Change, kinds: Mapping[str, str], *, with_noun: bool = True) -> str:
    one, more = BECAME[change.kind]
    noun = f" {_noun(change, kinds, plural=change.count != 1)}" if with_noun else ""
    return f"{number_words(change.count)}{noun} {one if change.count == 1 else more}"


def _noun(change: Change, kinds: Mapping[str, str], *, plural: bool) -> str:
    """Return "pilot" where all are pilots, else "initiative"."""
    noun = "pilot" if {kinds.get(each) for each in change.initiatives} == {"pilot"} else "initiative"
    return noun + "s" * plural
