"""Picking one person of many: the first at once, the others while somebody types."""

from core.commands import FindPeople, OpenRetarget
from core.ids import new_id
from core.people.finding import AT_ONCE
from core.people.model import Identity, Role, User
from core.ports import Transaction
from core.views import FieldErrors, Form, Options, Person
from tests.support.desk import Desk, form_of, notice_of
from tests.unit.core.walking import escalated, started


async def hire(desk: Desk, many: int) -> None:
    """So many engineers more: Engineer 000 and on."""
    now = desk.clock.now()

    def add(transaction: Transaction) -> None:
        workspace = transaction.directory.workspace("fake", "northwind")
        assert workspace is not None
        for number in range(many):
            name, mail = f"Engineer {number:03}", f"zoe{number}@northwind.example"
            user = User(
                id=new_id(now),
                account_id=workspace.account_id,
                name=name,
                email=mail,
                role=Role.ENGINEER,
                created_at=now,
            )
            transaction.directory.add_user(user)
            transaction.directory.add_identity(
                Identity(
                    id=new_id(now),
                    account_id=workspace.account_id,
                    user_id=user.id,
                    workspace_id=workspace.id,
                    external_id=f"engineer{number}",
                )
            )

    await desk.store.write(add)


def person_of(form: Form) -> Person:
    return next(block for block in form.body if isinstance(block, Person))


async def found(desk: Desk, text: str, who: str = "erin") -> list[str]:
    reply = await desk.send(who, FindPeople(text=text))
    assert isinstance(reply, Options), reply
    return [item.label for item in reply.items]


async def test_a_few_are_all_there(desk: Desk) -> None:
    """Nothing need be typed."""
    await started(desk)
    field = person_of(form_of(await desk.say("erin", "escalate")))
    assert field.query is None
    assert [option.label for option in field.people] == ["Adam", "Olivia", "Sam"]


async def test_of_many_the_first_are_there_and_the_rest_is_found(desk: Desk) -> None:
    """A hundred at once, by name; whoever is found can be picked."""
    await started(desk)
    await hire(desk, 150)
    form = form_of(await desk.say("erin", "escalate"))
    field = person_of(form)
    assert (len(field.people), field.query) == (AT_ONCE, FindPeople())
    reply = await desk.send("erin", FindPeople(text="engineer 149"))
    assert isinstance(reply, Options)
    (last,) = reply.items
    assert last.value not in [option.value for option in field.people]
    await desk.submit("erin", form, reason="Needs rights that the desk lacks.", person=last.value)
    surfaces = await desk.submit("erin", form, reason="Needs rights that the desk lacks.", person="nobody")
    assert isinstance(surfaces, FieldErrors), "only who can be found can be picked"


async def test_names_and_addresses_are_searched_beginnings_first(desk: Desk) -> None:
    """In any case, with any spaces; oneself is not among them."""
    await hire(desk, 3)
    assert await found(desk, "  SAM ") == ["Sam"]
    assert await found(desk, "a") == ["Adam", "Olivia", "Sam"]
    assert await found(desk, "m") == ["Adam", "Sam"]
    assert await found(desk, "s") == ["Sam"]
    assert await found(desk, "zoe1@") == ["Engineer 001"]
    assert await found(desk, "erin") == []
    assert await found(desk, "nobody") == []


async def test_no_more_are_given_than_a_menu_holds(desk: Desk) -> None:
    """Whoever types on finds the others."""
    await hire(desk, 150)
    assert len(await found(desk, "engineer")) == AT_ONCE


async def test_only_engineers_of_the_account_are_found_and_by_engineers_only(desk: Desk) -> None:
    """Viewers and guests are nobody to escalate to; other accounts do not exist."""
    assert await found(desk, "vera") == []
    assert await found(desk, "frida") == []
    assert await found(desk, "sam", who="frida") == []
    assert notice_of(await desk.send("vera", FindPeople(text="sam"))).error


async def test_aiming_elsewhere_finds_people_as_well(desk: Desk) -> None:
    """The same field."""
    session = await started(desk)
    await escalated(desk, session)
    await hire(desk, 150)
    form = form_of(await desk.send("erin", OpenRetarget(session_id=session.id)))
    assert person_of(form).query == FindPeople()
