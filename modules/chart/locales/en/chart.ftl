# The patient's chart.
chart-tab-synthesis = Summary
chart-tab-problems = Problems and allergies
chart-tab-medicines = Medicines
chart-tab-results = Results
chart-tab-days = Results by day
chart-tab-stays = Stays and visits
chart-tab-documents = Documents
chart-tab-care = Team and vaccines
chart-tab-alerts = Alerts
chart-tab-raw = FHIR
chart-all = See all
chart-cut = The list goes on: not everything is shown here.
chart-print = Print
chart-printed = Opened on { $when } by { $who }. What changed since may not be in it.
chart-in-error = entered in error
chart-preliminary = preliminary
chart-required = required
chart-choose = Choose…
chart-older = Older
chart-newest = Back to the newest
chart-more = More

chart-problems-active = Active problems
chart-problems-none = No active problem is noted.
chart-problems-over = Past history
chart-problems-over-none = No past history is noted.
chart-problem-unsure = to be confirmed
chart-problem-refuted = ruled out
chart-allergies = Allergies and intolerances
chart-allergies-not-asked = Not asked yet. Ask the patient before you prescribe.
chart-allergy-over = past
chart-allergy-high = high risk

chart-medicines-running = Current medicines
chart-medicines-none = No current medicine is noted.
chart-medicines-over = Past medicines
chart-medicines-over-none = No past medicine is noted.
chart-medicine-held = on hold
chart-medicine-stopped = stopped
chart-medicine-draft = draft

chart-results-last = Latest results
chart-results-none = No result.
chart-result = Test
chart-value = Value
chart-range = Reference
chart-course = Course
chart-when = When
chart-note = Note
chart-back-results = All results
chart-trend-said = Curve of the values in the table below
chart-category-signs = Vital signs
chart-category-laboratory = Laboratory
chart-category-examination = Examinations and scores
chart-category-imaging = Imaging
chart-category-social = Way of life
chart-category-other = Others
chart-flag-very-low = very low
chart-flag-low = low
chart-flag-high = high
chart-flag-very-high = very high
chart-flag-abnormal = abnormal

chart-stays-none = No stay and no visit.
chart-class-ambulatory = Consultation
chart-class-emergency = Emergency
chart-class-inpatient = Inpatient stay
chart-class-day = Day hospital
chart-class-home = At home
chart-class-remote = Remote consultation
chart-class-other = Visit
chart-stay-planned = planned
chart-stay-running = under way
chart-stay-leave = on leave
chart-stay-cancelled = cancelled
chart-stay-facts = This stay
chart-stay-moves = Places
chart-stay-no-moves = No place is noted.
chart-stay-here = here now
chart-stay-with = With
chart-stay-site = Hospital
chart-stay-class = Kind
chart-stay-source = From
chart-stay-exit = Discharge
chart-stay-priority = Priority
chart-acts = Procedures
chart-reports = Reports

chart-documents-none = No document.
chart-document = Document
chart-document-open = Open

chart-team = Care team
chart-team-none = No team is noted.
chart-team-own-doctor = General practitioner
chart-relatives = Relatives
chart-relatives-none = No relative is noted.
chart-vaccines = Immunisations
chart-vaccines-none = No immunisation is noted.
chart-vaccine-dose = dose { $dose }
chart-vaccine-lot = lot { $lot }
chart-vaccine-not-given = not given

chart-alerts-running = Alerts in force
chart-alerts-none = No alert in force.
chart-alerts-over = Ended alerts
chart-alerts-over-none = No ended alert.
chart-alert-new = New alert
chart-alert-kind = Kind of alert
chart-alert-text = What everybody has to know
chart-alert-hint = One line, seen in the banner on all pages of this patient.
chart-alert-save = Add for { $name }
chart-alert-end = End
chart-alert-end-of = End this alert of { $name }
chart-alert-reason = Why it no longer applies
chart-alert-safety = Safety
chart-alert-clinical = Clinical
chart-alert-contact = Isolation
chart-alert-behavioral = Behaviour
chart-alert-diet = Diet
chart-alert-admin = Administrative
chart-alert-kind-missing = Choose the kind of alert.
chart-alert-text-missing = Write what everybody has to know.
chart-alert-text-long = The text is too long for the banner: 120 characters at most.
chart-alert-reason-missing = Say why the alert ends.
chart-draft-back = Taken from your draft of { $time }
chart-draft-keep = Keep the draft
chart-draft-kept = Draft kept at %
chart-draft-lost = Not kept yet: the server does not answer

chart-raw-count = { $n ->
    [one] { $n } resource
   *[other] { $n } resources
}
chart-raw-type = Type
chart-raw-all = All
chart-raw-show = Show
chart-raw-none = No resource of this type.
chart-raw-id = Id
chart-raw-version = Version
chart-raw-version-n = Version { $n }
chart-raw-recorded = Recorded
chart-raw-versions = Versions
chart-raw-here = shown
chart-raw-deleted = deleted
chart-raw-changed = What changed
chart-raw-between = from version { $from } to version { $to }
chart-raw-gone = removed:
chart-raw-new = added:

chart-code-attending = Responsible physician
chart-code-takes-part = Takes part in care
chart-code-emergency = Emergency
chart-code-urgent = Urgent
chart-code-elective = Elective
chart-code-routine = Routine
chart-code-from-emergency = Emergency department
chart-code-from-doctor = Referred by own doctor
chart-code-to-home = Home
chart-code-died = Died
chart-code-husband = Husband
chart-code-wife = Wife
chart-code-father = Father
chart-code-mother = Mother
chart-code-child = Child
chart-code-son = Son
chart-code-daughter = Daughter
chart-code-brother = Brother
chart-code-sister = Sister
chart-code-guardian = Guardian

# Values, flags and curves
chart-cancelled = cancelled
chart-flag-very-abnormal = very abnormal
chart-systolic = syst.
chart-diastolic = diast.
chart-value-yes = yes
chart-value-no = no
chart-value-curve = { $n ->
    [one] curve of { $n } point
   *[other] curve of { $n } points
}
chart-trend-left-out = { $n ->
    [one] { $n } result of the table is not in the curve, or not in full: another unit, or no exact value.
   *[other] { $n } results of the table are not in the curve, or not in full: another unit, or no exact value.
}

# States
chart-until = until { $when }
chart-status-unknown = status unknown
chart-not-done = not done
chart-medicines-never = Not to be given
chart-medicine-never = do not give
chart-medicine-intended = planned
chart-medicine-not-taken = not taken
chart-allergy-refuted = ruled out
chart-acts-none = No procedure is noted.
chart-act-preparation = in preparation
chart-act-stopped = interrupted
chart-document-superseded = replaced
chart-document-amended = amended
chart-document-elsewhere = kept elsewhere:
chart-raw-order = In the order in which they were last recorded, the oldest first.
chart-allergy-add = Add an allergy
chart-allergy-none = No known allergy
chart-problem-add = Add a problem
chart-allergies-known = Allergies are noted: end them or rule them out first.
chart-document-add = Add a document
chart-document-strike = Strike through in this chart
chart-document-why = Nothing was struck through: say why, in at most 300 letters.
