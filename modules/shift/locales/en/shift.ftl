# The work of a shift: late, due, new; the round list.
shift-title = Work of the shift
shift-wards = Wards
shift-no-wards = No ward with beds is on record.
shift-choose-ward = Choose a ward.
shift-order = Order of the list
shift-by-time = By time
shift-by-patient = By patient
shift-span = from { $from } to { $to }
shift-unknown = The hours of shifts do not hold yet: from { $from } to { $to }
shift-made = seen at { $time }
shift-patients = { $n ->
    [one] { $n } patient
   *[other] { $n } patients
}
shift-late = { $n ->
    [0] Nothing late
   *[other] { $n } late
}
shift-due = { $n ->
    [0] Nothing due until { $until }
   *[other] { $n } due until { $until }
}
shift-new = { $n ->
    [0] Nothing new since { $since }
   *[other] { $n } new since { $since }
}
shift-unseen = { $n ->
    [one] { $n } patient of this ward is not in your care and is not shown.
   *[other] { $n } patients of this ward are not in your care and are not shown.
}
shift-cut = The list is cut: not everything is in it.
shift-none = No patient in your care is in this ward.
shift-nothing = Nothing waits.
shift-mark-late = late
shift-mark-due = due
shift-mark-new = new
shift-unnamed = without a name
shift-signs = Vital signs
shift-signs-never = Vital signs: none for 24 h
shift-signs-always = Continuous monitoring
shift-request = Request
shift-draft = Request to sign
shift-stopped = Request stopped
shift-state-requested = waits to be accepted
shift-state-accepted = accepted
shift-state-in-progress = in progress
shift-state-on-hold = on hold
shift-state-draft = to be signed
shift-result = Result to read
shift-result-abnormal = Abnormal result to read
shift-result-critical = Critical result to read
shift-call = Critical call
shift-call-until = { $role }, before { $until }
shift-sign = To co-sign
shift-came = Came to the ward
shift-leaves = Expected to leave
shift-decided = Discharge decided
shift-handovers = Handovers
shift-handover = Handover
shift-handover-missing = { $n ->
    [0] all written
    [one] { $n } patient without a handover
   *[other] { $n } patients without a handover
}
shift-handover-signed = signed too by
shift-handover-waits = waits for the second signature
shift-handover-none = no handover
shift-handover-write = Write the handover
shift-round = Round list
shift-back = Work of the shift
shift-print = Print
shift-patient = Patient
shift-known = Reason, signs, requests, last assessment
shift-to-note = To note
shift-day = came on { $since }, day { $n }
shift-allergies = Allergies:
shift-severe = severe
shift-allergies-none = No known allergy
shift-allergies-not-asked = Allergies not asked
shift-no-signs = Nothing measured for 24 h
shift-requests = Requests:
shift-urgent = urgent
shift-trend-up = rising
shift-trend-down = falling
shift-trend-same = steady
shift-printed = Printed by { $by } ({ $role }), { $at }
