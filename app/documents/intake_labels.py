"""What the blank intake form asks, marked for translation: the labels of the screen's own form.

The form takes its questions from the screen; a label that is not here is printed in English, and fails a test.
"""

from app.words import N_

LABELS = (
    N_("Who is it"), N_("First name"), N_("Last name"), N_("Safe ways to reach the person"), N_("What is safe"),
    N_("Text messages"), N_("Phone calls"), N_("Voicemail"), N_("Mail to home"), N_("None of these"),
    N_("How to reach the person safely"), N_("Are you safe right now?"), N_("Safe now"),
    N_("Worried about safety"), N_("In danger now"), N_("Could not ask: not alone, or not able to answer"),
    N_("Prefers not to answer"), N_("What they came for"), N_("Presenting concern, in the client’s words"),
    N_("Urgency"), N_("Emergency"), N_("Urgent"), N_("Routine"), N_("How it began"), N_("Referral source"),
    N_("Self"), N_("Family or friend"), N_("2-1-1"), N_("Hospital or health"), N_("School"),
    N_("Court or probation"), N_("Child welfare"), N_("Shelter"), N_("Outreach"),
    N_("Person or agency who sent the client"), N_("How the person reached us"), N_("Walk-in"), N_("Online"),
    N_("Referral form"), N_("Received on"), N_("More about the person"),
    N_("Immediate needs, and what was done about them"),
    N_("Language they prefer to speak"),
    N_("Needs an ASL interpreter"), N_("Street and number"), N_("City"), N_("State"), N_("ZIP code"),
    N_("Keep this address confidential"), N_("Other agencies that help already"), N_("Household and income"),
    N_("People in the household"), N_("Income of the household in a month, in dollars"),
)  # fmt: skip
"""Every label of the form that no other paper says."""
