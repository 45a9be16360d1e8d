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

units-symbol-_iU_ = UI
units-symbol-_IU_ = UI
units-symbol-m_iU_ = mUI
units-symbol-m_IU_ = mUI
units-symbol-u_iU_ = µUI
units-symbol-u_IU_ = µUI
units-symbol-a = ans
units-symbol-mo = mois
units-symbol-wk = sem.
units-symbol-d = j

## Units of doses, written out: by UCUM code, and by what is written where there is none

units-of-ug = { $n ->
    [one] microgramme
   *[other] microgrammes
}
units-of-mcg = { units-of-ug }
units-of-_xb5g = { units-of-ug }
units-of-_x3bcg = { units-of-ug }
units-of-ng = { $n ->
    [one] nanogramme
   *[other] nanogrammes
}
units-of-U = { $n ->
    [one] unité
   *[other] unités
}
units-of-u = { units-of-U }
units-of-UI = { units-of-U }
units-of-ui = { units-of-U }
units-of-IU = { units-of-U }
units-of-_iU_ = { units-of-U }
units-of-_IU_ = { units-of-U }
units-of-MU = { $n ->
    [one] million d’unités
   *[other] millions d’unités
}
units-of-M_iU_ = { units-of-MU }
units-of-k_iU_ = { $n ->
    [one] millier d’unités
   *[other] milliers d’unités
}
units-of-_tbl_ = { $n ->
    [one] comprimé
   *[other] comprimés
}
units-of-_tablet_ = { units-of-_tbl_ }
units-of-tablet = { units-of-_tbl_ }
units-of-TAB = { units-of-_tbl_ }
units-of-_capsule_ = { $n ->
    [one] gélule
   *[other] gélules
}
units-of-capsule = { units-of-_capsule_ }
units-of-CAP = { units-of-_capsule_ }
units-of-_drp_ = { $n ->
    [one] goutte
   *[other] gouttes
}
units-of-_drop_ = { units-of-_drp_ }
units-of-_puff_ = { $n ->
    [one] bouffée
   *[other] bouffées
}
units-of-puff = { units-of-_puff_ }
units-of-PUFF = { units-of-_puff_ }
units-of-_spray_ = { $n ->
    [one] pulvérisation
   *[other] pulvérisations
}
units-of-_sachet_ = { $n ->
    [one] sachet
   *[other] sachets
}
units-of-_suppository_ = { $n ->
    [one] suppositoire
   *[other] suppositoires
}
units-of-SUPP = { units-of-_suppository_ }
units-of-_ampule_ = { $n ->
    [one] ampoule
   *[other] ampoules
}
units-of-AMP = { units-of-_ampule_ }
units-of-_vial_ = { $n ->
    [one] flacon
   *[other] flacons
}
units-of-VIAL = { units-of-_vial_ }
units-of-_patch_ = { $n ->
    [one] patch
   *[other] patchs
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
units-of-mo = mois
units-of-wk = { $n ->
    [one] semaine
   *[other] semaines
}
units-of-d = { $n ->
    [one] jour
   *[other] jours
}
units-per = { $unit }/{ $each }
units-to = { $low } à { $high }

## Ways of giving, by SNOMED CT, EDQM or HL7 code

units-route-26643006 = voie orale
units-route-20053000 = { units-route-26643006 }
units-route-PO = { units-route-26643006 }
units-route-47625008 = voie intraveineuse
units-route-20045000 = { units-route-47625008 }
units-route-IV = { units-route-47625008 }
units-route-78421000 = voie intramusculaire
units-route-20035000 = { units-route-78421000 }
units-route-IM = { units-route-78421000 }
units-route-34206005 = voie sous-cutanée
units-route-20066000 = { units-route-34206005 }
units-route-SC = { units-route-34206005 }
units-route-SQ = { units-route-34206005 }
units-route-37161004 = voie rectale
units-route-20061000 = { units-route-37161004 }
units-route-PR = { units-route-37161004 }
units-route-46713006 = voie nasale
units-route-20049000 = { units-route-46713006 }
units-route-54485002 = voie ophtalmique
units-route-20051000 = { units-route-54485002 }
units-route-10547007 = voie auriculaire
units-route-20001000 = { units-route-10547007 }
units-route-6064005 = voie cutanée
units-route-20003000 = { units-route-6064005 }
units-route-37839007 = voie sublinguale
units-route-20067000 = { units-route-37839007 }
units-route-SL = { units-route-37839007 }
units-route-16857009 = voie vaginale
units-route-20072000 = { units-route-16857009 }
units-route-45890007 = voie transdermique
units-route-20070000 = { units-route-45890007 }
units-route-447694001 = voie inhalée
units-route-20020000 = { units-route-447694001 }
units-route-372464004 = voie intradermique
units-route-72607000 = voie intrathécale
units-route-404820008 = voie péridurale
units-route-20009000 = { units-route-404820008 }
units-route-127492001 = sonde nasogastrique

## How often

units-code-AM = le matin
units-code-PM = l’après-midi
units-code-QD = 1 fois par jour
units-code-BID = 2 fois par jour
units-code-TID = 3 fois par jour
units-code-QID = 4 fois par jour
units-code-QOD = un jour sur deux
units-code-Q1H = toutes les heures
units-code-Q2H = toutes les 2 h
units-code-Q3H = toutes les 3 h
units-code-Q4H = toutes les 4 h
units-code-Q6H = toutes les 6 h
units-code-Q8H = toutes les 8 h
units-code-BED = au coucher
units-code-WK = 1 fois par semaine
units-code-MO = 1 fois par mois

units-times = { $count } fois
units-times-in-s = { $times } par seconde
units-times-in-min = { $times } par minute
units-times-in-h = { $times } par heure
units-times-in-d = { $times } par jour
units-times-in-wk = { $times } par semaine
units-times-in-mo = { $times } par mois
units-times-in-a = { $times } par an
units-times-every = { $times }, { $every }

units-every-s = toutes les { $count } s
units-every-min = toutes les { $count } min
units-every-h = toutes les { $count } h
units-every-d = tous les { $count } jours
units-every-wk = toutes les { $count } semaines
units-every-mo = tous les { $count } mois
units-every-a = tous les { $count } ans

units-when-MORN = le matin
units-when-MORN_early = tôt le matin
units-when-MORN_late = en fin de matinée
units-when-NOON = le midi
units-when-AFT = l’après-midi
units-when-AFT_early = en début d’après-midi
units-when-AFT_late = en fin d’après-midi
units-when-EVE = le soir
units-when-EVE_early = en début de soirée
units-when-EVE_late = en fin de soirée
units-when-NIGHT = la nuit
units-when-PHS = après l’endormissement
units-when-HS = au coucher
units-when-WAKE = au réveil
units-when-C = aux repas
units-when-CM = au petit déjeuner
units-when-CD = au déjeuner
units-when-CV = au dîner
units-when-AC = avant les repas
units-when-ACM = avant le petit déjeuner
units-when-ACD = avant le déjeuner
units-when-ACV = avant le dîner
units-when-PC = après les repas
units-when-PCM = après le petit déjeuner
units-when-PCD = après le déjeuner
units-when-PCV = après le dîner
units-when-offset = { $count } min { $when }

units-day-mon = lundi
units-day-tue = mardi
units-day-wed = mercredi
units-day-thu = jeudi
units-day-fri = vendredi
units-day-sat = samedi
units-day-sun = dimanche
units-on-days = le { $days }
units-at-times = à { $times }
units-and = { $some } et { $last }
units-comma = { $some }, { $next }

## How long

units-length-s = { $count } s
units-length-min = { $count } min
units-length-h = { $count } h
units-length-d = { $n ->
    [one] { $count } jour
   *[other] { $count } jours
}
units-length-wk = { $n ->
    [one] { $count } semaine
   *[other] { $count } semaines
}
units-length-mo = { $count } mois
units-length-a = { $n ->
    [one] { $count } an
   *[other] { $count } ans
}
units-during = pendant { $length }
units-over = à passer en { $length }
units-from-until = du { $start } au { $end }
units-from = à partir du { $start }
units-until = jusqu’au { $end }
units-in-all = { $n ->
    [one] { $count } prise en tout
   *[other] { $count } prises en tout
}

units-as-needed = si besoin
units-as-needed-for = si besoin : { $reason }
units-rate = débit { $rate }
units-at-most = maximum { $amount } en { $length }
units-at-most-per = maximum { $amount } par { $each }
units-then = puis
units-also = et aussi
units-at-most-once = maximum { $amount } par prise
units-at-most-ever = maximum { $amount } dans toute la vie
units-written = « { $text } »
