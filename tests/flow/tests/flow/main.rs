//! The journey of patients through the house, from outside. One program of tests, since each takes seconds and a hundred megabytes
//! to link.

mod cockpit;
mod emergency;
mod estimates;
mod experiments;
mod forecast;
mod mass;
mod queue;
mod redirect;
mod shift;
mod simulation;
mod stays_story;
mod wall;
