"""Liveness asks nobody; readiness names what is wrong."""

import datetime

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from regions import jobs
from regions.models import Job
from smartcity.proxy import client_address


def test_alive_asks_no_database():  # no db fixture: a query would fail the test
    answer = Client().get("/sehat/hidup")

    assert (answer.status_code, answer.json()) == (200, {"hidup": True})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_ready_with_database_and_broker():
    answer = Client().get("/sehat/siap")

    assert (answer.status_code, answer.json()) == (200, {"siap": True, "gangguan": []})


@pytest.mark.django_db
def test_ready_turns_red_when_nobody_takes_the_jobs(settings):
    job = jobs.ask("quick", "a", region=None, by=None)
    assert Client().get("/sehat/siap").status_code == 200
    Job.objects.update(created_at=timezone.now() - datetime.timedelta(seconds=settings.QUEUE_STALE_SECONDS + 5))

    answer = Client().get("/sehat/siap")

    assert answer.status_code == 503
    assert "menunggu sejak" in answer.json()["gangguan"][0]
    assert answer["Retry-After"] == "30"
    jobs.cancel(job)
    assert Client().get("/sehat/siap").status_code == 200


@pytest.mark.parametrize("path", ["/sehat/hidup", "/sehat/siap"])
def test_health_pages_answer_reading_only(path):
    assert Client().post(path).status_code == 405


def seen(forwarded, proxies, settings):
    settings.PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="10.0.0.9")
    client_address(lambda request: HttpResponse())(request)
    return request.META["REMOTE_ADDR"]


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("203.0.113.7", 1, "203.0.113.7"),
        ("1.2.3.4, 203.0.113.7", 1, "203.0.113.7"),  # the left one was written by the client
        ("1.2.3.4, 203.0.113.7, 10.0.0.2", 2, "203.0.113.7"),
        ("2001:db8::1", 1, "2001:db8::1"),
        ("203.0.113.7", 0, "10.0.0.9"),  # nobody in between: the header is a lie
        ("203.0.113.7", 2, "10.0.0.9"),
        ("<script>", 1, "10.0.0.9"),
        (None, 1, "10.0.0.9"),
    ],
)
def test_the_address_that_our_own_proxy_wrote_counts(forwarded, proxies, address, settings):
    assert seen(forwarded, proxies, settings) == address


@pytest.mark.django_db
def test_the_sign_in_page_opens():
    assert Client().get(reverse("account_login")).status_code == 200
