"""Slack's documented limits, in characters or pieces, and the sizes that FlowPilot keeps to."""

from typing import Final

# --- a message ---
BLOCKS: Final = 50
#: All that a message shows together; Slack refuses undocumented totals near 11,000.
MESSAGE: Final = 10_000
#: One `markdown` block (Slack takes 12,000): two fill a message, and one leaves room for the buttons that follow it.
MARKDOWN: Final = 4_900
#: The words of a notification and of a screen reader.
FALLBACK: Final = 300

# --- blocks ---
HEADER: Final = 150
SECTION: Final = 3_000
FIELD: Final = 2_000
FIELDS: Final = 10
CONTEXT: Final = 2_000
#: Of a file's content, what is shown in place.
PREVIEW: Final = 2_500

# --- buttons ---
BUTTONS: Final = 25
#: One row of buttons as JSON, so that a row fits beside the text it follows.
BUTTON_ROW: Final = 2_900
LABEL: Final = 75
VALUE: Final = 2_000
CONFIRM: Final = 300
CONFIRM_TITLE: Final = 100
CONFIRM_BUTTON: Final = 30

# --- modals ---
VIEW_TITLE: Final = 24
VIEW_BLOCKS: Final = 100
#: Bytes of a view; Slack refuses 250 kB.
VIEW_BYTES: Final = 240_000
PRIVATE_METADATA: Final = 3_000
INPUT: Final = 3_000
#: What one of several inputs holds at first, so that it may grow.
INPUT_FILLED: Final = 2_500
INPUT_LABEL: Final = 2_000
PLACEHOLDER: Final = 150
OPTIONS: Final = 100
OPTION_LABEL: Final = 75
OPTION_VALUE: Final = 150
#: Up to so many options stand below each other.
RADIO: Final = 4
