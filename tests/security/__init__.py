"""What hostile sites, topics and posts try, against every source in the registry.

Beside this: the client alone in ``tests/collectors/test_http_hostile.py``, feeds in
``tests/collectors/test_feed_reading.py``, SQL that got in in ``tests/groundswell/store``
(``test_lockdown.py``), and Markdown and HTML on pages in ``tests/e2e/test_hostile_text.py`` and
``tests/dashboard/test_markdown_lint.py``.
"""
