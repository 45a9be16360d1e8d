simulation-title = Simulated hospital
simulation-what = Made-up staff keep the two hospitals alive: they use the same screens as you do, with the same rights. What you do yourself is not done again, and everything goes on from there.
simulation-now = The hospital's time:
simulation-pace = Time passes
simulation-stand = Stopped
simulation-times = × { $n }
simulation-counts = Since the start
simulation-act = Act
simulation-arrive = Arrival at the emergency department
simulation-triage = Triage
simulation-box = Taken to a box
simulation-charge = Seen by a physician
simulation-decide = Decision in the emergency department
simulation-left = Left without being seen
simulation-admit = Taken to a bed
simulation-may-go = Discharge decided
simulation-depart = Departure
simulation-clean = Cleaning, begun or ended
simulation-refused = { $n ->
    [one] { $n } act was refused.
   *[other] { $n } acts were refused.
  }
simulation-was-refused = refused:
simulation-last = Last acts
simulation-nothing = Nothing yet.
simulation-see = To look at:
simulation-emergency = Emergency
simulation-beds = Beds
