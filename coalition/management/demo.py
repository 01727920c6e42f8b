"""The made-up coalition of the demo: Healthy Harbor, a port town and its neighbours.

Days count from today: -12 is twelve days ago. Every name and address is invented.
"""

from dataclasses import dataclass, field

SLUG = "healthy-harbor"
NAME = "Healthy Harbor Coalition"
PURPOSE = (
    "Neighbours, clinics, schools and workers who want children in the port "
    "district to breathe, eat and grow up well."
)
TIMEZONE = "America/New_York"
COORDINATOR = "rosa@healthyharbor.example"
STEERING = "amina@eastquay.example"
DELEGATE = "bao@newcomers.example"

# name, region, tags, joined (days), other names
PARTNERS = (
    ("Harbor City Health Department", "City hall", "health", -420, ("HCHD",)),
    ("Eastquay Community Clinic", "Eastquay", "health", -420, ("Eastquay Clinic",)),
    ("Harbor Asthma Network", "Harbor-wide", "health, children", -400, ("HAN",)),
    ("Harbor Pediatric Group", "Northpier", "health, children", -390, ()),
    ("Harbor Unified School District", "Harbor-wide", "schools", -380, ("HUSD",)),
    ("Clean Air Harbor", "Dockside", "environment", -420, ()),
    ("Dockside Tenants Union", "Dockside", "housing, residents", -365, ("DTU",)),
    ("Newcomers Welcome Center", "Eastquay", "newcomers", -350, ("Welcome Center",)),
    ("Community Kitchen Co-op", "Saltmarsh", "food", -340, ()),
    ("Portworkers Local 12", "Dockside", "labor", -300, ("Local 12",)),
    ("Mothers of Dockside", "Dockside", "residents, children", -300, ()),
    ("Harbor Legal Aid", "City hall", "law", -280, ()),
    ("Harbor Bike Kitchen", "Northpier", "youth, transit", -275, ()),
    ("Harbor Food Bank", "Saltmarsh", "food", -270, ()),
    ("Lantern Street Church", "Eastquay", "faith", -260, ()),
    ("Elders’ Table", "Northpier", "residents, elders", -250, ()),
    ("Harbor Interfaith Council", "Harbor-wide", "faith", -240, ()),
    ("Northpier Youth Collective", "Northpier", "youth", -200, ("NYC Northpier",)),
    ("Saltmarsh Neighbors", "Saltmarsh", "residents", -180, ()),
    ("Disability Action Harbor", "Harbor-wide", "access", -170, ()),
    ("Harbor Small Shops Alliance", "Eastquay", "business", -150, ()),
    ("Tidewater Transit Riders", "Harbor-wide", "transit", -120, ()),
    ("Quay Street Parents", "Northpier", "schools, residents", -90, ()),
    ("Harbor Nurses Guild", "Harbor-wide", "labor, health", -9, ()),
    ("Somali Family Circle", "Eastquay", "newcomers, residents", -5, ()),
    # Entered twice, by two lists: something to merge.
    ("Saltmarsh Neighbours", "Saltmarsh Flats", "residents, elders", -170, ()),
)
# whose, what it became, how many days ago, and why
STATUSES = (
    ("Harbor Bike Kitchen", "paused", -95, "The workshop was flooded."),
    ("Harbor Bike Kitchen", "active", -70, "Dry again, and glad to be back."),
    (
        "Harbor Bike Kitchen",
        "left",
        -38,
        "It closed for good. Its tools went to the Northpier Youth Collective.",
    ),
    (
        "Harbor Small Shops Alliance",
        "paused",
        -20,
        "Elects a new board, and wants to come back after that.",
    ),
)

