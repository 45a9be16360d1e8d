//! The photo of a patient. Its content is a Binary of its own, so that whoever reads who somebody is does not carry the
//! picture; the Patient names it. Whoever may see the Patient may see the photo, and nobody else: a Binary is shown to no
//! class that takes care, so the node reads it for them, and only what it wrote as this patient's photo.

use crate::desk::{Desk, porter};
use crate::patient::Banner;
use crate::record::{look, type_of};
use crate::refuse::Refusal;
use crate::write::Put;
use rihla_fhir::base64::{decode, encode_into};
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_store::backend::{Expect, Step};

/// `Binary.meta.tag` of a photo: who writes a Patient cannot make the node give out another Binary.
const TAG: &str = "urn:rihla:photo";

impl Desk {
    /// Kind and content of a patient's photo, to whoever may see who the patient is.
    pub fn photo(&self, patient: &str) -> Result<Option<(String, Vec<u8>)>, Refusal> {
        let stored = self.read("Patient", patient)?;
        let found = look(&stored, |value| {
            let photo = value.at("photo")?;
            let kind = photo.text("contentType").unwrap_or_default().into_owned();
            let own = photo.text("data").and_then(|data| decode(&data));
            Some((kind, own, photo.reference("url", "Binary").map(|id| id.into_owned())))
        });
        match found.flatten() {
            Some((kind, Some(content), _)) => Ok(Some((kind, content))),
            Some((kind, None, Some(binary))) => Ok(self.photo_of(patient, &binary)?.map(|content| (kind, content))),
            _ => Ok(None),
        }
    }

    /// The Binary that a Patient names as the photo.
    fn photo_named(&self, patient: &str) -> Result<Option<String>, Refusal> {
        Ok(look(&self.read("Patient", patient)?, |value| value.at("photo")?.reference("url", "Binary").map(|id| id.into_owned())).flatten())
    }

    fn photo_of(&self, patient: &str, binary: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let stored = match porter(&self.house).read(type_of("Binary")?, binary) {
            Ok(stored) => stored,
            Err(fault) if fault.kind == rihla_kernel::FaultKind::NotFound || fault.kind == rihla_kernel::FaultKind::Gone => return Ok(None),
            Err(fault) => return Err(fault.into()),
        };
        let content = look(&stored, |value| {
            let tagged = value.all("meta.tag.system").iter().any(|system| system.as_str().as_deref() == Some(TAG));
            let theirs = value.reference("securityContext.reference", "Patient").as_deref() == Some(patient);
            if tagged && theirs { decode(&value.text("data")?) } else { None }
        });
        Ok(content.flatten())
    }

    /// Puts a photo in the place of the one that is there, or takes that away; `kind` is its media type. What was shown
    /// before stays in the history of the record alone.
    pub async fn change_photo(&self, banner: &Banner, photo: Option<(&str, &[u8])>, why: &str) -> Result<(), Refusal> {
        let node = porter(&self.house);
        let patient = banner.id.as_str();
        let before = self.photo_named(patient)?;
        let mut member = None;
        let mut new = None;
        if let Some((kind, content)) = photo {
            let id = node.reserve(type_of("Binary")?, Some(patient))?.to_text();
            let (kind, about) = (crate::quoted(kind), crate::quoted(&format!("Patient/{patient}")));
            let mut json = format!(
                r#"{{"resourceType":"Binary","meta":{{"tag":[{{"system":"{TAG}","code":"photo"}}]}},"contentType":{kind},"securityContext":{{"reference":{about}}},"data":""#
            )
            .into_bytes();
            encode_into(content, &mut json);
            json.extend_from_slice(br#""}"#);
            self.put_all_as(&node, vec![Put { ty: "Binary", id: id.clone(), version: None, json }], Vec::new()).await?;
            let (at, size) = (crate::quoted(&self.instant()), content.len());
            member = Some(format!(r#"[{{"contentType":{kind},"url":"Binary/{id}","size":{size},"creation":{at}}}]"#));
            new = Some(id);
        }
        let decided = self.correct_patient(patient, banner.version, &[("photo", member)], why, false).await;
        // What nobody refers to is not left lying about: the one before, or the new one where the record did not take it.
        let named = self.photo_named(patient)?;
        let over = [before, new].into_iter().flatten().filter(|id| named.as_ref() != Some(id));
        for id in over.filter(|id| self.photo_of(patient, id).is_ok_and(|found| found.is_some())).collect::<Vec<_>>() {
            let step = Step::Delete { ty: type_of("Binary")?.0, id: id.into(), expect: Expect::Any };
            node.commit(vec![step], Vec::new(), Vec::new()).await?;
        }
        decided
    }
}

/// Whether a Patient has a photo that is kept here.
pub(super) fn has_photo(patient: Value<'_>) -> bool {
    patient.at("photo").is_some_and(|photo| photo.get("data").is_some() || photo.reference("url", "Binary").is_some())
}
