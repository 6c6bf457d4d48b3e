"""How gunicorn serves in a container; WEB_WORKERS and WEB_THREADS size it."""

import os

bind = os.environ.get("WEB_BIND", "0.0.0.0:8000")  # only the proxy's network reaches it
workers = int(os.environ.get("WEB_WORKERS", "3"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 25
max_requests = 2000
max_requests_jitter = 200
worker_tmp_dir = "/dev/shm"
control_socket_disable = True
forwarded_allow_ips = "*"  # of headers Django reads X-Forwarded-Proto and -For by itself (smartcity.proxy)
