downtime-title = Downtime pack
downtime-off = This server prepares no downtime pack. Ask the computer department to turn it on.
downtime-made = The last pack is of { $when } ({ $ago }).
downtime-wards = { $n ->
    [one] { $n } sheet.
   *[other] { $n } sheets.
  }
downtime-patients = { $n ->
    [0] No patients.
    [one] { $n } patient.
   *[other] { $n } patients.
  }
downtime-old = It is older than fifteen minutes: tell the computer department. It can be used meanwhile.
downtime-none-yet = No pack was made yet since the server began.
downtime-second-failed = The copy on the other machine failed; the pack here is whole.
downtime-failed = The try of { $when } failed; the pack before it stands.
downtime-folder = Folder:
downtime-every = { $n ->
    [one] every minute
   *[other] every { $n } minutes
  }
downtime-how = When the power fails
downtime-how-open = Open the page of your ward in the downtime folder of the computer and type the emergency passphrase. It opens without a network.
downtime-how-print = Print everything on A4. Its time is at the top: ask the team what happened since.
downtime-how-write = Write on the empty sheets, each time with the real time and your name. Check allergies at every dose.
downtime-how-back = Afterwards enter line by line with the real time, tick off, then look at the list below. Keep the sheets in the file.
downtime-late = Entered afterwards
downtime-since = Since
downtime-look = Look
downtime-wrong = This date cannot be read, or is still to come, or is more than fourteen days back. Here are the last twenty-four hours.
downtime-written-since = Written since { $when }, more than an hour after it happened.
downtime-cut = Not everything is shown: choose a later moment.
downtime-late-none = Nothing was entered afterwards.
downtime-occurred = Real time
downtime-recorded = Entered
# i18n: same
downtime-patient = Patient
downtime-what = What
downtime-by = By
# i18n: same
downtime-admission = Admission
downtime-unnamed = Without words
