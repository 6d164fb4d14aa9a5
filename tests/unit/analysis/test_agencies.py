import pytest

from services.analysis.agencies import find_agency


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("KINSHASA, 12 janvier (ACP) - Le gouverneur a reçu les chefs.", "ACP"),
        ("Khartoum (SUNA) - The council met.", "SUNA"),
        ("الخرطوم (سونا) - اجتمع المجلس", "SUNA"),
        ("AFP - Le conseil s'est réuni.", "AFP"),
        ("The council met on Monday. /Xinhua/", "Xinhua"),
        ("The council met on Monday - Reuters", "Reuters"),
        ("The AP division won the league and AA meets on Monday.", None),
        ("", None),
    ],
)
def test_an_agency_is_told_by_its_mark(text: str, agency: str | None) -> None:
    assert find_agency(text) == agency
