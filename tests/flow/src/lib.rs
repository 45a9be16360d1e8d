//! Stories of patients on their way through the house, told through the program from outside: arrival, queue, triage, beds,
//! shifts, and what is reckoned of them. Each file of `tests` names the criteria of a module's `spec.md`.
