"""The region: sixteen counties of north-east Ohio and the four territories drawn over them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CountyPlan:
    """How many practices a county has and how its referrals move in a year (0.12 is +12%)."""

    fips: str
    name: str
    practices: int
    growth: float


@dataclass(frozen=True)
class TerritoryPlan:
    name: str
    colour: str
    owner: str
    counties: tuple[CountyPlan, ...]


TERRITORIES = (
    TerritoryPlan(
        "Cuyahoga", "#0b4a3b", "Maya Lindqvist", (CountyPlan("39035", "Cuyahoga", 118, -0.05),)
    ),
    TerritoryPlan(
        "West Shore",
        "#1d6fa5",
        "Andre Novak",
        (
            CountyPlan("39093", "Lorain", 34, 0.12),
            CountyPlan("39043", "Erie", 10, -0.09),
            CountyPlan("39077", "Huron", 7, 0.02),
        ),
    ),
    TerritoryPlan(
        "Lake East",
        "#7a4fa3",
        "Ruth Adeyemi",
        (
            CountyPlan("39085", "Lake", 30, 0.26),
            CountyPlan("39055", "Geauga", 11, 0.17),
            CountyPlan("39007", "Ashtabula", 10, 0.08),
            CountyPlan("39155", "Trumbull", 20, 0.22),
            CountyPlan("39133", "Portage", 16, 0.13),
        ),
    ),
    TerritoryPlan(
        "South",
        "#b2420f",
        "Joel Ferris",
        (
            CountyPlan("39153", "Summit", 56, 0.17),
            CountyPlan("39103", "Medina", 18, 0.08),
            CountyPlan("39151", "Stark", 40, 0.14),
            CountyPlan("39169", "Wayne", 12, 0.06),
        ),
    ),
)

# Nobody covers these yet; their practices stand in Unassigned.
OPEN_COUNTIES = (
    CountyPlan("39005", "Ashland", 5, 0.01),
    CountyPlan("39139", "Richland", 9, -0.12),
    CountyPlan("39033", "Crawford", 4, -0.18),
)


@dataclass(frozen=True)
class PracticeKind:
    """A sort of practice: how often it occurs, what it is called, what it refers where."""

    weight: int
    taxonomy: str
    names: tuple[str, ...]
    monthly_rate: float
    service_lines: tuple[tuple[str, int], ...]


KINDS = (
    PracticeKind(
        34,
        "207Q00000X",
        ("Family Medicine", "Family Practice", "Primary Care", "Family Physicians"),
        1.9,
        (
            ("cardiology", 5),
            ("orthopedics", 5),
            ("imaging", 6),
            ("gastroenterology", 3),
            ("neurology", 2),
            ("oncology", 1),
            ("pulmonology", 2),
            ("womens-health", 2),
        ),
    ),
    PracticeKind(
        24,
        "207R00000X",
        ("Internal Medicine", "Internists", "Medical Associates", "Adult Medicine"),
        2.2,
        (
            ("cardiology", 7),
            ("imaging", 5),
            ("gastroenterology", 4),
            ("pulmonology", 3),
            ("neurology", 3),
            ("oncology", 2),
            ("orthopedics", 2),
        ),
    ),
    PracticeKind(
        10,
        "208000000X",
        ("Pediatrics", "Children's Clinic"),
        0.9,
        (("imaging", 4), ("orthopedics", 3), ("neurology", 2), ("gastroenterology", 1)),
    ),
    PracticeKind(
        9,
        "207RC0000X",
        ("Heart Associates", "Cardiology Group"),
        2.4,
        (("cardiology", 7), ("imaging", 4), ("pulmonology", 1)),
    ),
    PracticeKind(
        8,
        "207X00000X",
        ("Bone and Joint", "Orthopedics"),
        1.8,
        (("orthopedics", 6), ("imaging", 5)),
    ),
    PracticeKind(
        7,
        "207V00000X",
        ("Women's Health", "Obstetrics and Gynecology"),
        1.4,
        (("womens-health", 6), ("imaging", 3), ("oncology", 2)),
    ),
    PracticeKind(4, "2084N0400X", ("Neurology Group",), 1.3, (("neurology", 6), ("imaging", 4))),
    PracticeKind(
        4,
        "207RG0100X",
        ("Digestive Health",),
        1.3,
        (("gastroenterology", 6), ("oncology", 2), ("imaging", 2)),
    ),
)

SERVICE_LINES = {
    "cardiology": "Cardiology",
    "orthopedics": "Orthopedics",
    "imaging": "Imaging",
    "gastroenterology": "Gastroenterology",
    "neurology": "Neurology",
    "oncology": "Oncology",
    "pulmonology": "Pulmonology",
    "womens-health": "Women's health",
}

# code, name, network; the first three are ours.
FACILITIES = (
    ("lakeshore-main", "Lakeshore Medical Center", "own"),
    ("lakeshore-south", "Lakeshore South Campus", "own"),
    ("lakeshore-medina", "Lakeshore Medina Clinic", "own"),
    ("summit-surgery", "Summit Surgery Partners", "in_network"),
    ("northcoast", "Northcoast Health Main", "competitor"),
    ("st-brendan", "St. Brendan Hospital", "competitor"),
    ("other", "Other or not known", "unknown"),
)
