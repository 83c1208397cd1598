"""What gunicorn serves: `gunicorn liaison_crm.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("LIAISON_ROLE", "web")

from liaison_crm import embedded

embedded.hold_database()
application = get_wsgi_application()
