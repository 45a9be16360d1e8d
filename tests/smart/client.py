"""PyPI fhirclient in two steps, between which a person is asked: `begin STATE BASE CLIENT`, `end STATE ADDRESS`."""

import json
import sys

from fhirclient import client
from fhirclient.models.observation import Observation
from fhirclient.models.patient import Patient

SCOPE = "openid fhirUser launch/patient offline_access patient/*.rs"


def begin(path, base, program):
    settings = {"app_id": program, "api_base": base, "redirect_uri": "http://127.0.0.1:9/cb", "scope": SCOPE}
    smart = client.FHIRClient(settings=settings)
    assert not smart.ready
    address = smart.authorize_url
    with open(path, "w") as out:
        json.dump(smart.state, out)
    print(address)


def end(path, address):
    with open(path) as kept:
        smart = client.FHIRClient(state=json.load(kept))
    smart.handle_callback(address)
    assert smart.ready and smart.patient.id == smart.patient_id
    found = Observation.where({"_count": "50"}).perform_resources(smart.server)
    named = f"Patient/{smart.patient_id}"
    refreshed = smart.reauthorize() and Patient.read(smart.patient_id, smart.server).id == smart.patient_id
    saw = {
        "patient": smart.patient_id,
        "observations": len(found),
        "others": sum(one.subject.reference != named for one in found),
        "refreshed": bool(refreshed),
    }
    print(json.dumps(saw))


{"begin": begin, "end": end}[sys.argv[1]](*sys.argv[2:])
