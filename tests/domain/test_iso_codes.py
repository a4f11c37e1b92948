import subprocess
import sys

from shared.domain.iso_codes import countries, minor_units


def test_knows_the_countries_that_there_are() -> None:
    assert {"NL", "US", "XK"} < countries()
    assert not {"ZZ", "EU", "UK", "SU", "nl", "NLD"} & countries()


def test_knows_the_decimals_of_every_currency() -> None:
    units = minor_units()
    assert (units["EUR"], units["JPY"], units["KWD"], units["CLF"]) == (2, 0, 3, 4)
    assert max(units.values()) == 4


def test_knows_no_currency_that_is_no_money() -> None:
    assert not {"XAU", "XTS", "XXX", "DEM", "eur"} & set(minor_units())


def test_reads_the_lists_only_when_they_are_asked_for() -> None:
    code = "import sys, shared.domain.model as m; sys.exit(bool({'iso3166', 'iso4217'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
