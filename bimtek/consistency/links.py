"""Rules about what hangs on what: programmes, strategies, misi, quick wins, analysis. Pure."""

from bimtek import missions, swot
from bimtek.consistency.rows import Found, Rows
from bimtek.consistency.texts import alike, plain, short
from bimtek.models import Gap, MissionItem, Programme
from bimtek.models.programme import LONGEST_QUICK_WIN


def no_opd(rows: Rows) -> Found:
    for each in rows.programmes:
        if each.opd_id is None:
            yield each, f"{each.code} belum mempunyai OPD penanggung jawab."


def no_years(rows: Rows) -> Found:
    for each in rows.programmes:
        if not each.start_year or not each.end_year:
            yield each, f"{each.code} belum mempunyai tahun mulai dan selesai."


def no_indicator(rows: Rows) -> Found:
    measured = {indicator.programme_id for indicator in rows.indicators}
    for each in rows.programmes:
        if each.pk not in measured:
            yield each, f"{each.code} belum mempunyai indikator."


def no_strategy(rows: Rows) -> Found:
    for each in rows.programmes:
        if not each.strategies.all():
            yield each, f"{each.code} tidak menunjuk strategi SWOT."


def no_mission(rows: Rows) -> Found:
    roots = missions.roots(rows.missions)
    for each in rows.programmes:
        if not missions.served(each, roots):
            yield each, f"{each.code} tidak menunjuk misi RPJMD, juga tidak lewat sasarannya."


def unused_strategy(rows: Rows) -> Found:
    used = {strategy.pk for each in rows.programmes for strategy in each.strategies.all()}
    for strategy in rows.strategies:
        if strategy.pk not in used:
            yield strategy, f"Strategi {strategy.code} belum dijalankan program mana pun: {short(strategy.text)}"


def unserved_mission(rows: Rows) -> Found:
    roots = missions.roots(rows.missions)
    served = {mission for each in rows.programmes for mission in missions.served(each, roots)}
    for mission in rows.missions:
        if mission.kind == MissionItem.Kind.MISSION and mission.pk not in served:
            yield mission, f"{mission} belum didukung program mana pun: {short(mission.text)}"


def same_programme(rows: Rows) -> Found:
    for one, other in alike(rows.programmes):
        yield (
            other,
            f"{one.code} dan {other.code} hampir sama namanya: “{other.name}”. Mungkin satu program ditulis dua kali.",
        )


def known_application(rows: Rows) -> Found:
    """A programme that says it is new while its application is in the inventory."""
    known = [(f" {plain(each.name)} ", each.name) for each in rows.applications if len(plain(each.name)) > 3]
    for each in rows.programmes:
        text = f" {plain(each.name)} "
        named = [name for key, name in known if key in text] if each.kind == Programme.Kind.NEW else []
        if named:
            yield (
                each,
                f"{each.code} ditulis sebagai program baru, sedangkan {', '.join(named)} sudah ada dalam inventaris aplikasi.",
            )


def closed_office(rows: Rows) -> Found:
    closed = {opd.pk for opd in rows.offices if not opd.active}
    for each in rows.programmes:
        if each.opd_id in closed:
            yield each, f"{each.code} dipimpin {each.opd}, OPD yang sudah ditutup."


def lead_supports(rows: Rows) -> Found:
    for each in rows.programmes:
        if each.opd_id and each.opd_id in {opd.pk for opd in each.supporting.all()}:
            yield each, f"{each.opd} menjadi penanggung jawab dan sekaligus pendukung {each.code}."


def other_dimension(rows: Rows) -> Found:
    for each in rows.programmes:
        if each.objective and each.objective.dimension != each.dimension:
            yield each, f"{each.code} menunjuk {each.objective}, sasaran dimensi lain."


def not_planned(rows: Rows) -> Found:
    """A programme of the coming years stands in Renja or DPA, or says why not."""
    for each in rows.programmes:
        if each.start_year == rows.plan.first_year and not (each.renja_year or each.dpa_year or each.unplanned_reason):
            yield each, f"{each.code} mulai {each.start_year} tanpa tahun Renja atau DPA dan tanpa alasannya."


