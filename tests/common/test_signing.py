import pytest

from coalition.common.signing import make_token, read_token


def test_a_token_gives_its_parts_back():
    assert read_token("stop", make_token("stop", "7", "abc")) == ["7", "abc"]


def test_a_token_serves_one_purpose_only():
    assert read_token("start", make_token("stop", "7")) is None


@pytest.mark.parametrize("token", ("", "7", "7.forged", "-.", "7-8.x.y", "\u2028"))
def test_a_forged_token_gives_nothing(token):
    assert read_token("stop", token) is None


def test_a_changed_token_gives_nothing():
    token = make_token("stop", "7")
    assert read_token("stop", f"8{token[1:]}") is None


def test_a_token_outlives_a_change_of_the_key(settings):
    token = make_token("stop", "7")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret" * 5
    assert read_token("stop", token) == ["7"]


def test_a_lost_key_makes_its_tokens_worthless(settings):
    token = make_token("stop", "7")
    settings.SECRET_KEY = "another-secret" * 5
    assert read_token("stop", token) is None
