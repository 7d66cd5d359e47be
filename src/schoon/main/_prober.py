"""The prober that these settings describe."""

from collections.abc import Sequence

from schoon.net import DnsResolver, HttpProber, InstalledSuffixes, Network, ProbeLimits, Vantage
from schoon.reports import TargetUrl
from schoon.settings import Settings


def prober_of(settings: Settings, trial: Sequence[Network] = ()) -> HttpProber | None:
    """The prober, or None where none is set up: it needs a resolver and a control address.

    It looks at nothing by itself: every batch needs a legal basis that is recorded and in force.

    Args:
        settings: What the environment says.
        trial: Networks of this machine that it may look at, for a demonstration.

    Raises:
        TargetUrlError: A control address is none.
        ProberSetUpError: The vantage points are not good.
    """
    if settings.resolver is None or not settings.probe_controls:
        return None
    return HttpProber(
        resolver=DnsResolver(*settings.resolver),
        suffixes=InstalledSuffixes(),
        controls=[TargetUrl.parse(text) for text in settings.probe_controls],
        points=[Vantage(name=name, sources=sources) for name, sources in settings.probe_vantages],
        limits=ProbeLimits(
            ports=settings.probe_ports,
            own_networks=settings.probe_own_networks,
            parallel=settings.probe_parallel,
            trial_networks=tuple(trial),
        ),
        pictures=settings.probe_pictures,
    )
