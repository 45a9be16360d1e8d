# The audit trail: who looked at a record, and who did what.
audit-trail = Access trail
audit-trail-what = Every access leaves a line that cannot be changed any more. To learn who looked at a record:
audit-find-patient = find the patient.
audit-login = Login name
audit-from = From
audit-to = to
audit-search = Search
audit-nobody = No account has this login name.
audit-no-day = This date cannot be read. Write it as 2026-01-31.
audit-none = Nothing was done within these limits.
audit-looked = Who looked at this record
audit-visits = { $n ->
    [one] one visit
   *[other] { $n } visits
  }
audit-looked-what = One line a visit: all that somebody saw or wrote without a pause of ten minutes. This page leaves a line too.
audit-looked-none = Nobody has looked at this record yet.
audit-printed = Printed on { $when }
audit-print = Print
audit-time = Time
audit-who = Who
audit-what = What
audit-whose = About whom
audit-why = Why
audit-where = From where
audit-saw = Saw: { $what }
audit-wrote = Wrote: { $what }
audit-denied = Refused
audit-own = { $n ->
    [one] One operation of the system itself, which showed nobody anything.
   *[other] { $n } operations of the system itself, which showed nobody anything.
  }
audit-others = { $n ->
    [one] and one other person
   *[other] and { $n } other people
  }
audit-older = Older
audit-comma = ,{" "}
audit-program = Program
audit-said = { $what }: { $why }
audit-kind-identity = identity
audit-kind-problems = problems and allergies
audit-kind-medicines = medicines
audit-kind-results = examinations and results
audit-kind-documents = documents
audit-kind-stays = stays and care
audit-kind-alerts = alerts and consents
audit-kind-money = cover and bills
audit-kind-trail = access trail
audit-kind-house = places and staff
audit-kind-other = other parts of the record
audit-why-treatment = Care
audit-why-operations = Running of the hospital
audit-why-emergency = Emergency
audit-why-research = Research
audit-why-administration = System administration
audit-did-create = Added: { $what }
audit-did-read = Read: { $what }
audit-did-update = Changed: { $what }
audit-did-delete = Removed: { $what }
audit-did-search = Searched: { $what }
audit-event-sign-in = Signed in
audit-event-lock-out = Too many tries: has to wait
audit-event-sign-out = Signed out
audit-event-account-change = Account changed
audit-event-secret-change = Password or factor changed
audit-event-key-change = Key of the server
audit-event-broken-glass = Emergency access
audit-event-export = Data exported
audit-event-backup = Backup
audit-event-consent = Program allowed
audit-event-trail-read = Access trail read
audit-event-service = Server started or stopped
audit-event-station-change = Shared station changed
audit-unusual = To be looked at closely
audit-unusual-what = Looks that are unusual by the rules of the hospital. Each is a question to be asked, not a fault: most have good reasons.
audit-unusual-since = Since { $when }.
audit-unusual-cut = Older looks are too many for this page.
audit-unusual-none = Nothing unusual in the last seven days.
audit-unusual-see = See the trail
audit-unusual-more = { $n ->
    [one] And one more, older.
   *[other] And { $n } more, older.
  }
audit-looks = { $n ->
    [one] one look
   *[other] { $n } looks
  }
audit-anomaly-crawling = Many records of patients who are not theirs, in a short time
audit-anomaly-own-family = Record of somebody of the same name, telephone or address
audit-anomaly-night = At night, in a role that works by day
audit-anomaly-masked = Masked record, without caring for the patient
audit-anomaly-many-glasses = Repeated exceptional access
audit-tab = Who looked
