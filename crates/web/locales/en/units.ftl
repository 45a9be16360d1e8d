## same: symbols of units that everybody reads, by UCUM code (a sign is written _, see `text/unit.rs`)

units-symbol-Cel = °C
units-symbol-mm_Hg_ = mmHg
units-symbol-m_H2O_ = mH₂O
units-symbol-cm_H2O_ = cmH₂O
units-symbol-10_3 = 10³
units-symbol-10_6 = 10⁶
units-symbol-10_9 = 10⁹
units-symbol-10_12 = 10¹²
units-symbol-um = µm
units-symbol-ug = µg
units-symbol-umol = µmol
units-symbol-uL = µL
units-symbol-m2 = m²
units-symbol-_in_i_ = in
units-symbol-_lb_av_ = lb
units-symbol-_pH_ = pH

## Units of results that are words, by UCUM code

units-symbol-_iU_ = IU
units-symbol-_IU_ = IU
units-symbol-m_iU_ = mIU
units-symbol-m_IU_ = mIU
units-symbol-u_iU_ = µIU
units-symbol-u_IU_ = µIU
units-symbol-a = years
units-symbol-mo = months
units-symbol-wk = wk
units-symbol-d = d

## Units of doses, written out: by UCUM code, and by what is written where there is none

units-of-ug = { $n ->
    [one] microgram
   *[other] micrograms
}
units-of-mcg = { units-of-ug }
units-of-_xb5g = { units-of-ug }
units-of-_x3bcg = { units-of-ug }
units-of-ng = { $n ->
    [one] nanogram
   *[other] nanograms
}
units-of-U = { $n ->
    [one] unit
   *[other] units
}
units-of-u = { units-of-U }
units-of-UI = { units-of-U }
units-of-ui = { units-of-U }
units-of-IU = { units-of-U }
units-of-_iU_ = { units-of-U }
units-of-_IU_ = { units-of-U }
units-of-MU = million units
units-of-M_iU_ = { units-of-MU }
units-of-k_iU_ = thousand units
units-of-_tbl_ = { $n ->
    [one] tablet
   *[other] tablets
}
units-of-_tablet_ = { units-of-_tbl_ }
units-of-tablet = { units-of-_tbl_ }
units-of-TAB = { units-of-_tbl_ }
units-of-_capsule_ = { $n ->
    [one] capsule
   *[other] capsules
}
units-of-capsule = { units-of-_capsule_ }
units-of-CAP = { units-of-_capsule_ }
units-of-_drp_ = { $n ->
    [one] drop
   *[other] drops
}
units-of-_drop_ = { units-of-_drp_ }
units-of-_puff_ = { $n ->
    [one] puff
   *[other] puffs
}
units-of-puff = { units-of-_puff_ }
units-of-PUFF = { units-of-_puff_ }
units-of-_spray_ = { $n ->
    [one] spray
   *[other] sprays
}
units-of-_sachet_ = { $n ->
    [one] sachet
   *[other] sachets
}
units-of-_suppository_ = { $n ->
    [one] suppository
   *[other] suppositories
}
units-of-SUPP = { units-of-_suppository_ }
units-of-_ampule_ = { $n ->
    [one] ampoule
   *[other] ampoules
}
units-of-AMP = { units-of-_ampule_ }
units-of-_vial_ = { $n ->
    [one] vial
   *[other] vials
}
units-of-VIAL = { units-of-_vial_ }
units-of-_patch_ = { $n ->
    [one] patch
   *[other] patches
}
units-of-PATCH = { units-of-_patch_ }
units-of-_applicatorful_ = { $n ->
    [one] application
   *[other] applications
}
units-of-_dose_ = { $n ->
    [one] dose
   *[other] doses
}
units-of-mo = { $n ->
    [one] month
   *[other] months
}
units-of-wk = { $n ->
    [one] week
   *[other] weeks
}
units-of-d = { $n ->
    [one] day
   *[other] days
}
units-per = { $unit }/{ $each }
units-to = { $low } to { $high }

## Ways of giving, by SNOMED CT, EDQM or HL7 code

