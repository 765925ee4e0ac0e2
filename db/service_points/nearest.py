"""Which basic service of each kind is nearest to each home: worked out anew for what changes (15 分钟便民生活圈)."""

from typing import Any

from peewee import EXCLUDED

from db.kernel.database import hold
from db.kernel.plane import distance_sql, is_near_sql
from db.kernel.statements import compiled
from db.service_points.models import KIND_OF, NearestService, ServicePoint, ServicePointState, ServiceTier, kind_sql
from db.settings.models import SettingKey
from db.sites.models import Site, SiteKind, SiteState
from db.sites.standing import PLACED

_MOST = int(SettingKey.CIRCLE_RADIUS_M.bound.most)
# Of the lock under which homes and services find each other, so that two which are new at once do not miss each other.
_LOCK = 0x5EB1CE5


def is_home(site: Any) -> Any:
    """Write that people live in a site in use, and that its place is known."""
    kinds = (SiteKind.COMPOUND, SiteKind.COURTYARD_BUILDING)
    return site.kind.in_(kinds) & (site.state == SiteState.ACTIVE) & site.x_m.is_null(False)


def after_site(site: Site) -> None:
    """Find the nearest services of a site whose place or state is new; nobody lives in a grid as such."""
    if site.kind is SiteKind.GRID:
        return
    hold(_LOCK)
    _of_site.change(site.id)
    _find_for(site.id)


def after_point(point: ServicePoint) -> None:
    """Find anew what a service point that is new, changed or closed was the nearest of, or is now."""
    hold(_LOCK)
    homes = {site for (site,) in _served_by.tuples(point.id)}
    _of_point.change(point.id)
    for site in homes:
        _find_for(site)
    offer(point.id)


def offer(point_id: int) -> None:
    """Make a service point, if it meets a basic need, the nearest one of the homes that have no nearer one."""
    _offer.change(point_id)


def find_all() -> None:
    """Find the nearest services of all homes, for rows that no command has written."""
    NearestService.delete().execute()
    for (point,) in _all_points.tuples():
        offer(point)


def _find_for(site_id: int) -> None:
    nearest: dict[Any, dict[str, Any]] = {}
    for code, category, point, metres in _around.tuples(site_id):
        nearest.setdefault(KIND_OF[category], {"division_code": code, "service_point": point, "metres": metres})
    for kind, columns in nearest.items():
        NearestService.create_unless_there(site=site_id, kind=kind, **columns)


def _is_basic(point: Any) -> Any:
    return (point.tier == ServiceTier.BASIC) & (point.state == ServicePointState.ACTIVE)


@compiled
def _around(site_id: Any) -> Any:
    home, point = Site.alias("home"), ServicePoint.alias("serving")
    metres = distance_sql(point, home.x_m, home.y_m)
    is_near = is_near_sql(point, home.x_m, home.y_m, _MOST)
    found = home.select(home.division_code, point.category, point.id, metres).join(point, on=is_near)
    return found.where(home.id == site_id, is_home(home), _is_basic(point)).order_by(metres, point.id)


@compiled
def _offer(point_id: Any) -> Any:
    home, point, held = Site.alias("home"), ServicePoint.alias("serving"), NearestService
    metres = distance_sql(point, home.x_m, home.y_m)
    found = home.select(home.id, home.division_code, kind_sql(point), point.id, metres)
    # The homes are looked up around the service point, by the index of their cells.
    found = found.join(point, on=is_near_sql(home, point.x_m, point.y_m, _MOST))
    found = found.where(point.id == point_id, _is_basic(point), is_home(home))
    columns = (held.site, held.division_code, held.kind, held.service_point, held.metres)
    return held.insert_from(found, columns).on_conflict(
        conflict_target=[held.site, held.kind],
        update={held.service_point: EXCLUDED.service_point_id, held.metres: EXCLUDED.metres},
        where=EXCLUDED.metres < held.metres,
    )


@compiled
def _all_points() -> Any:
    return ServicePoint.select(ServicePoint.id).order_by(ServicePoint.id)


@compiled
def _served_by(point_id: Any) -> Any:
    return NearestService.select(NearestService.site).where(NearestService.service_point == point_id)


@compiled
def _of_point(point_id: Any) -> Any:
    return NearestService.delete().where(NearestService.service_point == point_id)


@compiled
def _of_site(site_id: Any) -> Any:
    return NearestService.delete().where(NearestService.site == site_id)


PLACED.append(after_site)
