"""A second-generation plan that begins from what the region wrote before (docs/decisions/2026-11-22-from-earlier-plans.md).

`picking` reads the earlier plan and says what would come along and what not, and why; `taking` does it as one act, and
takes it back as one.
"""
