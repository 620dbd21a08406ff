"""Case of the viewer bench: our ImageViewer, alone on an array."""

from typing import Any

SETUP = r"""
import cloudscope_widgets as cs
viewer = None
"""
VIEW = r"""
viewer = cs.ImageViewer(K, height="500px")
def contrast_py(low, high): viewer.session.acquisition.set_contrast(0, value_min=low, value_max=high)
def roi_on(): viewer.session.acquisition.observe(lambda _: mark("roi"), "rois")
display(viewer)
"""
SELECTOR = ".cs-image"
INNER = (0.05, 0.05, 0.95, 0.95)
WHEEL = PAN = True


def prepare_zoom(page: Any) -> None:  # noqa: ANN401  (a page of Playwright)
    """Give the widget the focus, without which the wheel scrolls the notebook."""
    page.locator(".cs-image_viewer").focus()


def prepare_roi(page: Any, _box: list[float]) -> None:  # noqa: ANN401  (a page of Playwright)
    """Watch the regions."""
    from cases_common import call

    call(page, "roi_on()")


def roi(page: Any, box: list[float], number: int) -> None:  # noqa: ANN401  (a page of Playwright)
    """Draw a region."""
    from cases_common import drag

    page.keyboard.press("r")
    drag(page, box[0] + 200 + 30 * number, box[1] + 120)
