import pytest
pytestmark = pytest.mark.journey
def test_x(stage):
    stage.command("owner", "--email", "olu@example.test", "--name", "Olu Adeyemi")
    olu = stage.browsers.desk()
    stage.sign_in(olu, "olu@example.test")
    print(olu.heading(), olu.page.url)
