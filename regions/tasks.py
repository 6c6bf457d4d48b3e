from celery import shared_task

from regions import jobs


@shared_task(acks_late=True, reject_on_worker_lost=True)
def run(job_id: str) -> None:
    jobs.run(job_id)


@shared_task
def reconcile() -> None:
    jobs.reconcile()
