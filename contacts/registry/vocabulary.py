"""Word lists the registry's spelling and addresses are read with."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Names with a second capital. Most other names in MAC have none: Mack, Machado, Macias.
MAC_NAMES = words(
    """
    MACADAM MACALISTER MACALLISTER MACARTHUR MACAULAY MACBETH MACBRIDE MACCALLUM MACCARTHY
    MACCORMACK MACCORMICK MACDERMOTT MACDONALD MACDONNELL MACDOUGAL MACDOUGALL MACDOWELL MACDUFF
    MACEACHERN MACFARLAND MACFARLANE MACGILLIVRAY MACGOWAN MACGREGOR MACGUIRE MACINNES MACINNIS
    MACINTOSH MACINTYRE MACISAAC MACIVER MACKAY MACKENZIE MACKINNON MACKINTOSH MACLACHLAN MACLAREN
    MACLAUGHLIN MACLAY MACLEAN MACLELLAN MACLENNAN MACLEOD MACMAHON MACMANUS MACMASTER MACMILLAN
    MACMULLEN MACNAIR MACNAMARA MACNAUGHTON MACNEIL MACNEILL MACNICHOL MACPHAIL MACPHEE MACPHERSON
    MACQUARRIE MACQUEEN MACRAE MACSWEENEY MACTAGGART MACTAVISH MACVICAR MACWILLIAMS
    """
)
ROMAN_NUMERALS = words("II III IV VI VII VIII IX")
SMALL_WORDS = words("an and at by for in of on or the to")
SMALL_IN_STREETS = words("of and")
SMALL_IN_CITIES = words("of on the")
DIRECTIONS = words("NE NW SE SW")
# Capitals that stay. Words without a vowel stay too, and need no mention.
CAPITALS = words(
    """
    AIDS APRN BIDMC CA CEO CODAC DO ECMC EEG EKG EMG EMS ENT ER FACC FACP FACS HIV IBD ICU II III
    IL IMA IPA IV IVF MRI NICU NY OB OBGYN OD ORL OT PA PET PICU UCLA UCSF UPMC US USA UVMMC VA
    VAMC VII VIII VNA VUMC YMCA YWCA
    """
)
CAPITALIZED = words(
    """
    BLDG BLVD CORP CTR DEPT DR DRS FL FT HWY INC JR LTD MR MRS MS MT PKWY PLZ RD RM SR ST STE TPKE
    """
)
SPELLED = {
    **{word: word.capitalize() for word in CAPITALIZED},
    "DBA": "dba",
    "PHD": "PhD",
    "UCONN": "UConn",
    "UMASS": "UMass",
}
# The abbreviations of USPS Publication 28, and words that are names in a street.
STREET_WORDS = words(
    """
    BCH BLVD BND BRK CLF CLFS CRK CRST CT CTS CV CYN DO DR FLD FLDS FLS FLT FRD FRG FRK FRST FRY FT
    FWY GDN GLN GRN GRV HBR HL HLS HTS HVN HWY JCT KNL KY LCK LDG LGT LK LKS LN LNDG MDW MDWS ML
    MLS MNR MSN MT MTN MTWY NCK OD PA PKWY PL PLN PLZ PRK PRT PSGE PT PTS RD RDG RDS RST RT RTE SHL
    SHR SHRS SMT SPG SPGS SPS SQ ST STA STRM STS TER TPKE TRCE TRK TRL TRLR TWP VA VLG VLGS VLY VW
    WLS XING YD
    """
)
CREDENTIALS = {
    "MEDICALDOCTOR": "MD",
    "DOCTOROFMEDICINE": "MD",
    "PHYSICIANASSISTANT": "PA",
    **{
        spelled.upper(): spelled
        for spelled in words("PhD PsyD PharmD EdD EdM EdS MEd ScD DrPH AuD MScPT BSPharm RPh EdSp")
    },
}
NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        ("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN"), start=1
    )
}
ORDINAL_WORDS = {
    word: str(place)
    for place, word in enumerate(
        (
            "FIRST",
            "SECOND",
            "THIRD",
            "FOURTH",
            "FIFTH",
            "SIXTH",
            "SEVENTH",
            "EIGHTH",
            "NINTH",
            "TENTH",
        ),
        start=1,
    )
}
STATES = {
    "ALABAMA": "AL",
    "ALASKA": "AK",
    "AMERICAN SAMOA": "AS",
    "ARIZONA": "AZ",
    "ARKANSAS": "AR",
    "CALIFORNIA": "CA",
    "COLORADO": "CO",
    "CONNECTICUT": "CT",
    "DELAWARE": "DE",
    "DISTRICT OF COLUMBIA": "DC",
    "FLORIDA": "FL",
    "GEORGIA": "GA",
    "GUAM": "GU",
    "HAWAII": "HI",
    "IDAHO": "ID",
    "ILLINOIS": "IL",
    "INDIANA": "IN",
    "IOWA": "IA",
    "KANSAS": "KS",
    "KENTUCKY": "KY",
    "LOUISIANA": "LA",
    "MAINE": "ME",
    "MARSHALL ISLANDS": "MH",
    "MARYLAND": "MD",
    "MASSACHUSETTS": "MA",
    "MICHIGAN": "MI",
    "MICRONESIA": "FM",
    "MINNESOTA": "MN",
    "MISSISSIPPI": "MS",
    "MISSOURI": "MO",
    "MONTANA": "MT",
    "NEBRASKA": "NE",
    "NEVADA": "NV",
    "NEW HAMPSHIRE": "NH",
    "NEW JERSEY": "NJ",
    "NEW MEXICO": "NM",
    "NEW YORK": "NY",
    "NORTH CAROLINA": "NC",
    "NORTH DAKOTA": "ND",
    "NORTHERN MARIANA ISLANDS": "MP",
    "OHIO": "OH",
    "OKLAHOMA": "OK",
    "OREGON": "OR",
    "PALAU": "PW",
    "PENNSYLVANIA": "PA",
    "PUERTO RICO": "PR",
    "RHODE ISLAND": "RI",
    "SOUTH CAROLINA": "SC",
    "SOUTH DAKOTA": "SD",
    "TENNESSEE": "TN",
    "TEXAS": "TX",
    "UTAH": "UT",
    "VERMONT": "VT",
    "VIRGIN ISLANDS": "VI",
    "VIRGINIA": "VA",
    "WASHINGTON": "WA",
    "WEST VIRGINIA": "WV",
    "WISCONSIN": "WI",
    "WYOMING": "WY",
}
STATE_CODES = frozenset(STATES.values())
