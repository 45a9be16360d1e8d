exchange-console-title = Exchanges
exchange-console-what = HL7 v2 messages that come from other systems and go to them. What is parked waits for somebody who says whose it is; later messages of the same patient wait behind it.
exchange-console-none = This server has no channels. They are named in a file when it starts (--channels).
exchange-console-channel = Channel
exchange-console-way = Direction
exchange-console-in = comes in
exchange-console-out = goes out
exchange-console-address = Address
exchange-console-state = State
exchange-console-state-waiting = Waiting
exchange-console-state-done = Done
exchange-console-state-parked = Parked
exchange-console-state-dead = Refused
exchange-console-state-discarded = Set aside
exchange-console-n-waiting = { $n ->
    [one] { $n } waiting
   *[other] { $n } waiting
  }
exchange-console-n-parked = { $n ->
    [one] { $n } parked
   *[other] { $n } parked
  }
exchange-console-n-dead = { $n ->
    [one] { $n } refused
   *[other] { $n } refused
  }
exchange-console-all = All
exchange-console-messages = Messages
exchange-console-message = Message { $control }
exchange-console-one = Message
exchange-console-control = Control id
exchange-console-number = Patient or stay number
exchange-console-find = Find
exchange-console-no-messages = No message like this.
exchange-console-when = When
exchange-console-event = Event
exchange-console-sender = Sender
exchange-console-more = There are more. Say more of what you look for.
exchange-console-why-traits = The number is known here, but what the message says of the person disagrees.
exchange-console-why-unknown = Nobody here has this number.
exchange-console-why-several = The numbers of the message belong to different patients.
exchange-console-why-nameless = Nobody here has this number, and the message does not say who it is.
exchange-console-why-numberless = The message has a patient without a number.
exchange-console-why-place = This place is not known here.
exchange-console-why-taken = The place is taken or promised.
exchange-console-why-stay = The stay is not known here, or is another patient's.
exchange-console-why-house = The stay does not allow this movement.
exchange-console-why-told = The message does not say all that is needed.
exchange-console-why-renamed = A patient has another number from now on.
exchange-console-why-refused = Nothing could be made of the message as it is.
exchange-console-by = Decided { $when } by
exchange-console-copy = Copy of another message
exchange-console-behind = { $n ->
    [one] { $n } message of the same patient waits behind it.
   *[other] { $n } messages of the same patient wait behind it.
  }
exchange-console-whose = Whose is it?
exchange-console-whose-number = Of the patient with this number:
exchange-console-whose-new = Of somebody new: a record is made
exchange-console-whose-discard = Nothing is to be done with it, because:
exchange-console-why = Reason
exchange-console-whose-again = Try again as it is: what stood in its way is settled
exchange-console-learned = This channel takes this number for that of { $who }.
exchange-console-learned-by = Decided on { $when } by
exchange-console-forget = Forget this number
exchange-console-decide = Decide
exchange-console-check = Make sure that it is this person, choose them, then decide.
exchange-console-replaces = This channel writes identities: what the message says of the person replaces what stands in their record, field by field; a validated identity stays as it is.
exchange-console-says = What it says
exchange-console-unreadable = The message cannot be read.
exchange-console-cut = The message is longer than what is shown.
exchange-console-again = Send it through again
exchange-console-again-same = Again as it was
exchange-console-again-edited = Again as edited
exchange-console-edit = Message, one segment a line. What came stays as it came.
exchange-console-wrong-whose = Say whose the message is.
exchange-console-wrong-number = No patient has this number. Write the whole number.
exchange-console-wrong-new = This channel makes no patients. Register the person first, then give their number here.
exchange-console-wrong-why = Give the reason, in 5 to 300 letters.
exchange-console-wrong-text = This is no message that can be read.
exchange-console-wrong-moved = Somebody else, or the channel, was faster. The message is shown as it is now.
exchange-console-field-application = Sending program
exchange-console-field-sent = Sent
exchange-console-field-occurred = Happened
exchange-console-field-numbers = Numbers
exchange-console-field-name = Name
exchange-console-field-birth = Born
exchange-console-field-sex = Sex
exchange-console-field-home = Home
exchange-console-field-phone = Telephone
exchange-console-field-class = Class of stay
exchange-console-field-place = Place
exchange-console-field-doctor = Doctor
exchange-console-field-stay = Stay number
exchange-console-field-admitted = Admitted
exchange-console-field-left = Left
exchange-console-field-measured = Measured
exchange-console-field-value = Value
