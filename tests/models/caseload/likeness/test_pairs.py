"""Finding the pairs in a list, through shared keys and through a third record."""

import random
from datetime import date

from app.models.caseload.likeness.keys import keys_of, numbered
from app.models.caseload.likeness.pairs import MOST_IN_A_BLOCK, _candidates, likely_pairs, shared_phones
from app.models.caseload.likeness.person import person_of


def test_two_records_of_one_person_are_a_pair_in_the_order_of_the_list():
    people = {
        7: person_of(given="Rosa", family="Díaz", born_on=date(1992, 2, 11)),
        3: person_of(given="Bo", family="Lindgren", born_on=date(1970, 1, 2)),
        1: person_of(given="Diaz", family="Rossa", born_on=date(1992, 2, 11)),
    }
    assert likely_pairs(people) == {(7, 1)}


def test_who_is_the_same_as_a_third_is_the_same():
    people = {
        1: person_of(family="Byrne", emails=["e.byrne30@example.org"], born_on=date(2002, 3, 2)),
        2: person_of(given="Elliott", family="Byrne", emails=["e.byrne30@example.org"], born_on=date(2002, 3, 2)),
        3: person_of(given="Elliott", phones=["410 555 0188"], born_on=date(2002, 3, 2)),
    }
    people[2] = person_of(
        given="Elliott",
        family="Byrne",
        emails=["e.byrne30@example.org"],
        born_on=date(2002, 3, 2),
        phones=["4105550188"],
    )
    assert likely_pairs(people) == {(1, 2), (2, 3), (1, 3)}


def test_a_mother_and_a_daughter_are_not_joined_by_a_record_that_is_like_both():
    home = {"family": "Díaz", "phones": ["410 555 0188"], "addresses": [("12 Main St", "Millbrook", "21201")]}
    people = {
        1: person_of(given="Rosa", born_on=date(1992, 2, 11), **home),
        2: person_of(**home),
        3: person_of(given="Ana", born_on=date(2015, 6, 1), **home),
    }
    assert (1, 3) not in likely_pairs(people)


def test_a_shelters_number_is_told_from_a_persons():
    people = [person_of(given=f"Name{n}", phones=["410 555 0100"]) for n in range(8)]
    assert shared_phones([*people, person_of(phones=["410 555 0199"])]) == {"4105550100"}


def test_people_who_share_only_what_everybody_shares_are_not_compared_each_with_each():
    chance = random.Random(9)
    people = {
        n: person_of(
            given="".join(chance.sample("abcdefghijklmnopqrstuvwxyz", 9)), family="Smith", phones=["4105550100"]
        )
        for n in range(MOST_IN_A_BLOCK + 50)
    }
    assert len(_candidates(people)) < 200, "each with each would be eleven thousand"
    assert likely_pairs(people) == set()


def test_a_person_of_whom_nothing_is_known_has_no_key():
    assert keys_of(person_of()) == set()


def test_typing_errors_leave_a_key_in_common():
    chance = random.Random(4)
    base = {"given": "Katherine", "family": "Johnson-Smith", "born_on": date(1975, 12, 31), "phones": ["4105550142"]}
    whole = keys_of(person_of(**base))
    for _ in range(200):
        wrong = {**base, chance.choice(["given", "family"]): "".join(chance.sample("abcdefghijklmnop", 8))}
        wrong[chance.choice(["born_on", "phones"])] = None if chance.random() < 0.5 else ()
        wrong = {name: value for name, value in wrong.items() if value}
        assert whole & keys_of(person_of(**wrong))


def test_a_key_as_a_number_fits_both_databases_and_stays_the_same():
    assert numbered("b19800501") == numbered("b19800501") != numbered("b19800502")
    assert 0 <= numbered("anything") < 2**63
    assert numbered("b19920211") == 7123222605226482929
