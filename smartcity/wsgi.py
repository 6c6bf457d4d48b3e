import os

from django.core.wsgi import get_wsgi_application

from smartcity import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartcity.settings")
application = get_wsgi_application()
memory.settle()
