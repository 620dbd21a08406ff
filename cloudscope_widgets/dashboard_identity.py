"""Lets a page of the dashboard end its own Python when it is closed; only the server of the dashboard imports this."""

from __future__ import annotations

from jupyter_server.auth.identity import IdentityProvider, User
from tornado.web import RequestHandler


class XsrfIdentityProvider(IdentityProvider):
    """Gives every visitor who has shown the token the cookie that Voilà's page sends back with its requests.

    Voilà itself never sets it, so the server refuses the request by which a closed page ends its kernel, and the kernel
    runs for ever. The check of the cookie stays as it is.
    """

    async def get_user(self, handler: RequestHandler) -> User | None:
        """Visitor of a request, None when they have not shown the token."""
        user = await self._get_user(handler)
        if user is not None and handler.request.method == "GET" and not handler.get_cookie("_xsrf"):
            handler.current_user = user  # whose cookie it is
            handler.xsrf_token  # noqa: B018  (reading it sets the cookie)
        return user
