"""The two paths that customers take through the organisation."""

from __future__ import annotations

from tracker.sample.shapes import Journey, Step

COUNTED = "Contact centre count, last full month"
CLAIMS_SYSTEM = "Claims system, last full month"
POLICY_SYSTEM = "Policy system, last full month"
SMALL = "Small businesses"

CLAIM = Journey(
    "claim",
    "Making a claim",
    3,
    (
        Step("DIG", "Find out how to claim", "web", 2600, "Website visits that end in a call"),
        Step("CON", "Report what happened", "phone", 4200, CLAIMS_SYSTEM),
        Step("CLM", "Get a handler", "phone", 1900, CLAIMS_SYSTEM, customers="Home and motor"),
        Step("ASR", "Have the damage looked at", "visit", 1150, CLAIMS_SYSTEM, product="Home"),
        Step("SUP", "Choose a repairer", "phone", 980, CLAIMS_SYSTEM),
        Step("CLM", "Agree what will be paid", "phone", 3400, CLAIMS_SYSTEM),
        Step("FIN", "Be paid", "bank transfer", 640, COUNTED),
        Step("CON", "Ask where the money is", "phone", 310, COUNTED),
        Step("CMP", "Say what went wrong", "phone", 90, "Complaints log, last quarter divided by three"),
        Step("LEG", "Have a decision looked at again", "letter", 60, "Legal case list"),
        Step("CLM", "Hear the final decision", "letter"),
    ),
)

COVER = Journey(
    "cover",
    "Buying and renewing cover",
    2,
    (
        Step("MKT", "Hear about us", "advertising"),
        Step("DIG", "Ask for a quote", "web", 3900, "Quotes started on the website"),
        Step("PRI", "See a price", "web", 720, "Quotes sent on for a closer look", customers=SMALL),
        Step("UND", "Have an unusual risk accepted", "email", 540, "Referral inbox", customers=SMALL),
        Step("BRK", "Talk it through with a broker", "broker", 860, "Broker portal"),
        Step("POL", "Get the documents", "post and email", 4900, POLICY_SYSTEM),
        Step("FIN", "Pay the first premium", "direct debit", 580, COUNTED),
        Step("CON", "Ask a question", "phone", 3100, COUNTED),
        Step("POL", "Change something", "phone", 1300, POLICY_SYSTEM),
        Step("PRI", "See the renewal price", "letter"),
        Step("MKT", "Read the renewal letter", "letter", 2400, "Calls in the week after the letter"),
        Step("CON", "Renew or leave", "phone"),
    ),
)

JOURNEYS = (CLAIM, COVER)
