//! One patient's chart, put together as the story is told.

use super::coded::{coding, hl7, hl7_coding, period, refer, said};
use super::content::Content;
use super::lists::Lists;
use super::people::{Person, between, chance};
use super::places::{Beds, OPEN_END, site_code, ward_id};
use super::plot::{Class, Plot, Step};
use super::staff::Staff;
use super::time::{Calendar, DAY, HOUR, MINUTE};
use crate::json::Json;
use rihla_plan::rng::Rng;
use std::collections::{BTreeMap, BTreeSet};

pub struct Chart<'h> {
    pub lists: &'h Lists,
    pub content: &'h Content,
    pub calendar: &'h Calendar,
    pub staff: &'h Staff,
    pub beds: &'h mut Beds,
    pub rng: Rng,
    pub person: Person,
    pub plot: &'h Plot,
    pub out: Vec<Json>,
    pub links: Vec<Json>,
    pub died: Option<i64>,
    pub counts: BTreeMap<&'static str, u32>,
    /// Conditions told so far, by key, with their ids.
    pub conditions: BTreeMap<String, String>,
    /// Where the last order of a medicine stands in `out`, by its key.
    pub ordered: BTreeMap<String, usize>,
    /// Alerts and home medicines told so far.
    pub told: BTreeSet<String>,
    /// People that the story brought about, with their own charts to be told.
    pub born: Vec<Visit>,
}

/// A contact with the hospital.
#[derive(Clone, Debug)]
pub struct Visit {
    pub id: String,
    pub from: i64,
    /// Of what goes on: none.
    pub to: Option<i64>,
    /// When it ends as things look.
    pub expected: i64,
    pub class: Class,
    /// The ward where the patient is, or was last.
    pub ward: usize,
    pub doctor: String,
    pub doctor_title: String,
    pub nurse: String,
    pub room: Option<String>,
    /// How far the story has come, from 0 to 1.
    pub progress: f64,
}

/// A step at its time.
struct Occurrence<'p> {
    step: &'p Step,
    from: i64,
    expected: i64,
    open: bool,
}

impl Visit {
    /// The end, or now.
    pub fn end(&self, now: i64) -> i64 {
        self.to.unwrap_or(now)
    }

    /// How far it has come at a moment, from 0 to 1.
    pub fn share(&self, at: i64) -> f64 {
        ((at - self.from) as f64 / (self.expected - self.from).max(1) as f64).clamp(0.0, 1.0)
    }
}

impl<'h> Chart<'h> {
    pub fn id(&mut self, kind: &'static str) -> String {
        let count = self.counts.entry(kind).or_insert(0);
        *count += 1;
        format!("{}-{kind}{count}", self.person.id)
    }

    pub fn subject(&self) -> Json {
        refer("Patient", &self.person.id)
    }

    pub fn instant(&self, at: i64) -> String {
        self.calendar.instant(at)
    }

    pub fn now(&self) -> i64 {
        self.calendar.now
    }

    fn ward_number(&self, code: &str) -> usize {
        self.content.ward.iter().position(|ward| ward.code == code).unwrap_or(0)
    }

