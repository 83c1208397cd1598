from smtplib import SMTPException

from celery import shared_task

from accounts import services
from accounts.desk.bulk import run_slice


@shared_task(
    autoretry_for=(OSError, SMTPException), retry_backoff=30, max_retries=8, soft_time_limit=60
)
def send_letter(person_id: int, kind: str, root: str) -> None:
    services.deliver_letter(person_id, kind=kind, root=root)


@shared_task(soft_time_limit=300)
def run_bulk_job(job_id: int) -> None:
    """One slice, then the next task: other work gets its turn between them."""
    job = run_slice(job_id)
    if job and job.done < job.total:
        services.queue_bulk_job(job)
