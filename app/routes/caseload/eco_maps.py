"""The eco-map of a client: on the screen, and issued on paper."""

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.access import Can, fetch, me
from app.documents import eco_map, eco_map_paper
from app.models.caseload.case import Case
from app.models.caseload.circle import circle_of
from app.models.caseload.client import Client
from app.pages import page, whole
from app.reports.people import homes_of
from app.reports.record import head_of

bp = Blueprint("eco_maps", __name__)
WIDE, NARROW = (860, 15), (350, 13)  # pixels, and the size of the letters


@bp.get("/clients/<int:client_id>/eco-map/")
def show(client_id: int):
    client = fetch(Client, client_id, to=Can.SEE_CLIENTS)
    head = head_of(client, case_id=request.args.get("case", type=whole))
    rows = [near._asdict() for near in circle_of(client, reader=me())]
    around = eco_map.around(rows, _)
    under = _under(client)
    return page(
        "caseload/eco_maps/show.html",
        head=head,
        rows=rows,
        wide=eco_map.draw(client.name, under, around, width=WIDE[0], size=WIDE[1]),
        narrow=[
            eco_map.draw(client.name, under, part, width=NARROW[0], size=NARROW[1])
            for part in eco_map.in_parts(around, eco_map.RING)
        ],
        legend=eco_map.legend(rows, size=WIDE[1]),
    )


def _under(client: Client) -> str:
    """What stands under the name: how many live together, when it is more than one."""
    now = [home for home in homes_of(client, reader=me()) if home.household.ended_on is None]
    size = now[0].size if now else 0
    return ngettext("Household of %(num)s", "Household of %(num)s", size) if size > 1 else ""


@bp.post("/cases/<int:case_id>/eco-maps/")
def create(case_id: int):
    """Issue the map of this case; its PDF is what the person sees next."""
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    paper = eco_map_paper.issue(case, by=me())
    return redirect(url_for("papers.show", id=paper.id), 303)
