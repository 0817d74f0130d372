def test_a_signed_in_person_without_a_place_sees_that_nothing_waits(cast, client_of):
    response = client_of(cast.otto).get("/")
    assert response.status_code == 200


def test_a_stranger_is_asked_to_sign_in(client_of):
    response = client_of(None).get("/")
    assert response.status_code == 302


def test_pair_is_made(cast):
    assert cast.mia_and_sol.partner_of(cast.mia).person == cast.sol
