from bimtek.models.analysis import (
    Application,
    Decree,
    Gap,
    MissionItem,
    ProfileFact,
    ReadinessRow,
    Regulation,
    Strategy,
    StrategyItem,
    SwotItem,
    TeamMember,
)
from bimtek.models.cohort import Attendee, Cohort, Enrolment, Minute, Photo, Session, SessionDay
from bimtek.models.commitment import CommitmentPoint, Signatory
from bimtek.models.exchange import ColumnMatch, RegionArchive, WorkbookImport
from bimtek.models.plan import Answer, Change, Plan, Row, Stage
from bimtek.models.programme import (
    BudgetLine,
    Ceiling,
    Indicator,
    IndicatorTarget,
    Objective,
    Programme,
    ProgrammeMission,
    ProgrammeOpd,
    ProgrammeStrategy,
    QuickWin,
)
from bimtek.models.review import Move, ReviewMark, Snapshot, Status, Submission, Waiver
from bimtek.models.threads import Message, Thread, ThreadVisit

__all__ = [
    "Answer", "Application", "Attendee", "BudgetLine", "Ceiling", "Change", "Cohort", "ColumnMatch", "CommitmentPoint", "Decree",
    "Enrolment", "Gap", "Indicator", "IndicatorTarget", "Message", "Minute", "MissionItem", "Move", "Objective", "Photo", "Plan",
    "ProfileFact", "Programme", "ProgrammeMission", "ProgrammeOpd", "ProgrammeStrategy", "QuickWin", "ReadinessRow", "RegionArchive",
    "Regulation", "ReviewMark", "Row", "Session", "SessionDay", "Signatory", "Snapshot", "Stage", "Status", "Strategy",
    "StrategyItem", "Submission", "SwotItem", "TeamMember", "Thread",
    "ThreadVisit", "Waiver", "WorkbookImport",
]  # fmt: skip
