"""The words that a framework file may use where the code has to know them: gate rules, book content, kinds and patterns."""

# What a gate may ask, with the parameters it takes. The answers are computed in bimtek.checks.
RULES: dict[str, frozenset[str]] = {
    "team_present": frozenset({"team"}),
    "decree_present": frozenset({"purpose"}),
    "rpjmd_present": frozenset({"at_least"}),
    "profile_present": frozenset({"at_least"}),
    "question_answered": frozenset(),
    "readiness_filled": frozenset({"percent"}),
    "gap_per_dimension": frozenset({"at_least"}),
    "swot_each_quadrant": frozenset({"at_least"}),
    "strategies_present": frozenset({"at_least"}),
    "attendance_present": frozenset({"at_least"}),
    "minutes_present": frozenset(),
    "objectives_per_dimension": frozenset({"at_least"}),
    "programme_per_dimension": frozenset({"at_least"}),
    "programmes_have_opd": frozenset(),
    "programmes_complete": frozenset(),
    "budget_present": frozenset(),
    "priorities_set": frozenset(),
    "quickwin_nominees": frozenset({"at_least"}),
    "quickwins_chosen": frozenset({"at_least", "at_most"}),
    "quickwins_complete": frozenset(),
    "commitment_signed": frozenset({"at_least"}),
}

# What a section of a book may be filled with besides answers, and what may follow the colon ("programme_table:SG").
CONTENT: dict[str, str] = {
    "legal_basis": "",
    "profile_facts": "",
    "rpjmd_missions": "",
    "team": "",
    "sessions": "",
    "applications": "",
    "readiness_summary": "",
    "readiness_tables": "element",
    "gap_summary": "",
    "gap_table": "dimension",
    "swot_items": "",
    "swot_matrix": "",
    "swot_quadrant": "",
    "swot_position": "",
    "swot_strategies": "",
    "vision_table": "",
    "objectives": "dimension",
    "alignment_table": "",
    "strategy_table": "dimension",
    "programme_summary": "",
    "programme_table": "dimension",
    "indicator_targets": "",
    "priority_programmes": "",
    "priority_list": "",
    "enabler_policy": "",
    "enabler_infrastructure": "",
    "enabler_application": "",
    "enabler_people": "",
    "budget_recap": "",
    "budget_summary": "",
    "budget_by_opd": "",
    "budget_by_source": "",
    "programme_map": "",
    "roadmap_gantt": "term",
    "roadmap_table": "term",
    "roadmap_page": "",
    "quick_win_nominees": "",
    "quick_win_summary": "",
    "quick_win_profiles": "",
    "commitment": "",
    "signatories": "",
    "decrees": "",
    "minutes": "",
    "attendance": "",
    "photos": "",
    "trace_matrix": "",
}

# The leaves before chapter I, in print order; answers to questions may stand among them.
FRONT_MATTER = frozenset(
    {"title_page", "approval_sheet", "contents", "list_of_tables", "list_of_figures", "abbreviations"}
)
KINDS = frozenset({"rich", "plain"})
PATTERNS = frozenset({"garis", "titik", "silang", "kotak", "gelombang", "polos"})