units-route-26643006 = by mouth
units-route-20053000 = { units-route-26643006 }
units-route-PO = { units-route-26643006 }
units-route-47625008 = intravenous
units-route-20045000 = { units-route-47625008 }
units-route-IV = { units-route-47625008 }
units-route-78421000 = intramuscular
units-route-20035000 = { units-route-78421000 }
units-route-IM = { units-route-78421000 }
units-route-34206005 = subcutaneous
units-route-20066000 = { units-route-34206005 }
units-route-SC = { units-route-34206005 }
units-route-SQ = { units-route-34206005 }
units-route-37161004 = rectal
units-route-20061000 = { units-route-37161004 }
units-route-PR = { units-route-37161004 }
units-route-46713006 = into the nose
units-route-20049000 = { units-route-46713006 }
units-route-54485002 = into the eye
units-route-20051000 = { units-route-54485002 }
units-route-10547007 = into the ear
units-route-20001000 = { units-route-10547007 }
units-route-6064005 = on the skin
units-route-20003000 = { units-route-6064005 }
units-route-37839007 = under the tongue
units-route-20067000 = { units-route-37839007 }
units-route-SL = { units-route-37839007 }
units-route-16857009 = vaginal
units-route-20072000 = { units-route-16857009 }
units-route-45890007 = transdermal
units-route-20070000 = { units-route-45890007 }
units-route-447694001 = inhaled
units-route-20020000 = { units-route-447694001 }
units-route-372464004 = intradermal
units-route-72607000 = intrathecal
units-route-404820008 = epidural
units-route-20009000 = { units-route-404820008 }
units-route-127492001 = nasogastric tube

## How often

units-code-AM = in the morning
units-code-PM = in the afternoon
units-code-QD = once a day
units-code-BID = 2 times a day
units-code-TID = 3 times a day
units-code-QID = 4 times a day
units-code-QOD = every other day
units-code-Q1H = every hour
units-code-Q2H = every 2 h
units-code-Q3H = every 3 h
units-code-Q4H = every 4 h
units-code-Q6H = every 6 h
units-code-Q8H = every 8 h
units-code-BED = at bedtime
units-code-WK = once a week
units-code-MO = once a month

units-times = { $n ->
    [1] once
   *[other] { $count } times
}
units-times-in-s = { $times } a second
units-times-in-min = { $times } a minute
units-times-in-h = { $times } an hour
units-times-in-d = { $times } a day
units-times-in-wk = { $times } a week
units-times-in-mo = { $times } a month
units-times-in-a = { $times } a year
units-times-every = { $times }, { $every }

units-every-s = every { $count } s
units-every-min = every { $count } min
units-every-h = every { $count } h
units-every-d = every { $count } days
units-every-wk = every { $count } weeks
units-every-mo = every { $count } months
units-every-a = every { $count } years

units-when-MORN = in the morning
units-when-MORN_early = early in the morning
units-when-MORN_late = late in the morning
units-when-NOON = at noon
units-when-AFT = in the afternoon
units-when-AFT_early = early in the afternoon
units-when-AFT_late = late in the afternoon
units-when-EVE = in the evening
units-when-EVE_early = early in the evening
units-when-EVE_late = late in the evening
units-when-NIGHT = at night
units-when-PHS = after going to sleep
units-when-HS = at bedtime
units-when-WAKE = on waking
units-when-C = with meals
units-when-CM = with breakfast
units-when-CD = with lunch
units-when-CV = with dinner
units-when-AC = before meals
units-when-ACM = before breakfast
units-when-ACD = before lunch
units-when-ACV = before dinner
units-when-PC = after meals
units-when-PCM = after breakfast
units-when-PCD = after lunch
units-when-PCV = after dinner
units-when-offset = { $count } min { $when }

units-day-mon = Monday
units-day-tue = Tuesday
units-day-wed = Wednesday
units-day-thu = Thursday
units-day-fri = Friday
units-day-sat = Saturday
units-day-sun = Sunday
units-on-days = on { $days }
units-at-times = at { $times }
units-and = { $some } and { $last }
units-comma = { $some }, { $next }

## How long

units-length-s = { $count } s
units-length-min = { $count } min
units-length-h = { $count } h
units-length-d = { $n ->
    [one] { $count } day
   *[other] { $count } days
}
units-length-wk = { $n ->
    [one] { $count } week
   *[other] { $count } weeks
}
units-length-mo = { $n ->
    [one] { $count } month
   *[other] { $count } months
}
units-length-a = { $n ->
    [one] { $count } year
   *[other] { $count } years
}
units-during = for { $length }
units-over = given over { $length }
units-from-until = from { $start } to { $end }
units-from = from { $start }
units-until = until { $end }
units-in-all = { $n ->
    [one] { $count } dose in all
   *[other] { $count } doses in all
}

units-as-needed = as needed
units-as-needed-for = as needed: { $reason }
units-rate = at { $rate }
units-at-most = at most { $amount } in { $length }
units-at-most-per = at most { $amount } per { $each }
units-then = then
units-also = and also
units-at-most-once = at most { $amount } at a time
units-at-most-ever = at most { $amount } in a lifetime
units-written = “{ $text }”
