# The queue: desk, kiosk, display.
queue-title = Queue
queue-kiosk = Kiosk
queue-display = Display of calls
queue-choose = Which desk is this workstation? The choice is kept on it.
queue-choose-other = Another desk
queue-no-desks = No desk. A desk is a place whose type has a service of the queue.
queue-issue = Give a ticket
queue-issue-do = Give the ticket
queue-service = Service
queue-priority = Priority
queue-priority-none = none
queue-priority-unvalidated = Proposed priorities: the hospital has not validated them yet.
queue-phone = Telephone (optional)
queue-phone-hint = A message tells when the turn is near. The number is erased afterwards.
queue-pause = Pause this desk
queue-pause-why = Reason
queue-pause-do = Pause
queue-paused = Desk paused:
queue-paused-elsewhere = closed by another system
queue-open = Open the desk again
queue-here = At the desk
queue-nobody-here = Nobody at the desk.
queue-empty = Nobody waits. Tickets will show here.
queue-called = Called
queue-serving = At the desk
queue-calls = call { $calls } of { $needed }
queue-call = Call
queue-again = Call again
queue-begin = They are here
queue-end = End
queue-no-show = Note as not come:
queue-back = Has come back
queue-gone = Does not wait any longer
queue-gone-do = Take out of the queue:
queue-transfer = Transfer
queue-transfer-to = To
queue-transfer-do = Transfer
queue-any-desk = { $service }: first free desk
queue-next = Next:
queue-waiting = Waiting
queue-number = Number
queue-why = Order
queue-since = Arrived
queue-acts = Actions
queue-slot = appointment { $time }
queue-why-always = emergency, passes everybody
queue-why-overdue = has waited too long
queue-why-priority = priority
queue-why-turn = in turn
queue-missed = Did not come when called today
queue-count = { $n ->
    [0] nobody waits
    [one] { $n } person waits
   *[other] { $n } people wait
}
queue-ahead = { $n ->
    [0] nobody before you
    [one] { $n } person before you
   *[other] { $n } people before you
}
queue-more = { $n ->
    [one] { $n } more ticket waits.
   *[other] { $n } more tickets wait.
}
queue-wait-short = less than 5 minutes
queue-wait-about = about { $most } minutes
queue-wait-range = { $half } to { $most } minutes
queue-ticket = Ticket
queue-to-desk = Back to the desk
queue-print = Print
queue-state-requested = Waiting
queue-state-accepted = Called
queue-state-in-progress = At the desk
queue-state-completed = Done
queue-state-cancelled = Does not wait any more
queue-state-failed = Did not come
queue-tie = Whose ticket this is
queue-tie-find = Name, number, telephone
queue-tie-search = Find
queue-tie-none = Nobody of this name.
queue-tie-do = It is
queue-refused-RH-QUEUE-STATE = This ticket changed meanwhile, or this cannot be done now: look at the queue.
queue-refused-RH-QUEUE-RACED = Another desk has just called or changed this ticket. Nobody was called here: call the next one.
queue-refused-RH-QUEUE-BUSY = Somebody is at this desk or was called to it: end that first.
queue-refused-RH-QUEUE-PAUSED = This desk is paused: open it before you call.
queue-refused-RH-QUEUE-NOBODY = Nobody waits for this desk.
queue-refused-RH-QUEUE-EARLY = Too few calls, or the last one was just now: call again, then wait.
queue-refused-RH-QUEUE-ELSEWHERE = This ticket waits for another desk.
queue-refused-RH-QUEUE-SERVICE = There is no such service here: choose another one.
queue-refused-RH-QUEUE-NUMBERS = Too many tickets are being given at this moment: try again.
queue-kiosk-language = Language
queue-kiosk-welcome = Welcome. What do you come for?
queue-kiosk-none = The kiosk is not open. Please ask at reception.
queue-kiosk-code = Appointment or ticket: show the code
queue-kiosk-come = Confirm
queue-kiosk-unknown = This code is not known today. Take a ticket or ask at reception.
queue-kiosk-priority = Does one of these apply to you?
queue-kiosk-priority-none = No
queue-kiosk-take = Take a ticket
queue-kiosk-back = Back
queue-kiosk-yours = Your number
queue-kiosk-keep = Keep your number. You can show this code to the kiosk to see how the queue stands.
queue-kiosk-done = Done
queue-kiosk-state-requested = You are in the queue.
queue-kiosk-state-accepted = You are called:
queue-kiosk-state-in-progress = You are expected at the desk.
queue-kiosk-state-completed = This ticket is done.
queue-kiosk-state-cancelled = This ticket is not in the queue any more. Take another one.
queue-kiosk-state-failed = You missed your call. Show the code to the kiosk to wait again.
queue-display-called = Numbers called
queue-display-none = No calls at the moment
queue-display-near = Soon
queue-display-near-none = Nobody waits