def unanswered_gap(rows: Rows) -> Found:
    answered = {each.gap_id for each in rows.programmes}
    for gap in rows.gaps:
        if gap.severity == Gap.Severity.HIGH and gap.pk not in answered:
            yield gap, f"Kesenjangan berat {gap.sub_dimension} belum dijawab program mana pun: {short(gap.present)}"


def weights(rows: Rows) -> Found:
    """Weights count within a scope, or over all weighted scopes together; where neither sums to 1.00 something is wrong."""
    weighted = {item.scope for item in rows.swot_items if item.weight is not None}
    scopes = {scope: [item for item in rows.swot_items if item.scope == scope] for scope in sorted(weighted)}
    if not rows.plan.swot_weighted or not swot.analyse([item for items in scopes.values() for item in items]).problems:
        return
    for scope, items in scopes.items():
        for problem in swot.analyse(items).problems:
            yield None, f"{f'Lingkup {scope}' if scope else 'Seluruh daerah'}: {problem[0].lower()}{problem[1:]}"


def uncited_item(rows: Rows) -> Found:
    cited = {item.pk for strategy in rows.strategies for item in strategy.items.all()}
    for item in rows.swot_items:
        if item.pk not in cited:
            yield item, f"Butir {item.code} tidak dipakai strategi mana pun: {short(item.text)}"


def unsourced_value(rows: Rows) -> Found:
    for each in rows.readiness:
        lacks = [word for word, there in (("tahun data", each.year), ("sumber", each.source.strip())) if not there]
        if each.value.strip() and lacks:
            yield each, f"“{each.name}” mempunyai nilai tanpa {' dan '.join(lacks)}."


def unfit_strategy(rows: Rows) -> Found:
    """An SO strategy uses strengths and opportunities, and so on."""
    for strategy in rows.strategies:
        used = {item.quadrant for item in strategy.items.all()}
        if used and (missing := [letter for letter in strategy.kind if letter not in used]):
            yield strategy, f"Strategi {strategy.code} tidak memakai butir {' dan '.join(missing)}."


def unsourced_fact(rows: Rows) -> Found:
    for each in rows.profile:
        lacks = [word for word, there in (("tahun", each.year), ("sumber", each.source.strip())) if not there]
        if lacks:
            yield each, f"Data profil “{each.label}” belum mempunyai {' dan '.join(lacks)}."


def later_fact(rows: Rows) -> Found:
    """What is measured before a plan cannot bear a year in its midst."""
    dated = [(each, each.year) for each in rows.profile] + [(each, each.year) for each in rows.readiness]
    for each, year in dated:
        if year and year > rows.plan.first_year:
            yield each, f"“{each}” memakai data tahun {year}, sesudah rencana mulai pada {rows.plan.first_year}."


def long_quick_win(rows: Rows) -> Found:
    for each in rows.quick_wins:
        if each.months and each.months > LONGEST_QUICK_WIN:
            yield (
                each,
                f"Quick win “{each.name}” memerlukan {each.months} bulan; paling lama {LONGEST_QUICK_WIN} bulan.",
            )


def loose_quick_win(rows: Rows) -> Found:
    for each in rows.quick_wins:
        if each.programme_id is None:
            yield each, f"Quick win “{each.name}” belum menunjuk program induk."


def quick_win_elsewhere(rows: Rows) -> Found:
    for each in rows.quick_wins:
        if each.programme and each.programme.dimension != each.dimension:
            yield (
                each,
                f"Quick win “{each.name}” ({each.dimension}) menunjuk {each.programme.code}, program dimensi lain.",
            )


def late_quick_win(rows: Rows) -> Found:
    """A quick win belongs to what begins at once."""
    for each in rows.quick_wins:
        if each.chosen and each.programme and (each.programme.start_year or 0) > rows.plan.short_until:
            yield (
                each,
                f"Quick win “{each.name}” menunjuk {each.programme.code}, yang baru mulai pada {each.programme.start_year}.",
            )
