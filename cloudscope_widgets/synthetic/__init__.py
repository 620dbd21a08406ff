"""Recordings with exactly known truth, for tests, tutorials and the demo."""

from cloudscope_widgets.synthetic.calcium_scan import SyntheticCalcium as SyntheticCalcium
from cloudscope_widgets.synthetic.calcium_scan import calcium as calcium
from cloudscope_widgets.synthetic.line_scan import Constant as Constant
from cloudscope_widgets.synthetic.line_scan import Flow as Flow
from cloudscope_widgets.synthetic.line_scan import Heartbeat as Heartbeat
from cloudscope_widgets.synthetic.line_scan import Stall as Stall
from cloudscope_widgets.synthetic.line_scan import Step as Step
from cloudscope_widgets.synthetic.line_scan import SyntheticKymograph as SyntheticKymograph
from cloudscope_widgets.synthetic.line_scan import kymograph as kymograph
from cloudscope_widgets.synthetic.vessel_scan import SyntheticVessel as SyntheticVessel
from cloudscope_widgets.synthetic.vessel_scan import vessel as vessel
