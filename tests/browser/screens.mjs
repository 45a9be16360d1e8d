// Every screen: where it is, who looks at it, and what it answers.

/** The screens of a site: `[module, name, path, options]`. */
export function screens({ cast }) {
  const rich = `/patients/${cast.rich}`;
  const kidneys = "/patients/staged-kidneys";
  const tab = (name, path, more) => ["chart", name, `${rich}/${path}`, more];
  const account = (name, path, more) => ["account", name, path, { who: { role: "administrator" }, ...more }];
  const find = (name, q) => ["patients", name, "/patients", { type: q }];
  return [
    ["account", "door", "/sign-in", { who: null }],
    ["account", "again", "/sign-in?again=1"],
    ["account", "invitation", "/invitation", { who: null }],
    account("account", "/account"),
    account("password", "/account/password"),
    account("pin", "/account/pin"),
    account("app", "/account/app", { press: "main .primary" }),
    account("passkeys", "/account/passkeys"),
    account("sessions", "/account/sessions"),
    account("people", "/accounts"),
    account("new", "/accounts/new"),
    account("person", "/accounts", { open: "main tbody a" }),
    account("handed", "/accounts", { open: "main tbody a", press: "form[action$=invite] button" }),
    account("edit", "/accounts", { open: "main tbody a", then: ".head .primary" }),
    account("stations", "/stations"),
    account("programs", "/programs"),
    account("program-new", "/programs/new"),
    account("my-programs", "/account/programs"),
    ["patients", "find", "/patients", { recent: [cast.rich, "staged-kidneys", "staged-twin-a"] }],
    find("found", "ben"),
    find("homonyms", "ghazali fatima"),
    find("nobody", "qqxyz"),
    ["patients", "mine", "/patients/mine"],
    ["patients", "identity", `${rich}`, { who: { role: "registration-clerk" } }],
    ["bands", "bands", "/patients/staged-twin-b/bands", { who: { role: "registration-clerk" } }],
    ["bands", "unknown", "/bands/unknown", { who: { role: "triage-nurse" } }],
    ["bands", "printers", "/printers", { who: { role: "nurse" } }],
    ["web", "drafts", "/drafts", { draft: true }],
    ["web", "no-page", "/nothing-here", { status: 404 }],
    ["web", "not-yours", `${rich}/chart`, { status: 403, who: { role: "registration-clerk" } }],
    tab("synthesis", "chart", { large: true }),
    tab("problems", "problems"),
    tab("medicines", "medicines"),
    tab("results", "results"),
    tab("trend", `results/trend?code=${encodeURIComponent(cast.trend)}`),
    tab("days", "days"),
    tab("stays", "stays"),
    tab("stay", `stays/${cast.stay}`),
    tab("documents", "documents"),
    tab("care", "care"),
    tab("alerts", "alerts"),
    tab("raw-list", "raw"),
    ["audit", "looked", `${rich}/looked`, { who: { role: "privacy-officer" } }],
    ["audit", "trail", "/audit", { who: { role: "auditor" } }],
    ["chart", "critical", `${kidneys}/chart`],
    ["chart", "empty", "/patients/staged-empty/chart"],
    ["chart", "raw-one", `${kidneys}/raw/Flag/staged-flag`],
    ["chart", "raw-compare", `${kidneys}/raw/Flag/staged-flag/compare?from=1&to=3`],
  ].map(([module, name, path, more = {}]) => ({ module, name, path, who: { practitioner: cast.doctor }, status: 200, ...more }));
}