# name, partner, speaks as, access; the address is made from the two
PEOPLE = (
    ("Rosa Marín", "Clean Air Harbor", "staff", "coordinator"),
    ("Amina Khalif", "Eastquay Community Clinic", "delegate", "steering"),
    ("Dev Patel", "Eastquay Community Clinic", "alternate", "member"),
    ("Teo Lindgren", "Clean Air Harbor", "delegate", "steering"),
    ("Grace Owusu", "Lantern Street Church", "delegate", "steering"),
    ("Dr. Helen Brandt", "Harbor City Health Department", "delegate", "steering"),
    ("Luis Ortega", "Harbor City Health Department", "alternate", "member"),
    ("Priya Raman", "Harbor Asthma Network", "delegate", "member"),
    ("Owen Clarke", "Harbor Asthma Network", "alternate", "member"),
    ("Sofia Petrova", "Harbor Pediatric Group", "delegate", "member"),
    ("Marcus Webb", "Harbor Unified School District", "delegate", "member"),
    ("Lena Fischer", "Harbor Unified School District", "alternate", "member"),
    ("Yusuf Aden", "Harbor Interfaith Council", "delegate", "member"),
    ("Kofi Danso", "Northpier Youth Collective", "delegate", "member"),
    ("Zoe Tran", "Northpier Youth Collective", "alternate", "member"),
    ("Bao Nguyen", "Newcomers Welcome Center", "delegate", "member"),
    ("Ines Duarte", "Newcomers Welcome Center", "alternate", "member"),
    ("Hana Takeda", "Community Kitchen Co-op", "delegate", "member"),
    ("Joan Bellamy", "Elders’ Table", "delegate", "member"),
    ("Walter Kowalski", "Elders’ Table", "alternate", "member"),
    ("Darnell Hughes", "Dockside Tenants Union", "delegate", "steering"),
    ("Carla Mendes", "Dockside Tenants Union", "alternate", "member"),
    ("Nadia Haddad", "Mothers of Dockside", "delegate", "member"),
    ("Ruth Adeyemi", "Mothers of Dockside", "alternate", "member"),
    ("Frank Moretti", "Portworkers Local 12", "delegate", "member"),
    ("Sam Okafor", "Portworkers Local 12", "alternate", "member"),
    ("Miriam Stein", "Harbor Legal Aid", "delegate", "member"),
    ("Peter Hollis", "Harbor Food Bank", "delegate", "member"),
    ("Alma Reyes", "Harbor Food Bank", "alternate", "member"),
    ("Tomás Vega", "Saltmarsh Neighbors", "delegate", "member"),
    ("Birgit Lund", "Disability Action Harbor", "delegate", "member"),
    ("Jamal Carter", "Tidewater Transit Riders", "delegate", "member"),
    ("Elena Popescu", "Quay Street Parents", "delegate", "member"),
    ("Noor Siddiqui", "Harbor Nurses Guild", "delegate", "member"),
    ("Fartun Warsame", "Somali Family Circle", "delegate", "member"),
    ("Ivo Blanc", "Harbor Small Shops Alliance", "delegate", "member"),
    ("Claire Dubois", "", "", "observer"),
    # Entered twice as well.
    ("Owen Clark", "Saltmarsh Neighbours", "delegate", "member"),
)
# Their pages and their mail are in Spanish.
SPEAK_SPANISH = frozenset({"Alma Reyes", "Tomás Vega"})
NO_EMAIL = frozenset({"Walter Kowalski"})
NO_CONSENT = frozenset({"Joan Bellamy", "Ivo Blanc"})


@dataclass(frozen=True)
class DemoMilestone:
    title: str
    due: int
    partner: str = ""
    reached: int | None = None
    by: str = ""
    note: str = ""


@dataclass(frozen=True)
class DemoAsk:
    letter: str
    person: str
    answer: str = "accepted"
    reason: str = ""


@dataclass(frozen=True)
class DemoTask:
    title: str
    due: int
    asks: tuple[DemoAsk, ...] = ()
    done: int | None = None
    by: str = ""
    description: str = ""


@dataclass(frozen=True)
class DemoGoal:
    title: str
    why: str
    measure: str
    unit: str
    baseline: int
    target: int
    due: int
    owner: str
    readings: tuple[tuple[int, int, str], ...]
    milestones: tuple[DemoMilestone, ...]
    tasks: tuple[DemoTask, ...] = field(default=())


def r(person: str, answer: str = "accepted", reason: str = "") -> DemoAsk:
    return DemoAsk("R", person, answer, reason)


def a(person: str, answer: str = "accepted", reason: str = "") -> DemoAsk:
    return DemoAsk("A", person, answer, reason)


