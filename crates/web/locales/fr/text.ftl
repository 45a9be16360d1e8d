text-month = { $n ->
    [1] janv.
    [2] févr.
    [3] mars
    [4] avr.
    [5] mai
    [6] juin
    [7] juil.
    [8] août
    [9] sept.
    [10] oct.
    [11] nov.
   *[12] déc.
}
text-month-long = { $n ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
}
text-day = { $day } { $month } { $year }
text-month-of-year = { $month } { $year }
text-date-time = { $date }, { $time }

text-now = à l’instant
text-today = aujourd’hui
text-yesterday = hier
text-tomorrow = demain
text-minutes-ago = il y a { $n } min
text-in-minutes = dans { $n } min
text-hours-ago = il y a { $n } h
text-in-hours = dans { $n } h
text-days-ago = { $n ->
    [one] il y a { $n } jour
   *[other] il y a { $n } jours
}
text-in-days = { $n ->
    [one] dans { $n } jour
   *[other] dans { $n } jours
}
text-months-ago = il y a { $n } mois
text-in-months = dans { $n } mois
text-years-ago = { $n ->
    [one] il y a { $n } an
   *[other] il y a { $n } ans
}
text-in-years = { $n ->
    [one] dans { $n } an
   *[other] dans { $n } ans
}

text-age-days = { $n ->
    [one] { $n } jour
   *[other] { $n } jours
}
text-age-months = { $n } mois
text-age-years = { $n ->
    [one] { $n } an
   *[other] { $n } ans
}
text-age-about = ≈ { $age }
text-age-under-a-year = moins d’un an
text-age-unknown = âge inconnu
