"""Which PINs are worth having: six digits or more that nobody tries first."""

from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core.errors import NotPossible

SHORTEST, LONGEST = 6, 12
RUN = "01234567890123456789"


def require_good_pin(pin: str, account: Account) -> None:
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        raise NotPossible(_("A PIN has 6 to 12 digits. Choose one of that length."))
    if _is_easily_guessed(pin, account):
        raise NotPossible(
            _("This PIN would be guessed soon. Choose digits that are not in a row, not all alike and not your number.")
        )


def _is_easily_guessed(pin: str, account: Account) -> bool:
    number = "".join(letter for letter in account.sign_in_name if letter.isdigit())
    few_digits = len(set(pin)) < 3
    in_a_row = pin in RUN or pin[::-1] in RUN
    repeated = pin[: len(pin) // 2] * 2 == pin
    return few_digits or in_a_row or repeated or (bool(number) and (pin in number or (number in pin and len(number) >= 4)))
