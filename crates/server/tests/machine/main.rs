//! The program as an operator has it: its stores, its commands, its edge. One program of tests, since each takes seconds and a hundred megabytes to link.

mod at_rest;
mod back_ends;
mod demo_data;
mod downtime_process;
mod edge;
mod import;
mod import_csv;
mod operator;
mod quiet;