GOALS = (
    DemoGoal(
        title="Fewer children rushed to hospital with asthma",
        why="One child in five in the port district has asthma. Every night in an "
        "emergency room is a day of school and a day of pay lost.",
        measure="Emergency visits for asthma, per 10,000 children a year",
        unit="visits",
        baseline=148,
        target=104,
        due=230,
        owner="Amina Khalif",
        readings=(
            (-330, 148, "City figures for the year before"),
            (-240, 141, ""),
            (-150, 133, "After the first home visits"),
            (-60, 127, ""),
            (-6, 121, "Spring figures, preliminary"),
        ),
        milestones=(
            DemoMilestone(
                "First 20 home visits",
                -100,
                "Eastquay Community Clinic",
                -103,
                "Amina Khalif",
                "Twenty families know what sets an attack off, and what to do.",
            ),
            DemoMilestone("Action plan in four languages", 9, "Harbor Asthma Network"),
            DemoMilestone(
                "Spring asthma numbers published", 16, "Harbor City Health Department"
            ),
            DemoMilestone(
                "Home visits for 40 families", 44, "Eastquay Community Clinic"
            ),
        ),
        tasks=(
            DemoTask(
                "Home visits for 40 families with asthma",
                44,
                (a("Amina Khalif"), r("Dev Patel"), DemoAsk("C", "Priya Raman")),
            ),
            DemoTask(
                "Check the Somali translation with two families",
                7,
                (a("Bao Nguyen"), r("Amina Khalif", "proposed")),
                description="Two evenings at the Welcome Center; tea is on us.",
            ),
            DemoTask(
                "Translate the asthma action plan", 9, (r("Bao Nguyen", "proposed"),)
            ),
            DemoTask(
                "Lend two nurses to the health fair",
                24,
                (a("Grace Owusu"), r("Amina Khalif"), r("Noor Siddiqui", "proposed")),
            ),
            DemoTask(
                "Ask three pharmacies to lend inhaler spacers",
                -8,
                (a("Sofia Petrova"), r("Owen Clarke")),
                done=-4,
                by="Owen Clarke",
            ),
            DemoTask(
                "Train ten parents as asthma guides",
                -30,
                (a("Priya Raman"), r("Nadia Haddad")),
                done=-33,
                by="Nadia Haddad",
            ),
        ),
    ),
    DemoGoal(
        title="Clean air at every port-side school gate",
        why="Trucks and school buses wait with their engines on where children line "
        "up. A quiet engine costs nothing.",
        measure="Port-side schools with an idle-free gate",
        unit="schools",
        baseline=0,
        target=12,
        due=120,
        owner="Teo Lindgren",
        readings=(
            (-200, 1, "Harborview was first"),
            (-120, 3, ""),
            (-62, 5, ""),
            (-20, 6, "Pier Street joined"),
            (-3, 7, "Seventh pledge signed"),
        ),
        milestones=(
            DemoMilestone(
                "Fifth school signs the no-idling pledge",
                -60,
                "Harbor Unified School District",
                -62,
                "Marcus Webb",
                "",
            ),
            DemoMilestone(
                "Seventh school signs the no-idling pledge",
                -2,
                "Quay Street Parents",
                -3,
                "Elena Popescu",
                "2,900 children now breathe easier at the gate.",
            ),
            DemoMilestone(
                "Eighth school goes idle-free", 21, "Harbor Unified School District"
            ),
            DemoMilestone("All twelve schools", 115, "Clean Air Harbor"),
        ),
        tasks=(
            DemoTask(
                "Draft the school air-quality letter",
                16,
                (
                    a("Teo Lindgren"),
                    r("Zoe Tran"),
                    DemoAsk("C", "Amina Khalif"),
                    DemoAsk("I", "Frank Moretti"),
                ),
            ),
            DemoTask(
                "Put up idle-free signs at seven gates",
                -5,
                (a("Marcus Webb"), r("Lena Fischer")),
                done=-2,
                by="Lena Fischer",
            ),
            DemoTask(
                "Lend the air monitor to Saltmarsh Primary",
                12,
                (a("Teo Lindgren"), r("Tomás Vega", "proposed")),
            ),
            DemoTask(
                "Win co-signers for the air-quality letter",
                -16,
                (a("Teo Lindgren"), r("Frank Moretti")),
                done=-17,
                by="Frank Moretti",
            ),
        ),
    ),
    DemoGoal(
        title="Fresh food within a 15-minute walk",
        why="Three neighbourhoods have no shop that sells vegetables.",
        measure="Neighborhoods with fresh food within a 15-minute walk",
        unit="neighborhoods",
        baseline=2,
        target=8,
        due=160,
        owner="Hana Takeda",
        readings=(
            (-180, 2, ""),
            (-90, 4, ""),
            (-25, 5, "Pop-up stall on Lantern Street"),
        ),
        milestones=(
            DemoMilestone(
                "Pop-up stall on Lantern Street",
                -28,
                "Lantern Street Church",
                -26,
                "Grace Owusu",
                "Forty boxes on the first Saturday, none left by noon.",
            ),
            DemoMilestone("Saltmarsh market opens", -14, "Community Kitchen Co-op"),
            DemoMilestone("Delivery round for elders", 60, "Harbor Food Bank"),
        ),
        tasks=(
            DemoTask(
                "Get the Saltmarsh market permit",
                -14,
                (a("Hana Takeda"), r("Miriam Stein")),
                description="The permit office has not called back since last month.",
            ),
            DemoTask(
                "Find two Vietnamese interpreters for Saturdays",
                10,
                (
                    a("Bao Nguyen"),
                    r("Ines Duarte", "declined", "No time before the 20th"),
                ),
            ),
            DemoTask(
                "Map the bus stops near each food stall",
                30,
                (a("Jamal Carter"), r("Jamal Carter")),
            ),
        ),
    ),
    DemoGoal(
        title="Paid sick time for port and care workers",
        why="Who cannot stay home brings the flu to work, or a sick child to school.",
        measure="Steps of the ordinance passed",
        unit="steps",
        baseline=0,
        target=6,
        due=300,
        owner="Frank Moretti",
        readings=((-210, 1, "Bill introduced"), (-40, 2, "Committee hearing set")),
        milestones=(
            DemoMilestone(
                "Bill introduced in the council",
                -205,
                "Portworkers Local 12",
                -210,
                "Frank Moretti",
                "",
            ),
            DemoMilestone("Committee hearing", 27, "Portworkers Local 12"),
        ),
        tasks=(
            DemoTask("Write the sick-time testimony", 18, ()),
            DemoTask(
                "Bring twenty workers to the hearing",
                26,
                (a("Frank Moretti"), r("Sam Okafor"), r("Darnell Hughes", "proposed")),
            ),
            DemoTask(
                "Count the care workers without sick time",
                -21,
                (a("Miriam Stein"), r("Noor Siddiqui")),
            ),
        ),
    ),
)


# weeks before the coming one, subject, opening
UPDATES = (
    (
        4,
        "A year of quiet engines and open doors",
        """This is the first update of our coalition, so it looks back a long way.
What began with six of us at Teo’s kitchen table is now a port district that talks to
itself.

**Thank you** for every evening you gave.""",
        "",
    ),
    (
        2,
        "Forty boxes, none left by noon",
        """Grace put up a folding table on Lantern Street, and the line went around the
corner. More of what you made happen is below.""",
        "I am away from Monday to Wednesday. Call Amina if something burns.",
    ),
)
BOUNCED = "Kofi Danso"
# Who wants less than everything: of the updates, and of announcements.
WISHES = (
    ("Zoe Tran", "concerning", True),
    ("Claire Dubois", "none", True),
    ("Frank Moretti", "every", False),
)


def address_of(name: str, partner: str) -> str:
    """Return rosa@healthyharbor.example for the coordinator, else first@partner."""
    first = name.removeprefix("Dr. ").split()[0].lower()
    if name == "Rosa Marín":
        return COORDINATOR
    place = partner.split(maxsplit=1)[0].lower().strip("’") if partner else "visitor"
    plain = first.replace("á", "a").replace("í", "i")
    return f"{plain}@{place.replace('’', '')}.example"
