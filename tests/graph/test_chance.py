"""Is it more than chance? Every table counted once against the worked case, and the shuffles against every table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph.cases import cases, portfolio_of
from tests.graph.making import START, day, pilot, register
from tests.graph.portfolios import looks, portfolios
from tracker.graph.chance import (
    SHUFFLES,
    Chance,
    Placed,
    Table,
    can_be_shuffled,
    gather,
    shuffles,
    table_of,
    tally,
    trade,
)
from tracker.graph.coverage import coverage
from tracker.graph.ties import SCALE

S03 = cases()["S03-null-model"]
ON = date(2025, 1, 31)
#: The 99.9th percentiles of chi-square with 14 and 19 degrees of freedom (15 tables, 20 ways), from printed tables.
CHI_SQUARE_14, CHI_SQUARE_19 = 36.123, 43.820


def every_table(table: Table) -> Iterator[tuple[frozenset[int], ...]]:
    """Yield every placement with the same busy departments and the same sizes, one initiative after the other."""
    sizes = [sum(at in row for row in table.rows) for at in range(len(table.weights))]

    def place(at: int, room: tuple[int, ...], rows: tuple[frozenset[int], ...]) -> Iterator[Any]:
        if at == len(sizes):
            yield rows
            return
        for chosen in combinations([d for d, left in enumerate(room) if left], sizes[at]):
            yield from place(
                at + 1,
                tuple(left - (d in chosen) for d, left in enumerate(room)),
                tuple(row | {at} if d in chosen else row for d, row in enumerate(rows)),
            )

    room = tuple(len(row) for row in table.rows)
    found = [rows for rows in place(0, room, (frozenset(),) * len(room)) if fits(rows, room)]
    yield from found


def fits(rows: tuple[frozenset[int], ...], room: tuple[int, ...]) -> bool:
    """Say whether every department is as busy as it was."""
    return tuple(map(len, rows)) == room


def sums(rows: Any) -> tuple[list[int], Counter[int]]:
    """Return how many initiatives each department has, and how many departments each initiative."""
    return [len(row) for row in rows], Counter(each for row in rows for each in row)


def worked() -> Table:
    """Return the table of the worked case."""
    return table_of(portfolio_of(S03), ON)


def test_every_table_of_the_worked_case_gives_its_mean_and_its_share_exactly() -> None:
    expected, table = S03["expected"]["null"], worked()
    tables = list(every_table(table))
    assert len(set(tables)) == len(tables) == expected["tables"]
    found = gather(table, [tally(table, rows) for rows in tables])
    possible = 2 * SCALE
    assert found.points.mean / possible == Fraction(expected["mean_coverage"]["exact"])
    assert found.points.at_least == Fraction(expected["p_at_least_observed"]["exact"])
    assert Fraction(found.points.observed, possible) == 1


def test_the_shuffles_visit_all_tables_of_the_worked_case_alike() -> None:
    table, times = worked(), 6_000
    rng, rows, seen = Random(7), [set(row) for row in table.rows], Counter[Any]()
    for _ in range(times):
        trade(rows, table.trades, rng)
        seen[tuple(map(frozenset, rows))] += 1
    tables = list(every_table(table))
    assert set(seen) <= set(tables)
    expected = times / len(tables)
    assert sum((seen[each] - expected) ** 2 / expected for each in tables) < CHI_SQUARE_14


def test_the_shuffles_of_the_worked_case_come_near_its_mean_and_its_share() -> None:
    table = worked()
    found = gather(table, list(shuffles(table, 4_000)))
    assert abs(found.points.mean / (2 * SCALE) - Fraction(3, 5)) < Fraction(1, 40)
    assert abs(found.points.at_least - Fraction(1, 5)) < Fraction(1, 40)


def test_tables_of_uneven_rows_come_up_alike_too() -> None:
    portfolio = register("ABCD", [pilot("i1", "ABC"), pilot("i2", "AB"), pilot("i3", "AD")])
    table = table_of(portfolio, day(9))
    tables = list(every_table(table))
    rng, rows, seen = Random(11), [set(row) for row in table.rows], Counter[Any]()
    times = 1_000 * len(tables)
    for _ in range(times):
        trade(rows, table.trades, rng)
        seen[tuple(map(frozenset, rows))] += 1
    assert set(seen) == set(tables)
    assert len(tables) > 2
    assert max(abs(seen[each] - 1_000) for each in tables) < 150  # five standard deviations


def test_a_trade_shares_out_what_only_one_of_the_two_has_in_every_way_alike() -> None:
    rng, times, seen = Random(5), 6_000, Counter[frozenset[int]]()
    for _ in range(times):
        rows = [{0, 1, 2, 9}, {3, 4, 5, 9}]
        trade(rows, 1, rng)
        assert rows[0] & rows[1] == {9}
        seen[frozenset(rows[0] - {9})] += 1
    expected = times / 20
    assert len(seen) == 20
    assert sum((count - expected) ** 2 / expected for count in seen.values()) < CHI_SQUARE_19


def test_any_two_departments_may_trade_and_only_two() -> None:
    rng, seen = Random(6), Counter[tuple[int, ...]]()
    for _ in range(2_000):
        rows = [{at, at + 5, at + 10} for at in range(5)]
        trade(rows, 1, rng)
        changed = tuple(at for at, row in enumerate(rows) if row != {at, at + 5, at + 10})
        seen[changed] += 1
    assert set(seen) - {()} == set(combinations(range(5), 2))
    assert all(120 < seen[pair] < 260 for pair in combinations(range(5), 2))  # 190, five standard deviations


@given(portfolios, looks, st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_a_shuffle_keeps_how_busy_departments_and_how_large_initiatives_are(
    case: dict[str, Any], on: date, seed: int
) -> None:
    table = table_of(portfolio_of(case), on)
    rows = [set(row) for row in table.rows]
    trade(rows, table.trades, Random(seed))
    assert sums(rows) == sums(table.rows)


@given(portfolios, looks)
@settings(max_examples=150, deadline=None)
def test_what_there_is_is_what_coverage_says(case: dict[str, Any], on: date) -> None:
    portfolio = portfolio_of(case)
    table, covered = table_of(portfolio, on), coverage(portfolio, on)
    now = tally(table, table.rows)
    assert now.together == covered.together
    assert now.sharing == sum(covered.pairs[band] for band in ("backed", "single", "begun"))
    assert now.points / SCALE == covered.points


@given(portfolios, looks)
@settings(max_examples=60, deadline=None)
def test_work_can_be_shuffled_where_there_is_more_than_one_way_to_place_it(
    case: dict[str, Any], on: date
) -> None:
    table = table_of(portfolio_of(case), on)
    ways = every_table(table)
    next(ways)
    assert can_be_shuffled(table) is (next(ways, None) is not None)


def test_the_strength_of_a_departments_pairs_adds_up_to_the_same_in_every_shuffle() -> None:
    portfolio = register(
        "ABCDE", [pilot("i1", "ABC"), pilot("i2", "ABDE"), pilot("i3", "CD"), pilot("i4", "E")]
    )
    table = table_of(portfolio, day(9))
    rows = [set(row) for row in table.rows]
    sizes = sums(rows)[1]

    def total(row: Any) -> Fraction:
        return sum((Fraction(table.weights[each] * (sizes[each] - 1), SCALE) for each in row), Fraction(0))

    before = [total(row) for row in rows]
    trade(rows, 50, Random(3))
    assert [total(row) for row in rows] == before


def test_an_initiative_of_one_department_and_one_that_nobody_hears_from_stay_out() -> None:
    quiet = pilot("i3", "CD", start=day(-200))
    portfolio = register("ABCD", [pilot("i1", "AB"), pilot("i2", "C"), quiet])
    assert table_of(portfolio, day(9)).departments == ("A", "B")


def test_departments_without_work_count_among_the_pairs_all_the_same() -> None:
    portfolio = register("ABCD", [pilot("i1", "AB"), pilot("i2", "BC")])
    table = table_of(portfolio, day(9))
    assert len(table.importance) == 6
    assert tally(table, table.rows) == (2, 2, 2 * SCALE)


def test_the_same_register_gives_the_same_shuffles_and_another_seed_others() -> None:
    initiatives = [
        pilot(f"i{at}", "".join(pair)) for at, pair in enumerate(combinations("ABCDE", 2)) if at % 2
    ]
    first, second = (table_of(register("ABCDE", initiatives), day(9)) for _ in range(2))
    assert list(shuffles(first, 20)) == list(shuffles(second, 20))
    assert list(shuffles(first, 20)) != list(shuffles(first, 20, seed=1))


def test_the_key_of_a_table_changes_with_what_the_shuffles_depend_on_and_with_nothing_else() -> None:
    portfolio = register("ABC", [pilot("i1", "AB"), pilot("i2", "BC")])
    key = table_of(portfolio, day(9)).key
    assert table_of(portfolio, day(10)).key == key
    named = register("ABC", [pilot("i1", "AB", theme="speed"), pilot("i2", "BC"), pilot("i9", "C")])
    assert table_of(named, day(9)).key == key
    for other in (
        register("ABCD", [pilot("i1", "AB"), pilot("i2", "BC")]),
        register("ABC", [pilot("i1", "AB"), pilot("i2", "AC")]),
        register("ABC", [pilot("i1", "AB"), pilot("i2", "ABC")]),
    ):
        assert table_of(other, day(9)).key != key


def test_a_day_without_work_has_nothing_to_shuffle_and_no_share_is_made_up() -> None:
    table = table_of(register(""), START)
    assert not can_be_shuffled(table)
    assert list(shuffles(table, 2)) == [(0, 0, 0), (0, 0, 0)]


def test_others_are_let_go_first_many_times_within_one_shuffle() -> None:
    initiatives = [pilot(f"i{at}", "".join(pair)) for at, pair in enumerate(combinations("ABCDEFGH", 2))]
    table = table_of(register("ABCDEFGH", initiatives), day(9))
    rests: list[None] = []
    assert len(list(shuffles(table, 3, rest=lambda: rests.append(None)))) == 3
    assert len(rests) >= 3 * table.trades / 16


@pytest.mark.parametrize(
    ("observed", "verdict"),
    [(195, "beyond"), (190, "beyond"), (189, "unclear"), (100, "unclear"), (10, "unclear"), (9, "below")],
)
def test_a_twentieth_of_the_shuffles_decides(observed: int, verdict: str) -> None:
    placed = Placed(observed, tuple(range(SHUFFLES)))
    assert placed.verdict == verdict
    assert (placed.below, placed.above) == (observed, SHUFFLES - 1 - observed)
    assert placed.between == (5, 194)
    assert placed.mean == Fraction(199, 2)


def test_where_every_shuffle_gives_the_same_nothing_is_said_about_it() -> None:
    placed = Placed(3, (3,) * SHUFFLES)
    assert (placed.verdict, placed.below, placed.at_least) == ("unclear", 0, 1)
    assert Chance(placed, placed, placed).shuffles == SHUFFLES
