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
from bimtek.models.heritage import SharedProgramme, Takeover
from bimtek.models.notices import Notice, NoticeSettings
from bimtek.models.packets import Packet, PacketLetter
from bimtek.models.person import ColumnChoice
from bimtek.models.plan import Answer, Change, Plan, Row, Stage
from bimtek.models.presence import Presence
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
from bimtek.models.review import Assessment, Move, ReviewMark, Snapshot, Status, Submission, Version, Waiver
from bimtek.models.threads import Message, Thread, ThreadVisit

__all__ = [
    "Answer", "Application", "Assessment", "Attendee", "BudgetLine", "Ceiling", "Change", "Cohort", "ColumnChoice",
    "ColumnMatch", "CommitmentPoint", "Decree", "Enrolment", "Gap", "Indicator", "IndicatorTarget", "Message",
    "Minute", "MissionItem", "Move", "Notice", "NoticeSettings", "Objective", "Packet", "PacketLetter", "Photo",
    "Plan", "Presence", "ProfileFact", "Programme", "ProgrammeMission", "ProgrammeOpd", "ProgrammeStrategy",
    "QuickWin", "ReadinessRow", "RegionArchive", "Regulation", "ReviewMark", "Row", "Session", "SessionDay", "SharedProgramme",
    "Signatory", "Snapshot", "Stage", "Status", "Strategy", "StrategyItem", "Submission", "SwotItem", "Takeover", "TeamMember",
    "Thread", "ThreadVisit", "Version", "Waiver", "WorkbookImport",
]  # fmt: skip
