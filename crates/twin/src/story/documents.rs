//! Letters as text or PDF, and pictures.

use super::chart::{Chart, Visit};
use super::coded::{LOINC, concept, period, refer, said};
use super::content::Letter;
use super::plot::{Class, Step};
use super::time::HOUR;
use crate::json::Json;

impl Chart<'_> {
    pub fn letters(&mut self, step: &Step, visit: &Visit) {
        let content = self.content;
        let kind = step.letter.as_deref().unwrap_or("");
        let written = match (kind, visit.to) {
            ("operation", _) => Some(visit.from + 16 * HOUR),
            (_, to) => to,
        };
        if let (Some(letter), Some(at)) = (content.letter.get(kind), written.filter(|at| *at <= self.now())) {
            let text = self.text(step, visit, letter);
            // Every third letter came from a printer's driver, as in life.
            let (mime, data) =
                if kind == "discharge" && self.rng.below(3) == 0 { ("application/pdf", pdf(&text)) } else { ("text/plain; charset=utf-8", text.into_bytes()) };
            self.document(visit, concept(LOINC, &letter.loinc, &letter.title), &letter.title.fr, at, mime, &data);
        }
        if step.picture && visit.class != Class::Booked {
            let shade = self.rng.below(120) as u8;
            self.document(visit, said("Photographie"), "Photographie de la lésion", visit.from + HOUR / 2, "image/png", &png(48, shade));
        }
    }

    fn document(&mut self, visit: &Visit, kind: Json, title: &str, at: i64, mime: &str, data: &[u8]) {
        let id = self.id("d");
        let attachment = obj! {
            "contentType": mime, "language": "fr", "data": base64(data), "size": data.len() as u32, "title": title, "creation": self.instant(at),
        };
        self.out.push(obj! {
            "resourceType": "DocumentReference", "id": id, "status": "current", "docStatus": "final", "type": kind, "subject": self.subject(), "date": self.instant(at),
            "author": list![refer("Practitioner", &visit.doctor)], "description": title, "content": list![obj! { "attachment": attachment }],
            "context": obj! { "encounter": list![refer("Encounter", &visit.id)], "period": period(self.instant(visit.from), visit.to.map(|to| self.instant(to))) },
        });
    }

    fn text(&self, step: &Step, visit: &Visit, letter: &Letter) -> String {
        let content = self.content;
        let joined = |texts: Vec<&str>| if texts.is_empty() { "néant".to_owned() } else { texts.join(" ; ") };
        let diagnoses = self.plot.step.iter().flat_map(|step| &step.conditions).filter(|key| self.conditions.contains_key(*key));
        let diagnoses = joined(diagnoses.filter_map(|key| content.condition.get(key)).map(|condition| condition.name.fr.as_str()).collect());
        let medicines = joined(step.medicines.iter().filter_map(|key| content.medicine.get(key)).map(|medicine| medicine.ingredient.fr.as_str()).collect());
        let procedures = joined(step.procedures.iter().filter_map(|key| content.procedure.get(key)).map(|text| text.fr.as_str()).collect());
        let filled: [(&str, String); 10] = [
            ("{site}", self.lists.sites.get(self.person.site).map(|site| site.name.fr.clone()).unwrap_or_default()),
            ("{ward}", content.ward.get(visit.ward).map(|ward| ward.name.fr.clone()).unwrap_or_default()),
            ("{name}", self.person.latin()),
            ("{birth}", self.person.birth_text()),
            ("{from}", self.calendar.day(visit.from)),
            ("{to}", self.calendar.day(visit.end(self.now()))),
            ("{reason}", step.reason.clone()),
            ("{diagnosis}", diagnoses),
            ("{medicines}", medicines),
            ("{procedure}", procedures),
        ];
        let mut text = letter.lines.join("\n").replace("{doctor}", &visit.doctor_title);
        for (mark, value) in filled {
            text = text.replace(mark, &value);
        }
        text
    }
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub fn base64(data: &[u8]) -> String {
    let mut out = String::with_capacity(data.len().div_ceil(3) * 4);
    for group in data.chunks(3) {
        let bits = (0..3).fold(0u32, |bits, at| bits << 8 | u32::from(group.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let digit = DIGITS.get((bits >> (18 - 6 * at)) as usize & 63).copied().map_or('=', char::from);
            out.push(if at <= group.len() { digit } else { '=' });
        }
    }
    out
}

/// One page of text in a font that every reader has.
fn pdf(text: &str) -> Vec<u8> {
    let mut page = b"BT /F1 11 Tf 14 TL 60 780 Td\n".to_vec();
    for line in text.lines() {
        page.push(b'(');
        for character in line.chars() {
            // The font's own table is Latin-1.
            let byte = u8::try_from(u32::from(character)).unwrap_or(b'?');
            if matches!(byte, b'(' | b')' | b'\\') {
                page.push(b'\\');
            }
            page.push(byte);
        }
        page.extend_from_slice(b") Tj T*\n");
    }
    page.extend_from_slice(b"ET");
    let mut stream = format!("<< /Length {} >>\nstream\n", page.len()).into_bytes();
    stream.extend_from_slice(&page);
    stream.extend_from_slice(b"\nendstream");
    let objects: [Vec<u8>; 5] = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_vec(),
        stream,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ];
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut table = String::from("0000000000 65535 f \n");
    for (at, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.extend_from_slice(format!("{} 0 obj\n", at + 1).as_bytes());
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let place = out.len();
    out.extend_from_slice(format!("xref\n0 6\n{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{place}\n%%EOF\n").as_bytes());
    out
}

/// A grey square with a darker spot, as small as a picture can be without a packer.
fn png(side: u8, shade: u8) -> Vec<u8> {
    let mut rows = Vec::new();
    let middle = i32::from(side) / 2;
    for y in 0..i32::from(side) {
        rows.push(0);
        for x in 0..i32::from(side) {
            let far = (x - middle).pow(2) + (y - middle).pow(2);
            let spot = if far < middle * middle / 3 { 90 } else { 0 };
            rows.push(shade.saturating_add(100).saturating_sub(spot).saturating_add((far % 7) as u8));
        }
    }
    // zlib with one stored block.
    let length = rows.len() as u16;
    let mut packed = vec![0x78, 0x01, 0x01];
    packed.extend_from_slice(&length.to_le_bytes());
    packed.extend_from_slice(&(!length).to_le_bytes());
    packed.extend_from_slice(&rows);
    let (mut low, mut high) = (1u32, 0u32);
    for byte in &rows {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    packed.extend_from_slice(&(high << 16 | low).to_be_bytes());
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, b"IHDR", &[0, 0, 0, side, 0, 0, 0, side, 8, 0, 0, 0, 0]);
    chunk(&mut out, b"IDAT", &packed);
    chunk(&mut out, b"IEND", &[]);
    out
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    out.extend_from_slice(&(data.len() as u32).to_be_bytes());
    let body: Vec<u8> = kind.iter().chain(data).copied().collect();
    out.extend_from_slice(&body);
    let mut sum = u32::MAX;
    for byte in body {
        sum ^= u32::from(byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
        }
    }
    out.extend_from_slice(&(!sum).to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_pads_as_it_must() {
        let all = ["", "f", "fo", "foo", "foob"].map(|text| base64(text.as_bytes()));
        assert_eq!(all, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]);
    }

    #[test]
    fn a_picture_ends_with_the_sum_that_every_picture_ends_with() {
        let picture = png(48, 10);
        assert!(picture.ends_with(b"\0\0\0\0IEND\xae\x42\x60\x82") && picture.len() < 3_000);
        let letter = pdf("Bonjour (à tous)");
        assert!(letter.starts_with(b"%PDF-1.4") && letter.windows(8).any(|part| part == b"\\(\xe0 tous"));
    }
}
