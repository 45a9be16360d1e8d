// Who is looked at: people whom the tests put into the store, and the fullest chart among the made-up ones.

const patient = (id, names, more = {}) => ({
  resourceType: "Patient", id, active: true, gender: "female",
  name: names.map(([lang, family, ...given], at) => ({
    use: at === 0 ? "official" : "usual", family, given,
    extension: [{ url: "http://hl7.org/fhir/StructureDefinition/language", valueCode: lang }],
  })),
  ...more,
});
const numbers = (ipp, cin) => [
  { use: "official", type: coded("http://terminology.hl7.org/CodeSystem/v2-0203", "MR"), system: "urn:rihla:ma:ipp:bsk", value: ipp },
  { type: coded("http://terminology.hl7.org/CodeSystem/v2-0203", "NI"), system: "urn:rihla:ma:cin", value: cin },
];
const coded = (system, code, text) => ({ coding: [{ system, code }], ...(text ? { text } : {}) });
const subject = { reference: "Patient/staged-kidneys" };
const wrong = coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", "entered-in-error");

/** Two with the same names, in both scripts, whom only birth and numbers tell apart. */
const HOMONYMS = ["a", "b"].map((letter, at) => patient(`staged-twin-${letter}`, [["fr", "Él Ghazâli", "Fatima-Zahra"], ["ar", "الغزالي", "فاطمة الزهراء"]], {
  birthDate: ["1975-03-12", "1981-07-30"][at], identifier: numbers(`7700000${at + 1}`, `ZZ77001${at + 1}`),
  telecom: [{ system: "phone", value: ["+212661770011", "0661770022"][at], use: "mobile" }],
  address: [{ city: ["Meknès", "Salé"][at], country: "MA" }],
}));

const creatinine = (nth, value, more = {}) => ({
  resourceType: "Observation", id: `staged-creatinine-${nth}`, status: "final", subject,
  category: [coded("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory")],
  code: coded("http://loinc.org", "2160-0", "Créatinine"),
  effectiveDateTime: `2026-11-${String(nth + 9).padStart(2, "0")}T08:00:00+01:00`,
  valueQuantity: { value, unit: "mg/L", system: "http://unitsofmeasure.org", code: "mg/L" },
  referenceRange: [{ low: { value: 6, unit: "mg/L" }, high: { value: 12, unit: "mg/L" } }],
  ...more,
});
const interpreted = (code) => ({ interpretation: [coded("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", code)] });

const STAGED = [
  patient("staged-empty", [["fr", "Sansrien", "Amina"]], { identifier: numbers("77000009", "ZZ770019") }),
  patient("staged-kidneys", [["fr", "Benreins", "Salma"], ["ar", "بن رين", "سلمى"]], { birthDate: "1958", identifier: numbers("77000008", "ZZ770018") }),
  ...HOMONYMS,
  creatinine(1, 5, interpreted("L")), creatinine(2, 9), creatinine(3, 14.5, interpreted("H")), creatinine(4, 999, { status: "entered-in-error" }), creatinine(5, 61, interpreted("HH")),
  { resourceType: "Condition", id: "staged-problem", subject, clinicalStatus: coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"), verificationStatus: coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed"), code: { text: "Insuffisance rénale" }, onsetDateTime: "2020-02" },
  { resourceType: "Condition", id: "staged-problem-wrong", subject, verificationStatus: wrong, code: { text: "Diabète noté à tort" }, onsetDateTime: "2021" },
  { resourceType: "AllergyIntolerance", id: "staged-allergy", patient: subject, clinicalStatus: coded("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active"), criticality: "high", code: { text: "Pénicilline" } },
  { resourceType: "AllergyIntolerance", id: "staged-allergy-wrong", patient: subject, verificationStatus: coded("http://terminology.hl7.org/CodeSystem/allergyintolerance-verification", "entered-in-error"), code: { text: "Latex noté à tort" } },
  { resourceType: "MedicationRequest", id: "staged-medicine-wrong", status: "entered-in-error", intent: "order", subject, medicationCodeableConcept: { text: "Méthotrexate noté à tort" }, authoredOn: "2026-11-01" },
  { resourceType: "MedicationRequest", id: "staged-medicine", status: "active", intent: "order", subject, medicationCodeableConcept: { text: "Furosémide 40 mg, comprimé" }, authoredOn: "2026-11-02" },
];
const alert = (status, text) => ({ resourceType: "Flag", id: "staged-flag", status, category: [coded("http://terminology.hl7.org/CodeSystem/flag-category", "safety")], code: { text }, subject, period: { start: "2026-11-10T08:00:00+01:00" } });

/** What ties somebody to all who act for the site. */
const visit = (id) => ({ resourceType: "Appointment", id: `${id}-visit`, status: "booked", participant: [{ actor: { reference: `Patient/${id}` }, status: "accepted" }] });

/** Nobody's patient: the record opens to who says why. */
const STRANGER = patient("staged-stranger", [["fr", "Inconnu", "Driss"], ["ar", "المجهول", "إدريس"]], { gender: "male", birthDate: "1960-05-02", identifier: numbers("77000010", "ZZ770020") });

/** Writes them, and tells who else is worth looking at. */
export async function stage(site) {
  for (const resource of STAGED) await site.put(resource);
  for (const { id } of STAGED.filter((resource) => resource.resourceType === "Patient")) await site.put(visit(id));
  await site.put(STRANGER);
  for (const version of [alert("active", "Risque de chute"), alert("active", "Risque de chute la nuit"), alert("active", "Dialyse mardi")]) await site.put(version);
  return { ...await choose(site), physicians: await physicians(site) };
}

/** Two physicians. */
async function physicians(site) {
  const roles = (await site.fhir("PractitionerRole?active=true&_count=50")).entry.map((entry) => entry.resource);
  const theirs = roles.filter((role) => role.code[0].coding[0].code === "physician").map((role) => role.practitioner.reference.split("/")[1]);
  return [...new Set(theirs)].slice(0, 2);
}

const count = async (site, type, id) => (await site.fhir(`${type}?patient=${id}&_summary=count`)).total;

/** The fullest chart of somebody who lies in a bed now, with the physician who answers for them. */
async function choose(site) {
  const stays = (await site.fhir("Encounter?status=in-progress&_count=50")).entry.map((entry) => entry.resource);
  const kinds = ["Condition", "AllergyIntolerance", "MedicationRequest", "Encounter", "DocumentReference", "Immunization", "CareTeam", "Procedure", "Flag"];
  let best = null;
  for (const stay of stays) {
    const id = stay.subject.reference.split("/")[1];
    const counts = await Promise.all(kinds.map((kind) => count(site, kind, id)));
    const score = counts.reduce((sum, some) => sum + (some > 0 ? 100 : 0) + Math.min(some, 9), 0);
    if (!best || score > best.score) best = { score, id, stay: stay.id, doctor: stay.participant[0].individual.reference.split("/")[1] };
  }
  const known = (await site.fhir("Observation?patient=" + best.id + "&category=laboratory&_count=100")).entry.map((entry) => entry.resource.code.coding[0]);
  const times = (code) => known.filter((one) => one.code === code.code).length;
  const most = known.reduce((a, b) => (times(b) > times(a) ? b : a));
  return { rich: best.id, stay: best.stay, doctor: best.doctor, trend: `${most.system}|${most.code}` };
}
