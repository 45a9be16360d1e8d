signs-title = Vital signs
signs-tab = Vital signs
signs-save = Save for { $name }
signs-check = Check without saving
signs-keys = Enter: next field · Ctrl-Enter: save
signs-taken = Measured at
signs-reason = Reason
signs-required = required
signs-back = Back without correcting
signs-draft-back = Typed and not saved at { $time }, taken up here.
signs-draft-keep = Keep as a draft
signs-draft-kept = Draft kept at %
signs-draft-lost = Draft not kept: no network
signs-wrong = To be put right before saving. Nothing is lost.
signs-wrong-number = This is no number.
signs-wrong-pair = Two numbers are expected, such as 120/80.
signs-wrong-order = The systolic pressure is above the diastolic.
signs-wrong-choice = There is no such choice.
signs-wrong-decimals = { $n ->
    [0] No decimals.
    [one] One decimal at most.
   *[other] { $n } decimals at most.
}
signs-wrong-impossible = Impossible: from { $low } to { $high } { $unit }.
signs-wrong-future = The time of measuring lies in the future.
signs-wrong-time = The time of measuring cannot be read.
signs-wrong-birth = The time of measuring is before birth.
signs-wrong-empty = No value was typed.
signs-wrong-reason = A reason is needed, of 200 letters at most.
signs-strange = { $value } is unusual (expected { $low } to { $high } { $unit }).
signs-strange-all = A value is unusual. If it is right, confirm it, then save.
signs-confirm = The value is right
signs-lacking = Not scored. Missing:
signs-beyond = { $name } (beyond its limits)
signs-bar-age-unknown = Not scored: the age is not known.
signs-bar-young = { $n ->
    [one] Not for anybody under { $n } year.
   *[other] Not for anybody under { $n } years.
}
signs-bar-old = { $n ->
    [one] Not for anybody over { $n } year.
   *[other] Not for anybody over { $n } years.
}
signs-bar-pregnant = Not in pregnancy.
signs-not-pregnant = Does not hold in pregnancy, of which nothing is recorded.
signs-level-none = No point
signs-level-low = Low
signs-level-low-medium = One parameter at 3
signs-level-medium = Medium
signs-level-high = High
signs-last = Last measures
signs-none = No measures. What is saved first will stand here.
signs-sign = Measure
signs-by = Entered by
signs-late = entered { $at }
signs-correct = Correct or strike
signs-correct-title = Correct the measures of { $when }
signs-corrected = Corrected: { $reason }
signs-struck-by = Struck: { $reason } ({ $by }, { $at })
signs-in-error = Entered in error
signs-strike-title = Strike without replacing
signs-strike-hint = The set stays in sight, struck through, with its reason. It counts no more in the score or in curves.
signs-strike-of = Strike these measures of { $name }
signs-older = Older
signs-newest = Newest
signs-target-title = Target of SpO₂
signs-target-on = Target 88–92 % set by a physician: scale 2
signs-target-off = scale 1
signs-target-flag = SpO₂ target 88–92 % (NEWS2 scale 2)
signs-target-hint = Scale 2 is only for patients whose target of saturation is 88 to 92 %.
signs-target-set = Set the target 88–92 % for { $name }
signs-target-clear = Lift the target 88–92 % for { $name }
signs-wards = Wards
signs-no-wards = No ward with beds is recorded.
signs-choose-ward = Choose a ward.
signs-ward-none = No patient in your care is in this ward.
signs-ward-all = { $n ->
    [one] { $n } patient
   *[other] { $n } patients
}
signs-ward-late = { $n ->
    [one] { $n } late
   *[other] { $n } late
}
signs-place = Bed
signs-patient = Patient
signs-due = Next due
signs-last-set = Last set
signs-late-mark = Late
signs-due-never = nothing measured for 24 h
signs-due-always = continuous monitoring
signs-due-unsaid = score incomplete
signs-due-at = { $time } ({ $ago })
signs-page-before = Page before
signs-page-after = Next page
signs-scores = Scores
signs-scores-active = Scores in use
signs-scores-inactive = Scores to be confirmed by the hospital
signs-scores-inactive-hint = These are not reckoned until somebody of the hospital has confirmed them.
signs-score-unconfirmed = Nobody of the hospital has confirmed this score: it is shown, and not reckoned.
signs-score-source = Source
signs-score-licence = Terms
signs-score-open = The score is not complete: it was not saved.
signs-score-back = All scores
signs-known = taken from { $at }
signs-score-lacks = to be filled in
signs-growth = Growth
signs-growth-none = Neither weight nor height before five years. They will stand here once they are saved.
signs-growth-no-sex = Curves of growth need the sex, which is not known.
signs-growth-no-birth = Curves of growth need the day of birth.
signs-growth-z = Distance from the median
signs-growth-standard = Curve
signs-growth-value = Value
signs-growth-when = Measured on
signs-growth-by-months = Age in months
signs-growth-by-height = Height in cm
signs-growth-source = WHO Child Growth Standards, birth to five years (2006, 2007). Curves at 0, ±2 and ±3 standard deviations.
signs-print = Print
signs-standard-weight-for-age = Weight for age
signs-standard-height-for-age = Height for age
signs-standard-bmi-for-age = BMI for age
signs-standard-head-for-age = Head circumference for age
signs-standard-weight-for-length = Weight for length
signs-standard-weight-for-height = Weight for height
signs-z-below-3 = below −3
signs-z-below-2 = between −3 and −2
signs-z-within = between −2 and +2
signs-z-above-2 = between +2 and +3
signs-z-above-3 = above +3
signs-z-improbable = improbable: to be checked
signs-balance = Fluid balance
signs-balance-day = Balance of { $day }, from { $from } to { $from }
signs-balance-new = Add what went in or out
signs-balance-kind = Kind
signs-balance-in = In
signs-balance-out = Out
signs-balance-volume = Volume
signs-balance-hour = Hour
signs-balance-total = Total of the day
signs-balance-net = Balance
signs-balance-none = Nothing is written down for this day.
signs-balance-entries = Written down
signs-balance-before = Day before
signs-balance-after = Day after
signs-balance-cut = The list is too long for a total: none is given.
signs-balance-wrong-kind = Choose the kind.
signs-balance-wrong-volume = A whole volume of 1 to { $most } mL is expected.
signs-balance-strike = Strike
