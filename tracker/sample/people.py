"""Who is there: divisions, departments, sponsors, themes, and the people who get a sign-in."""

from __future__ import annotations

from tracker.sample.shapes import Account, Department, Person

DIVISIONS = {
    "customers": "Customers",
    "claims": "Claims and repairs",
    "products": "Products",
    "services": "Group services",
}

SUPPLIERS_OPENED = -300

DEPARTMENTS = (
    Department("CON", "Contact Centre", "customers", 310, ("Customer Services", "Call Centre")),
    Department("CMP", "Complaints", "customers", 38, ("Customer Relations",)),
    Department("MKT", "Marketing", "customers", 46, ("Brand and Marketing",)),
    Department("BRK", "Broker Sales", "customers", 64, ("Intermediaries",)),
    Department("CLM", "Claims", "claims", 240, ("Claims Handling",)),
    Department("ASR", "Assessors", "claims", 85, ("Field Assessment", "Loss Assessors")),
    Department("SUP", "Supplier Network", "claims", 22, ("Repair Network",), SUPPLIERS_OPENED),
    Department("UND", "Underwriting", "products", 96),
    Department("PRI", "Pricing", "products", 31, ("Actuarial Pricing",)),
    Department("POL", "Policy Services", "products", 120, ("Policy Admin",)),
    Department("DIG", "Digital", "services", 110, ("Digital and IT", "Web Team")),
    Department("FIN", "Finance", "services", 74, ("Accounts",)),
    Department("LEG", "Legal", "services", 27, ("Legal and Compliance",)),
    Department("PPL", "People", "services", 35, ("Human Resources", "HR")),
)

PEOPLE = (
    Person("okafor", "Ngozi Okafor", "Chief Customer Officer", "CON"),
    Person("hale", "Martin Hale", "Claims Director", "CLM"),
    Person("deshpande", "Anjali Deshpande", "Chief Operating Officer", "POL"),
    Person("fairley", "Rosalind Fairley", "Chief Underwriting Officer", "UND"),
    Person("tully", "Siobhan Tully", "Marketing Director", "MKT"),
    Person("kowalczyk", "Piotr Kowalczyk", "Digital Director", "DIG"),
    Person("ashdown", "Graham Ashdown", "Chief Financial Officer", "FIN"),
    Person("mensah", "Efua Mensah", "General Counsel", "LEG"),
    Person("varga", "Ildikó Varga", "Broker Sales Director", "BRK"),
    Person("pemberton", "Owen Pemberton", "Head of Complaints", "CMP"),
    Person("rae", "Duncan Rae", "Head of Field Assessment", "ASR"),
    Person("lim", "Lim Hui Min", "Chief People Officer", "PPL"),
)

THEMES = {
    "storm": "Ready for storms",
    "money": "Paid without waiting",
    "words": "Plain words",
    "once": "Say it once",
    "staying": "Worth staying for",
    "care": "When life is hard",
    "brokers": "Brokers and us",
    "seats": "A day in another seat",
}

ACCOUNTS = (
    Account("marion.ellery@harbour.example", "Marion Ellery", "admin"),
    Account("tom.achterberg@harbour.example", "Tom Achterberg", "office"),
    Account("ngozi.okafor@harbour.example", "Ngozi Okafor", "sponsor", "okafor"),
    Account("dee.castellan@harbour.example", "Dee Castellan", "member"),
    Account("keir.sutton@harbour.example", "Keir Sutton", "viewer"),
)

#: Recorded the moments that wait, and signs in nowhere: so whoever looks at the sample is the second person.
RECORDER = Account("josie.lindgren@harbour.example", "Josie Lindgren", "member")
