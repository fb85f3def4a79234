"""What the database cannot keep is refused as the sender's to change, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DataError
from django.test import Client, RequestFactory

from huiying.base.ui.middleware import RefusalsMiddleware

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/stories/?q=a%00b", "/sources/search/?q=%00", "/statements/?state=%00", "/incidents/?state=%00"])
def test_a_nul_in_an_address_is_no_fault_of_ours(client_as: Callable[[str], Client], address: str) -> None:
    assert client_as("commander").get(address).status_code == 400


def test_bad_data_is_a_400_and_anything_else_stays_an_error() -> None:
    refusals = RefusalsMiddleware(lambda request: None)  # type: ignore[arg-type, return-value]  # never called here
    request = RequestFactory().get("/", headers={"accept": "application/json"})
    answer = refusals.process_exception(request, DataError("value too long for type character varying(20)"))
    assert answer is not None and answer.status_code == 400 and "varying" not in answer.content.decode()
    assert refusals.process_exception(request, RuntimeError("ours")) is None
