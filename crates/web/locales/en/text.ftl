text-month = { $n ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}
text-month-long = { $n ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
text-day = { $day } { $month } { $year }
text-month-of-year = { $month } { $year }
text-date-time = { $date }, { $time }

text-now = just now
text-today = today
text-yesterday = yesterday
text-tomorrow = tomorrow
text-minutes-ago = { $n } min ago
text-in-minutes = in { $n } min
text-hours-ago = { $n } h ago
text-in-hours = in { $n } h
text-days-ago = { $n ->
    [one] { $n } day ago
   *[other] { $n } days ago
}
text-in-days = { $n ->
    [one] in { $n } day
   *[other] in { $n } days
}
text-months-ago = { $n ->
    [one] { $n } month ago
   *[other] { $n } months ago
}
text-in-months = { $n ->
    [one] in { $n } month
   *[other] in { $n } months
}
text-years-ago = { $n ->
    [one] { $n } year ago
   *[other] { $n } years ago
}
text-in-years = { $n ->
    [one] in { $n } year
   *[other] in { $n } years
}

text-age-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
text-age-months = { $n ->
    [one] { $n } month
   *[other] { $n } months
}
text-age-years = { $n ->
    [one] { $n } year
   *[other] { $n } years
}
text-age-about = ≈ { $age }
text-age-under-a-year = under one year
text-age-unknown = age not known
