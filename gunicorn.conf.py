"""How gunicorn serves the site, here and in production. WEB_CONCURRENCY sets the workers."""

from liaison_crm.logs import logging_to_stderr

wsgi_app = "liaison_crm.wsgi"
worker_class = "gthread"
threads = 8
timeout = 30
graceful_timeout = 25
keepalive = 75  # longer than the proxy's, so it never meets a connection just closed
max_requests = 10_000
max_requests_jitter = 1_000
control_socket_disable = True

# Our own middleware writes one line per request; these are gunicorn's own affairs.
accesslog = None
logconfig_dict = logging_to_stderr("JsonLines")
logconfig_dict["loggers"]["gunicorn.error"] = {"handlers": [], "propagate": True}
