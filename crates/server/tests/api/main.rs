//! The FHIR interface and the programs that use it, from outside. One program of tests, since each takes seconds and a hundred megabytes to link.

mod access_table;
mod atna;
mod audit_events;
mod capabilities;
mod conditional;
mod hostile;
mod negotiation;
mod races;
mod search;
mod single;
mod smart;
mod transactions;
mod unusual;
