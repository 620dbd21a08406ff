"""Case of the viewer bench: our ImageViewer, alone on an array."""  # noqa: INP001  (scripts)

from typing import Any

SETUP = r"""
from cloudscope_widgets import ImageViewer
"""
VIEW = r"""
viewer = ImageViewer(K, height="560px")
def contrast_py(low, high): viewer.session.acquisition.set_contrast(0, value_min=low, value_max=high)
display(viewer)
"""
SELECTOR = ".cs-image"
INNER = (0.05, 0.05, 0.95, 0.95)
WHEEL = PAN = True


def prepare_zoom(page: Any) -> None:  # noqa: ANN401  (a page of Playwright)
    """Give the widget the focus, without which the wheel scrolls the notebook."""
    page.locator(".cs-image_viewer").focus()
