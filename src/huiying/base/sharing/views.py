"""Hand a kept file out, always as a download."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiying.base.accounts.services import actor_of, require
from huiying.base.ui.errors import NotThere

from .selectors import shared_file
from .services import path_of_content


@require_safe
def file_detail(request: HttpRequest, file_id: int) -> FileResponse:
    """Send the bytes as an attachment that no browser will open as a page."""
    require(actor_of(request.user), "incident.read")
    kept = shared_file(file_id)
    path = path_of_content(kept.sha256)
    if not path.exists():
        raise NotThere(_("The file “%(name)s” is no longer in the store.") % {"name": kept.name})
    response = FileResponse(path.open("rb"), as_attachment=True, filename=kept.name, content_type=kept.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
