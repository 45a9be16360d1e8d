//! The screens, from outside. One program of tests, since each takes seconds and a hundred megabytes to link.

mod access_pages;
mod amal;
mod bands;
mod downtime;
mod forms;
mod forms_editor;
mod notes;
mod papers;
mod problems;
mod registration;
mod registration_more;
mod registration_people;
mod requests;
mod requests_model;
mod screens;
mod screens_accounts;
mod screens_boards;
mod screens_clinical;
mod screens_find;
mod screens_live;
mod screens_rights;
mod signs;
mod stays_claims;
mod stays_model;
