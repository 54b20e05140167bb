"""What the dialog of events holds, without the dialog: a test cannot press buttons in one."""

from dashboard import event_editor, masthead
from groundswell.store.owner import owner
from groundswell.topic import find
from tests.dashboard.stories import SLUG

with masthead.told():
    event_editor.draw(find(owner().home, SLUG))