    pub fn ward_code(&self, ward: usize) -> &'h str {
        self.content.ward.get(ward).map_or("", |ward| ward.code.as_str())
    }

    /// Tells the whole story.
    pub fn tell(&mut self) {
        self.background();
        let plot = self.plot;
        let mut all: Vec<Occurrence<'h>> = plot.step.iter().flat_map(|step| self.when(step)).collect();
        let stays: Vec<(i64, i64)> =
            all.iter().filter(|one| one.step.class == Class::Stay).map(|one| (one.from - DAY, if one.open { OPEN_END } else { one.expected })).collect();
        let born = self.calendar.start_of(self.person.birth);
        let clashes = |one: &Occurrence<'_>| one.step.class != Class::Stay && stays.iter().any(|(from, to)| one.from >= *from && one.from < *to);
        all.retain(|one| one.from >= born && !(clashes(one) && one.step.class != Class::Booked));
        all.sort_by_key(|one| one.from);
        let first = all.first().map_or(self.now(), |one| one.from);
        let length = (self.now() - first).max(1) as f64;
        for one in all {
            if self.died.is_some() {
                break;
            }
            let progress = ((one.from - first) as f64 / length).clamp(0.0, 1.0);
            self.play(&one, progress);
        }
    }

    /// Every time that a step happens.
    fn when(&mut self, step: &'h Step) -> Vec<Occurrence<'h>> {
        let mut ago = between(&mut self.rng, step.ago);
        let mut out = vec![self.occurrence(step, ago)];
        if let Some(every) = step.every {
            let loose = if every > 10.0 { 3.0 } else { 0.0 };
            loop {
                ago -= every + between(&mut self.rng, [-loose, loose]);
                if ago <= step.until.max(0.2) {
                    break;
                }
                out.push(self.occurrence(step, ago));
            }
        }
        out
    }

    fn occurrence(&mut self, step: &'h Step, ago: f64) -> Occurrence<'h> {
        let (unit, usual) = match step.class {
            Class::Visit | Class::Booked => (MINUTE, [15.0, 30.0]),
            Class::Emergency | Class::Day => (HOUR, [2.0, 5.0]),
            Class::Stay => (DAY, [2.0, 5.0]),
        };
        let length = (between(&mut self.rng, step.long.unwrap_or(usual)) * unit as f64) as i64;
        let now = self.now();
        // To the minute: nobody writes down seconds.
        let (length, now) = (length / MINUTE * MINUTE, now / MINUTE * MINUTE);
        let open = chance(&mut self.rng, step.open);
        if open {
            // So that it still goes on: it began less than its length ago.
            let gone = ((ago * DAY as f64) as i64 / MINUTE * MINUTE).min(length * 9 / 10 / MINUTE * MINUTE).max(10 * MINUTE);
            return Occurrence { step, from: now - gone, expected: now - gone + length, open };
        }
        let quarter = 15 * MINUTE;
        let hour = match step.class {
            Class::Visit | Class::Booked | Class::Day => 8 * 60 + self.rng.below(28) as i64 * 15,
            Class::Emergency => self.rng.below(24 * 60) as i64,
            Class::Stay if step.via_emergency => self.rng.below(24 * 60) as i64,
            Class::Stay => 7 * 60 + self.rng.below(20) as i64 * 10,
        };
        let mut from = self.calendar.at(ago, hour);
        if matches!(step.class, Class::Visit | Class::Booked) {
            from = self.calendar.working(from);
        }
        if step.class == Class::Booked {
            return Occurrence { step, from: from.max(now + HOUR), expected: from.max(now + HOUR) + length / quarter * quarter + quarter, open };
        }
        // What is over ended before now, a stay at an hour at which people leave.
        let latest = now - 30 * MINUTE - self.rng.below(3) as i64 * HOUR;
        if from + length > latest {
            from = latest - length;
        }
        Occurrence { step, from, expected: from + length, open }
    }

    /// The chart of a child who lies in the mother's room.
    pub fn newborn(&mut self, mother: &Person, with: &Visit) {
        let Some(step) = self.plot.step.first() else { return };
        self.background();
        self.mother(mother);
        let id = self.id("e");
        let visit = Visit { id, progress: 0.0, class: Class::Stay, ..with.clone() };
        let room = with.room.as_ref().map(|room| {
            obj! {
                "location": refer("Location", room), "status": if visit.to.is_some() { "completed" } else { "active" }, "physicalType": hl7("location-physical-type", "ro", ""),
                "period": period(self.instant(visit.from), visit.to.map(|to| self.instant(to))),
            }
        });
        let resource = self.encounter_resource(step, &visit, room.into_iter().collect(), Some(with));
        self.out.push(resource);
        let found: Vec<String> = step.conditions.iter().filter_map(|key| self.condition(key, &visit)).collect();
        self.vital_signs(step, &visit);
        self.treatment(step, &visit, found.first());
    }

    /// Hands the lines over, the Patient first.
    pub fn close(&mut self, out: &mut Vec<String>) {
        let doctor = self.staff.of(&mut self.rng, self.person.site, "physician", "cons").map(|member| member.id.as_str());
        let links = std::mem::take(&mut self.links);
        let patient = self.person.resource(&mut self.rng, (self.lists, self.content, self.calendar), doctor, links, self.died);
        out.push(patient.line());
        out.extend(self.out.drain(..).map(|json| json.line()));
    }

    fn play(&mut self, one: &Occurrence<'h>, progress: f64) {
        let step = one.step;
        if step.class == Class::Booked {
            self.appointment(step, one.from, one.expected, "booked", None);
            return;
        }
        if step.class == Class::Visit && step.every.is_some() && chance(&mut self.rng, 0.05) {
            self.appointment(step, one.from, one.expected, "noshow", None);
            return;
        }
        let to = (!one.open).then_some(one.expected);
        let mut emergency = None;
        if step.class == Class::Stay && step.via_emergency {
            let arrived = one.from - 2 * HOUR - self.rng.below(5 * 60) as i64 * MINUTE;
            emergency = Some(self.encounter(step, Class::Emergency, (arrived, Some(one.from), one.from), progress, None));
        }
        let visit = self.encounter(step, step.class, (one.from, to, one.expected), progress, emergency.as_ref());
        if step.class == Class::Visit && chance(&mut self.rng, 0.5) {
            self.appointment(step, one.from, one.expected, "fulfilled", Some(&visit));
        }
        let found: Vec<String> = step.conditions.iter().filter_map(|key| self.condition(key, &visit)).collect();
        if let Some(emergency) = &emergency {
            self.vital_signs(step, emergency);
        }
        self.vital_signs(step, &visit);
        self.results(step, &visit);
        self.images(step, &visit);
        self.treatment(step, &visit, found.first());
        self.acts(step, &visit);
        if visit.to.is_none() {
            self.team(&visit);
        }
        if step.died {
            self.died = visit.to;
        }
        self.letters(step, &visit);
        let born = visit.from + 5 * HOUR;
        if step.birth && born < self.now() {
            self.born.push(Visit { from: born, ..visit });
        }
    }

    /// The wards of a contact with the times of each; the last of what goes on has no end.
    fn ways(&mut self, step: &Step, class: Class, (from, to, expected): (i64, Option<i64>, i64)) -> Vec<(usize, i64, Option<i64>)> {
        if class == Class::Emergency {
            return vec![(self.ward_number("urg"), from, to)];
        }
        let wards: Vec<usize> = step.ward.iter().map(|code| self.ward_number(code)).collect();
        let count = wards.len().max(1) as i64;
        let mut out = Vec::new();
        for (at, ward) in wards.into_iter().enumerate() {
            let start = from + (expected - from) * at as i64 / count;
            let end = from + (expected - from) * (at as i64 + 1) / count;
            if start > self.now() {
                break;
            }
            out.push((ward, start, Some(end)));
        }
        let now = self.now();
        if let Some(last) = out.last_mut() {
            last.2 = to;
            if to.is_none() && last.1 > now {
                last.1 = now;
            }
        }
        out
    }

    pub fn encounter(&mut self, step: &Step, class: Class, times: (i64, Option<i64>, i64), progress: f64, before: Option<&Visit>) -> Visit {
        let (from, to, expected) = times;
        let id = self.id("e");
        let site = self.person.site;
        let mut places = Vec::new();
        let (mut ward, mut room) = (0, None);
        for (wanted, start, end) in self.ways(step, class, times) {
            let (there, reference) = self.lie(site, wanted, start, end, class);
            ward = there;
            room = reference.as_ref().map(|(_, room)| room.clone());
            let (target, kind) = match &reference {
                Some((bed, _)) => (bed.clone(), "bd"),
                None if class == Class::Visit => (self.consulting_room(site, there), "ro"),
                None => (self.ward_location(site, there), "wa"),
            };
            places.push(obj! {
                "location": refer("Location", &target), "status": if end.is_some() { "completed" } else { "active" }, "physicalType": hl7("location-physical-type", kind, ""),
                "period": period(self.instant(start), end.map(|end| self.instant(end))),
            });
        }
        let service = self.service(class, ward);
        let code = self.ward_code(service);
        let (staff, rng) = (self.staff, &mut self.rng);
        let doctor = staff.of(rng, site, "physician", code);
        let nurse = staff.of(rng, site, if code == "mat" { "midwife" } else { "nurse" }, code);
        let visit = Visit {
            id,
            from,
            to,
            expected,
            class,
            ward,
            doctor: doctor.map(|member| member.id.clone()).unwrap_or_default(),
            doctor_title: doctor.map(|member| member.title.clone()).unwrap_or_default(),
            nurse: nurse.map(|member| member.id.clone()).unwrap_or_default(),
            room,
            progress,
        };
        let resource = self.encounter_resource(step, &visit, places, before);
        self.out.push(resource);
        visit
    }

    /// Whose specialty it is: at a visit that of the story, else that of the ward.
    fn service(&self, class: Class, ward: usize) -> usize {
        let told = self.plot.service.as_deref().filter(|_| matches!(class, Class::Visit | Class::Booked));
        told.map_or(ward, |code| self.ward_number(code))
    }

    /// A bed of the ward, or of another if it is full; visits need none.
    fn lie(&mut self, site: usize, wanted: usize, from: i64, to: Option<i64>, class: Class) -> (usize, Option<(String, String)>) {
        if class == Class::Visit {
            return (wanted, None);
        }
        let until = to.unwrap_or(OPEN_END);
        let mut tried = vec![wanted];
        if class == Class::Stay && self.person.age(self.calendar) > 16.0 {
            tried.extend(["med", "chir", "ortho", "card"].map(|code| self.ward_number(code)));
        }
        for ward in tried {
            if let Some(bed) = self.beds.take(&mut self.rng, site, ward, from, until) {
                return (ward, Some(bed));
            }
        }
        (wanted, None)
    }

    fn ward_location(&self, site: usize, ward: usize) -> String {
        self.content.ward.get(ward).map_or_else(|| format!("{}-site", site_code(self.lists, site)), |ward| ward_id(self.lists, site, ward))
    }

    /// A room of the ward, for who is seen there and does not lie there.
    fn consulting_room(&mut self, site: usize, ward: usize) -> String {
        let id = self.ward_location(site, ward);
        let rooms = self.content.ward.get(ward).map_or(1, |ward| ward.rooms);
        format!("{id}-{}{:02}", 1 + ward / 4, 1 + self.rng.below(rooms as usize))
    }

    fn encounter_resource(&mut self, step: &Step, visit: &Visit, places: Vec<Json>, before: Option<&Visit>) -> Json {
        let (code, display) = match visit.class {
            Class::Visit | Class::Booked => ("AMB", "ambulatory"),
            Class::Emergency => ("EMER", "emergency"),
            Class::Stay => ("IMP", "inpatient encounter"),
            Class::Day => ("SS", "short stay"),
        };
        let status = match visit.to {
            Some(_) => "finished",
            None if visit.class == Class::Emergency && self.now() - visit.from < 30 * MINUTE => "triaged",
            None => "in-progress",
        };
        let participant = |kind: &str, id: &str| {
            obj! { "type": list![hl7("v3-ParticipationType", kind, "")], "individual": Some(id).filter(|id| !id.is_empty()).map(|id| refer("Practitioner", id)) }
        };
        let ward = self.content.ward.get(self.service(visit.class, visit.ward));
        let diagnoses: Vec<Json> = step
            .conditions
            .iter()
            .filter(|_| visit.class != Class::Emergency || step.class == Class::Emergency)
            .enumerate()
            .map(|(at, key)| {
                let id = self.conditions.get(key).cloned().unwrap_or_else(|| self.condition_id(key));
                obj! { "condition": refer("Condition", &id), "use": hl7("diagnosis-role", if visit.to.is_some() { "DD" } else { "AD" }, ""), "rank": at as u32 + 1 }
            })
            .collect();
        let outcome = visit
            .to
            .map(|_| if step.died && visit.class == Class::Stay { hl7("discharge-disposition", "exp", "") } else { hl7("discharge-disposition", "home", "") });
        let hospitalization = (visit.class == Class::Stay)
            .then(|| obj! { "admitSource": hl7("admit-source", if before.is_some() { "emd" } else { "gp" }, ""), "dischargeDisposition": outcome });
        obj! {
            "resourceType": "Encounter", "id": &visit.id, "identifier": list![obj! { "system": format!("urn:rihla:{}:stay", site_code(self.lists, self.person.site)), "value": &visit.id }],
            "status": status, "class": hl7_coding("v3-ActCode", code, display),
            "serviceType": ward.map(|ward| super::coded::words(&ward.name)),
            "priority": hl7("v3-ActPriority", if visit.class == Class::Emergency || step.via_emergency { "EM" } else { "R" }, ""),
            "subject": self.subject(), "participant": list![participant("ATND", &visit.doctor), participant("SPRF", &visit.nurse)],
            "period": period(self.instant(visit.from), visit.to.map(|to| self.instant(to))),
            "reasonCode": list![said(&step.reason)], "diagnosis": diagnoses, "hospitalization": hospitalization, "location": places,
            "serviceProvider": refer("Organization", site_code(self.lists, self.person.site)),
            "partOf": before.map(|before| refer("Encounter", &before.id)),
        }
    }

    fn appointment(&mut self, step: &Step, from: i64, to: i64, status: &str, visit: Option<&Visit>) {
        let id = self.id("a");
        let site = self.person.site;
        let number = self.ward_number(step.ward.first().map_or("cons", String::as_str));
        let service = self.service(Class::Booked, number);
        let code = self.ward_code(service);
        let doctor = match visit {
            Some(visit) => visit.doctor.clone(),
            None => self.staff.of(&mut self.rng, site, "physician", code).map(|member| member.id.clone()).unwrap_or_default(),
        };
        let place = self.content.ward.get(number).map(|ward| ward_id(self.lists, site, ward));
        let minutes = ((to - from) / MINUTE).clamp(5, 480) as u32;
        let made = from.min(self.now()) - DAY * (3 + self.rng.below(40) as i64);
        let party = |reference: Json| obj! { "actor": reference, "status": "accepted" };
        self.out.push(obj! {
            "resourceType": "Appointment", "id": id, "status": status, "description": &step.reason, "start": self.instant(from), "end": self.instant(to),
            "serviceType": list![self.content.ward.get(service).map(|ward| super::coded::words(&ward.name))],
            "appointmentType": obj! { "coding": list![coding("http://terminology.hl7.org/CodeSystem/v2-0276", if step.every.is_some() { "FOLLOWUP" } else { "ROUTINE" }, "")] },
            "minutesDuration": minutes, "created": self.instant(made),
            "participant": list![party(self.subject()), party(refer("Practitioner", &doctor)), place.map(|id| party(refer("Location", &id)))],
        });
    }
}
