"""README.md tells the truth about the settings."""

import re
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
README = (HOME / "README.md").read_text()


def read_by_settings() -> set[str]:
    text = (HOME / "smartcity" / "settings.py").read_text()
    return set(re.findall(r"""env\.\w+\(\s*["']([A-Z_]+)["']""", text))


def test_the_table_names_every_variable_that_settings_read_and_no_other():
    table = README.split("## Konfigurasi")[1].split("\n## ")[0]
    named = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.M))

    assert len(named) > 20
    assert named == read_by_settings()


def test_the_env_example_names_only_what_compose_hands_on():
    given = set(re.findall(r"^([A-Z_]+)=", (HOME / ".env.example").read_text(), re.M))
    compose = set(re.findall(r"\$\{([A-Z_]+)", (HOME / "docker-compose.yml").read_text()))

    assert given == compose


def test_every_link_inside_the_repository_leads_somewhere():
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]

    assert links
    assert [link for link in links if not (HOME / link).exists()] == []
