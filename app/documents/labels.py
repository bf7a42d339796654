"""Picklist labels that papers print in the client's language, marked for translation.

Both the handbook's wording and the screen's are here, where they differ: papers already issued may hold either.
"""

from app.words import N_

LABELS = (
    # goals and objectives
    N_("Not started"), N_("In progress"), N_("Met"), N_("Partially met"), N_("Not met"), N_("Revised"),
    N_("Deferred"), N_("Discontinued"),
    # needs
    N_("Goal set"), N_("Being met elsewhere"), N_("Client declines"), N_("No need"), N_("Need – being met"),
    N_("Need – unmet"), N_("Need – client declines help"),
    # who takes a step, who signs
    N_("Client"), N_("Case manager"), N_("Caseworker"), N_("Family/support"), N_("Family or support"),
    N_("Other agency"), N_("Supervisor"),
    # domains
    N_("Food"), N_("Housing instability"), N_("Homelessness"), N_("Inadequate housing"), N_("Transportation"),
    N_("Utilities"), N_("Financial"), N_("Material hardship"), N_("Education"), N_("Employment"), N_("Veteran"),
    N_("Stress"), N_("Social connection"), N_("Intimate partner violence"), N_("Elder abuse"), N_("Health literacy"),
    N_("Insurance"), N_("Medical cost"), N_("Digital access"), N_("Digital literacy"), N_("Language access"),
    N_("Incarceration"), N_("Protective factors"), N_("Child care"), N_("Life skills/ADL"), N_("Life skills"),
    N_("Parenting"), N_("Legal"), N_("Mental health"), N_("Substance use"), N_("Safety"), N_("Disability"),
    # closing
    N_("Goals completed"), N_("No longer in need of service"), N_("Client chose to end service"),
    N_("Mutual agreement"), N_("Lost contact/does not engage"), N_("Lost contact or does not engage"),
    N_("Moved out of area"), N_("No longer eligible"), N_("Transferred to comparable program"),
    N_("Agency terminated (policy)"), N_("Incarcerated"), N_("Hospitalized/institutional care"),
    N_("Hospitalized or institutional care"), N_("Program or funding ended"), N_("Deceased"),
    N_("Program/funding ended"), N_("Other"), N_("Planned"), N_("Unplanned"), N_("Completed"), N_("Left early"),
    N_("Involuntary"),
    # how contact was made
    N_("In person – office"), N_("In person – home"), N_("In person – community"), N_("In person"), N_("Phone"),
    N_("Video"), N_("Text"), N_("Email"), N_("Letter"), N_("Mail"), N_("Group"), N_("Fax"), N_("Portal"),
    # referrals
    N_("Draft"), N_("Sent"), N_("Received"), N_("Accepted"), N_("Waitlisted"), N_("Appointment scheduled"),
    N_("Closed"), N_("Service received"), N_("Partially received"), N_("Declined by client"),
    N_("Declined by provider – no capacity or waitlist closed"), N_("Declined by provider – not eligible"),
    N_("Declined by provider – no capacity/waitlist closed"), N_("Declined by provider – no funds"),
    N_("Declined by provider – other"), N_("No show"), N_("Unable to contact client"),
    N_("No response from provider"), N_("No longer needed"),
    N_("Client self-refers"),
    # what a release names
    N_("Name and how to reach the client safely"), N_("Language"), N_("Names and ages of children"),
    N_("The need and the reason for the referral"), N_("Dates of appointments"), N_("Income"), N_("Health"),
    N_("Work and training history"), N_("Goals and service plan"), N_("Mental health care"),
    N_("Alcohol or drug treatment"), N_("HIV or AIDS"), N_("Violence at home, or a court order"),
    N_("Counseling notes about alcohol or drug treatment"),
    # by what right something was shared
    N_("The client’s permission"), N_("The client asked for it"), N_("Court order"), N_("Subpoena"),
    N_("Report that the law demands"), N_("Medical emergency"), N_("Serious threat to somebody’s safety"),
    N_("Audit or oversight"), N_("Another law"), N_("None: it was told by mistake"),
    # who belongs to the client, and how
    N_("Spouse or partner"), N_("Ex-spouse or ex-partner"), N_("Parent"), N_("Child"), N_("Unborn child"), N_("Sibling"),
    N_("Grandparent"), N_("Grandchild"), N_("Other relative"), N_("Guardian"), N_("Person under guardianship"),
    N_("Caregiver"), N_("Person cared for"), N_("Friend"), N_("Faith or community group"), N_("Professional"),
    N_("Organization or provider"), N_("Household of %(number)s"),
    # hours of the day, said inside an f-string where no extraction finds them
    N_("am"), N_("pm"),
    # levels
    N_("In crisis"), N_("Vulnerable"), N_("Safe"), N_("Stable"), N_("Thriving"),
    # what is written about a person
    N_("Legal name"), N_("Goes by"), N_("Other names"), N_("Pronouns"), N_("Birth date"), N_("Sex"),
    N_("Race and ethnicity"), N_("Written language"), N_("Interpreter"), N_("Telephones"), N_("Addresses"),
    N_("How to reach you safely"), N_("What helps"), N_("Female"), N_("Male"), N_("Needs an interpreter"),
    N_("No interpreter"),
    # where a case, a plan, an assessment and a permission stand
    N_("Open – Active"), N_("Open – Monitoring"), N_("On hold"), N_("Intake pending"), N_("Pending closure"),
    N_("Not opened"), N_("Signed"), N_("Declined"), N_("Superseded"), N_("In force"), N_("Waiting for signature"),
    N_("Initial"), N_("Reassessment"), N_("Exit"),
    # print formats
    N_("Standard (12 pt)"), N_("Large (18)"), N_("XL (24)"), N_("Standard print (12 pt)"), N_("Large print (18 pt)"),
    N_("Extra large print (24 pt)"),
)  # fmt: skip
"""Every label with a translation of its own; a label not among them is printed as it stands."""
