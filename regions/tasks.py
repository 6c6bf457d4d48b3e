from celery import shared_task

from regions import jobs


@shared_task
def run() -> None:
    """One message, one job: which, the rows say."""
    jobs.run_next()


@shared_task
def reconcile() -> None:
    jobs.reconcile()
