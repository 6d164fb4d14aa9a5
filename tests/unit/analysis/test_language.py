import pytest

from services.analysis.language import detect


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "The council met on Monday to speak about the price of millet in the valley."),
        ("fr", "Le conseil s'est réuni lundi pour parler du prix du mil dans la vallée."),
        ("ar", "اجتمع المجلس يوم الاثنين للحديث عن سعر الدخن في الوادي هذا العام"),
        ("so", "Golaha ayaa Isniintii shiray si uu uga hadlo qiimaha haruurka ee dooxada."),
        ("sw", "Baraza lilikutana Jumatatu kuzungumzia bei ya mtama katika bonde hilo."),
        ("am", "ምክር ቤቱ ሰኞ ዕለት ስለ ማሽላ ዋጋ ለመነጋገር ተሰብስቧል ተብሏል።"),
        ("ti", "ቤት ምኽሪ ሰኑይ ዕለት ብዛዕባ ዋጋ መሸላ ንምዝርራብ ተኣኪቡ ኣሎ።"),
        ("rw/rn", "Inama yateranye ku wa mbere kugira ngo ivuge ku giciro cy'amasaka mu gihugu."),
    ],
)
def test_languages_are_told_apart(code: str, text: str) -> None:
    found = detect(text, ["zz"])

    assert found.code == code
    assert 0 < found.confidence <= 1


def test_a_few_letters_are_what_the_outlet_says_it_speaks() -> None:
    assert detect("Goma", ["sw", "fr"]).code == "sw"
    assert detect("Goma", ["sw", "fr"]).confidence < 0.5


def test_nothing_at_all_is_undetermined() -> None:
    assert detect("", []).code == "und"


@pytest.mark.parametrize("text", ["\ud800" * 50 + "abc", "\x00\x01" * 40, "1234567890 " * 40])
def test_odd_text_is_answered(text: str) -> None:
    assert detect(text, ["en"]).code
